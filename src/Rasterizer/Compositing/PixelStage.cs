using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// From a draw list to pixels and back, on the CPU. A pixel's coverage is its exact mean winding number through the fill rule; colours are
/// composited in sRGB, premultiplied; the gradient is the derivative of the very numbers drawn. Horizontal bands are drawn in parallel and
/// their gradients added in a fixed order: neither depends on the number of threads. Not safe for use by several threads at once.
/// </summary>
public sealed unsafe class PixelStage
{
    private readonly BandPlan _plan = new();
    private readonly Stack<BandScratch> _scratches = [];
    private DrawList? _list;
    private int _width, _height;
    private double _filterWidth;
    private bool _kept;

    /// <summary>Threads used at most; results are the same for any number.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Takes over the spans of fills whose outline is that of the last forward pass, number by number. The result is the same, and so is
    /// the time where everything moves; false is for measuring.
    /// </summary>
    public bool ReusesSpans { get; init; } = true;

    /// <summary>How many fills of the last forward pass took over their spans.</summary>
    internal int ReusedFills => _plan.ReusedFills;

    /// <summary>
    /// The width in pixels of the box over which winding numbers are averaged, at least 1 (a pixel's own square). Wider boxes blur edges
    /// so that edges up to half the width away have a gradient.
    /// </summary>
    public double FilterWidth { get; set; } = 1;

    /// <summary>Draws onto a transparent picture of the list's size.</summary>
    /// <param name="list">What to draw; it must stay as it is until <see cref="Backward"/>.</param>
    /// <param name="picture">Overwritten.</param>
    /// <param name="keep">False where no backward pass will follow, which then takes less memory.</param>
    public void Forward(DrawList list, Picture picture, bool keep = true)
    {
        if (picture.Width != list.Width || picture.Height != list.Height)
            throw new ArgumentException(
                $"The picture is {picture.Width} x {picture.Height}, the draw list {list.Width} x {list.Height}.", nameof(picture));
        if (!(FilterWidth >= 1)) throw new ArgumentOutOfRangeException(nameof(list), "FilterWidth must be at least 1.");
        if (!_kept || (list.Width, list.Height, FilterWidth) != (_width, _height, _filterWidth)) _plan.Forget();
        // Until the pass is through, nothing is kept.
        (_list, _width, _height, _kept, _filterWidth) = (list, list.Width, list.Height, false, FilterWidth);
        int padding = _filterWidth > 1 ? new BoxFilter(_filterWidth).Padding : 0;
        // A filtered band also draws the rows that its pixels' boxes reach, so it is taller.
        _plan.Build(list, padding > 0 ? 64 : 16, padding, remember: keep && ReusesSpans, new(Threads, keep, FilterWidth));
        float* data = picture.Pointer;
        var pass = new BandForward(_plan, list, keep);
        InBands((band, scratch) =>
        {
            long plane = (long)_width * _height;
            for (int p = 0; p < 4; p++)
                new Span<float>(data + p * plane + (long)band.Y0 * _width, (band.Y1 - band.Y0) * _width).Clear();
            var root = new Canvas(data + (long)band.Y0 * _width, (nint)plane, _width, 0, _width, band.Y0, band.Y1, alphaOnly: false);
            pass.Run(band, root, scratch);
        });
        _kept = keep;
    }

    /// <summary>Adds the gradients where dL/dpicture of the last forward pass is given.</summary>
    /// <param name="pictureGradient">[4, H, W], like <see cref="Picture.Data"/>.</param>
    /// <param name="vertexGradient">Like <see cref="DrawList.Vertices"/>; added to.</param>
    /// <param name="scalarGradient">Like <see cref="DrawList.Scalars"/>; added to.</param>
    public void Backward(ReadOnlySpan<float> pictureGradient, Span<double> vertexGradient, Span<double> scalarGradient)
    {
        if (_list is null || !_kept) throw new InvalidOperationException("Backward needs a forward pass with keep: true before it.");
        if (pictureGradient.Length < 4 * _width * _height)
            throw new ArgumentException("The picture's gradient is too short.", nameof(pictureGradient));
        foreach (ref readonly var op in _plan.Ops) DrawnOf(op)?.BeginBackward(op);
        var pass = new BandBackward(_plan, _list);
        fixed (float* data = pictureGradient)
        {
            float* source = data;
            InBands((band, scratch) =>
            {
                int rows = band.Y1 - band.Y0, length = rows * _width;
                var gradient = scratch.Gradient(0, 4 * length);
                for (int p = 0; p < 4; p++)
                    Kernels.Copy(source + (long)p * _width * _height + (long)band.Y0 * _width, gradient.Pointer + p * length, length);
                var root = new Canvas(gradient.Pointer, length, _width, 0, _width, band.Y0, band.Y1, alphaOnly: false);
                pass.Run(band, root, scratch);
            });
        }
        for (int b = 0; b < _plan.BandCount; b++)
        {
            var band = _plan.Bands[b];
            int* edges = band.Edges.Pointer;
            double* gradients = band.EdgeGradients.Pointer;
            for (int e = 0; e < band.EdgeCount; e++)
            {
                int from = 2 * edges[2 * e], to = 2 * edges[2 * e + 1];
                vertexGradient[from] += gradients[4 * e];
                vertexGradient[from + 1] += gradients[4 * e + 1];
                vertexGradient[to] += gradients[4 * e + 2];
                vertexGradient[to + 1] += gradients[4 * e + 3];
            }
            foreach (var (index, value) in band.ScalarGradients) scalarGradient[index] += value;
        }
        foreach (ref readonly var op in _plan.Ops) DrawnOf(op)?.EndBackward(op, vertexGradient, scalarGradient);
    }

    private static DrawnSource? DrawnOf(in Op op) => op.Kind == OpKind.Fill && !op.IsEmpty ? op.Source as DrawnSource : null;

    private void InBands(Action<Band, BandScratch> work)
    {
        int threads = Math.Min(Math.Max(Threads, 1), _plan.BandCount);
        if (threads == 1)
        {
            var scratch = TakeScratch();
            for (int b = 0; b < _plan.BandCount; b++) work(_plan.Bands[b], scratch);
            GiveScratch(scratch);
            return;
        }
        Parallel.For(0, _plan.BandCount, new ParallelOptions { MaxDegreeOfParallelism = threads }, TakeScratch,
            (b, _, scratch) =>
            {
                work(_plan.Bands[b], scratch);
                return scratch;
            }, GiveScratch);
    }

    private BandScratch TakeScratch()
    {
        BandScratch? scratch;
        lock (_scratches)
            if (!_scratches.TryPop(out scratch)) scratch = new();
        scratch.Resize(_width, _plan.BandHeight, _filterWidth);
        return scratch;
    }

    private void GiveScratch(BandScratch scratch)
    {
        lock (_scratches) _scratches.Push(scratch);
    }
}
