using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// Mean winding numbers of a fill in tensor operations: vertices [V, 2] (float64, on the device) to [rows, columns] of a box of pixels.
/// Each piece adds its exact signed area to the cell that it crosses and the next one, and a prefix sum along rows does the rest; the
/// gradient is the boundary integral of <see cref="Coverage.CoverageGrid.Gather"/>.
/// </summary>
internal sealed class WindingFunction : autograd.SingleTensorFunction<WindingFunction>
{
    private const string SizeKey = "size";

    public override string Name => nameof(WindingFunction);

    /// <summary>The winding numbers of the box that <paramref name="crossings"/> describes, without its guard columns.</summary>
    public static Tensor Apply(Tensor vertices, Crossings crossings)
    {
        var device = vertices.device;
        return apply(
            vertices, crossings, tensor(crossings.From, device: device), tensor(crossings.To, device: device),
            tensor(crossings.Cells, device: device), tensor(crossings.Begins, device: device), tensor(crossings.Ends, device: device));
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (vertices, crossings) = ((Tensor)vars[0], (Crossings)vars[1]);
        Tensor from = (Tensor)vars[2], to = (Tensor)vars[3], cells = (Tensor)vars[4], begins = (Tensor)vars[5], ends = (Tensor)vars[6];
        var device = vertices.device;
        Tensor p0 = vertices.index_select(0, from), p1 = vertices.index_select(0, to), edge = p1 - p0;
        Tensor length = ends - begins, middle = .5 * (begins + ends);
        // height: how far the piece goes down; share: the part of the cell left of its middle.
        var height = edge.select(1, 1) * length;
        var share = p0.select(1, 0) + crossings.OffsetX + edge.select(1, 0) * middle - tensor(crossings.ColumnOf, device: device);
        var next = height * share * tensor(crossings.Inside, device: device);
        var sums = zeros(crossings.Rows * crossings.Columns + 1, dtype: ScalarType.Float64, device: device);
        sums = sums.index_add(0, cells, height - next, 1).index_add(0, cells + 1, next, 1);
        ctx.save_for_backward([edge, from, to, cells, length, middle]);
        ctx.save_data(SizeKey, new[] { vertices.shape[0], crossings.Rows, crossings.Columns });
        return sums.narrow(0, 0, crossings.Rows * crossings.Columns).view(crossings.Rows, crossings.Columns)
            .cumsum(1).narrow(1, 1, crossings.Columns - 2).contiguous();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (edge, from, to, cells, length, middle) = (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]);
        long[] size = (long[])ctx.get_data(SizeKey)!;
        var padded = nn.functional.pad(grad_output, [1, 1, 0, 0]).flatten();
        var weight = padded.index_select(0, cells) * length;
        var normal = stack([-edge.select(1, 1), edge.select(1, 0)], 1);
        var end = normal * (weight * middle).unsqueeze(1);
        var begin = normal * weight.unsqueeze(1) - end;
        var gradient = zeros(size[0], 2, dtype: ScalarType.Float64, device: edge.device);
        gradient = gradient.index_add(0, from, begin, 1).index_add(0, to, end, 1);
        return [gradient, null!, null!, null!, null!, null!, null!];
    }
}
