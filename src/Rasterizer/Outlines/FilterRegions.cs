using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// Filter regions in user units that grow with what they filter: where an edit moves the content nearer to an edge than it was in the file, the edge
/// gives way by as much, so that a soft edge does not turn into a cut. A region never becomes smaller than written.
/// </summary>
/// <remarks>
/// Only where that shows nothing else: the content's box (without strokes, Filter Effects section 5) lies in the region as written, no primitive has a subregion
/// of its own, and what is transparent before the filter is so after it.
/// </remarks>
public sealed class FilterRegions
{
    private readonly record struct Followed(FilterRegion Region, BoundingBox Box, FilterBox Written, FilterBox Content);

    private readonly SceneCompiler _compiler;
    private readonly List<Followed> _followed = [];

    /// <summary>Finds the regions that can follow.</summary>
    /// <param name="scene">The scene; its initial parameters say where the content was.</param>
    public FilterRegions(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        List<(FilterNode Filter, BoundingBox Box)> found = [];
        _compiler = new(scene.Parameters, (filter, box) => found.Add((filter, box)));
        if (!scene.Parameters.Any(p => p.Kind == ParameterKind.FilterRegion)) return;
        _compiler.Compile([scene.Root], new Frame());
        var source = scene.InitialValues();
        Refresh(source);
        foreach (var (filter, box) in found)
        {
            if (filter.Region is not { IsWritten: true } region || !box.HasArea || !filter.Primitives.All(p => p.IsWhole) || !StaysEmpty(filter, source)) continue;
            var (written, content) = (region.At(source), new FilterBox(box.X, box.Y, box.Width, box.Height));
            if (content.X < written.X || content.Y < written.Y || content.X + content.Width > written.X + written.Width
                || content.Y + content.Height > written.Y + written.Height) continue;
            _followed.Add(new(region, box, written, content));
        }
    }

    /// <summary>True where no region can follow.</summary>
    public bool IsEmpty => _followed.Count == 0;

    /// <summary>Sets the regions to where the content is.</summary>
    /// <param name="theta">The parameters; changed in place.</param>
    public void Follow(Span<double> theta)
    {
        if (IsEmpty) return;
        foreach (var (region, _, written, _) in _followed) Set(region, written, theta);
        Refresh(theta);
        foreach (var (region, box, written, content) in _followed)
        {
            if (!box.HasArea) continue;
            // A filter that several elements use grows for each of them.
            var now = region.At(theta);
            var left = Math.Min(now.X, written.X + Math.Min(0, box.X - content.X));
            var top = Math.Min(now.Y, written.Y + Math.Min(0, box.Y - content.Y));
            var right = Math.Max(now.X + now.Width, written.X + written.Width + Math.Max(0, box.X + box.Width - content.X - content.Width));
            var bottom = Math.Max(now.Y + now.Height, written.Y + written.Height + Math.Max(0, box.Y + box.Height - content.Y - content.Height));
            if (left < now.X || top < now.Y || right > now.X + now.Width || bottom > now.Y + now.Height)
                Set(region, new(left, top, right - left, bottom - top), theta);
        }
    }

    private void Refresh(ReadOnlySpan<double> theta)
    {
        foreach (var path in _compiler.Paths) path.Refresh(theta);
        foreach (var value in _compiler.Values) value.Refresh(theta);
    }

    private static void Set(in FilterRegion region, in FilterBox box, Span<double> theta)
    {
        foreach (var (scalar, value) in (ReadOnlySpan<(Scalar, double)>)[(region.X, box.X), (region.Y, box.Y), (region.Width, box.Width), (region.Height, box.Height)])
            theta[scalar.Index] = (value - scalar.Offset) / scalar.Scale;
    }

    /// <summary>Whether the result is transparent wherever what is filtered is, as far as its blurs do not reach.</summary>
    private static bool StaysEmpty(FilterNode filter, ReadOnlySpan<double> theta)
    {
        var empty = new bool[filter.Primitives.Length];
        for (var i = 0; i < empty.Length; i++)
        {
            var primitive = filter.Primitives[i];
            bool In(int n) => primitive.Inputs[n] < 0 || empty[primitive.Inputs[n]];
            empty[i] = primitive switch
            {
                FloodPrimitive flood => flood.Color.A.Value(theta) == 0,
                GaussianBlurPrimitive or OffsetPrimitive or DropShadowPrimitive or MorphologyPrimitive => In(0),
                BlendPrimitive => In(0) && In(1),
                CompositePrimitive { Operator: CompositeOperator.In } => In(0) || In(1),
                CompositePrimitive { Operator: CompositeOperator.Out } => In(0),
                CompositePrimitive { Operator: CompositeOperator.Atop } => In(1),
                CompositePrimitive { Operator: CompositeOperator.Arithmetic, K: var k } => k[3] == 0 && (k[1] == 0 || In(0)) && (k[2] == 0 || In(1)),
                CompositePrimitive => In(0) && In(1),
                MergePrimitive => Enumerable.Range(0, primitive.Inputs.Length).All(In),
                ColorMatrixPrimitive matrix => In(0) && matrix.Values[19] <= 0,
                ComponentTransferPrimitive transfer => In(0) && IsZeroAtZero(transfer.Functions[3]),
                ConvolveMatrixPrimitive convolution => In(0) && convolution.Bias == 0,
                DisplacementMapPrimitive => In(0) && In(1),
                // Turbulence, lighting, pictures and tiles fill their subregion, which is the region.
                _ => false,
            };
        }
        return empty[^1];
    }

    private static bool IsZeroAtZero(TransferFunction? function) => function switch
    {
        null => true,
        TableFunction table => table.Values.IsEmpty || table.Values[0] == 0,
        LinearFunction linear => linear.Intercept <= 0,
        GammaFunction gamma => gamma.Offset <= 0 && gamma.Exponent > 0,
        _ => false,
    };
}
