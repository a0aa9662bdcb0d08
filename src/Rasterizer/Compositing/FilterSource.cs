using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Filters;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>A filter's result (<see cref="DrawFilter"/>): what it filters is drawn on the region's pixels, then taken through its steps.</summary>
internal sealed unsafe class FilterSource : DrawnSource
{
    private readonly FilterGraph<float> _graph;
    private readonly DrawnPicture _source = new();
    private readonly DrawnPicture[] _images;
    private DrawList _list = null!;
    private int _x, _y;

    public FilterSource(DrawFilter node)
    {
        Node = node;
        _graph = new(node.Primitives);
        _images = [.. _graph.Images.Select(_ => new DrawnPicture())];
    }

    /// <summary>The filter.</summary>
    public DrawFilter Node { get; }

    public override int GradientSize => 1;

    /// <summary>Draws what is filtered, and filters it.</summary>
    public void Set(DrawList list, in PaintRun run)
    {
        var region = Node.Region;
        (_list, _x, _y) = (list, region.X, region.Y);
        _source.Draw(Node.Source(list), _graph.Source.Output, run);
        for (int i = 0; i < _images.Length; i++)
        {
            var (primitive, op) = _graph.Images[i];
            _images[i].Draw(primitive.Image(list, region.Width, region.Height), op.Output, run);
        }
        _graph.Forward(region.Width, region.Height, list.Scalars);
    }

    public override void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work)
    {
        for (int plane = 0; plane < 4; plane++)
            _graph.Result.Output.Row(plane, row - _y).Slice(x - _x, count).CopyTo(new(paints[plane] + x, count));
    }

    public override void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work)
    {
        for (int plane = 0; plane < 4; plane++)
            Pixels.Add(new ReadOnlySpan<float>(gradients[plane] + x, count), _graph.Result.Gradient.Row(plane, row - _y).Slice(x - _x, count));
    }

    public override void Flush(double* sums, List<(int Index, double Value)> scalarGradients) { }

    public override void BeginBackward(in Op op) => _graph.BeginBackward();

    public override void EndBackward(in Op op, Span<double> vertexGradient, Span<double> scalarGradient)
    {
        _graph.Backward(_list.Scalars, scalarGradient);
        _source.Backward(_graph.Source.Gradient, vertexGradient, scalarGradient);
        for (int i = 0; i < _images.Length; i++) _images[i].Backward(_graph.Images[i].Op.Gradient, vertexGradient, scalarGradient);
    }

    /// <summary>A picture that a filter reads, drawn by a pixel stage of its own.</summary>
    private sealed class DrawnPicture
    {
        private PixelStage? _stage;
        private Picture? _picture;

        public void Draw(DrawList list, FilterImage<float> into, in PaintRun run)
        {
            if (_picture is null || (_picture.Width, _picture.Height) != (list.Width, list.Height)) _picture = new(list.Width, list.Height);
            if (_stage is null || _stage.Threads != run.Threads) _stage = new() { Threads = run.Threads };
            _stage.FilterWidth = run.FilterWidth;
            _stage.Forward(list, _picture, run.Keep);
            into.Resize(list.Width, list.Height);
            _picture.Data.CopyTo(into.Data);
        }

        public void Backward(FilterImage<float> gradient, Span<double> vertexGradient, Span<double> scalarGradient) =>
            _stage!.Backward(gradient.Data, vertexGradient, scalarGradient);
    }
}
