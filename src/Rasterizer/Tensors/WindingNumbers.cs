using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// Mean winding numbers of a fill in tensor operations, with their adjoint: vertices [V, 2] (float64, on the device) to [rows, columns]
/// of a box of pixels. Each piece adds its exact signed area to the cell that it crosses and the next one, and a prefix sum along rows
/// does the rest; the gradient is the boundary integral of <see cref="Coverage.CoverageGrid.Gather"/>.
/// </summary>
internal sealed class WindingNumbers
{
    // Kept: TorchSharp lets go of a number before the native call that reads it has returned.
    private static readonly TorchSharp.Scalar _one = 1.ToScalar();

    private readonly Tensor _edge, _from, _to, _cells, _length, _middle;

    /// <summary>The winding numbers of the box that <paramref name="crossings"/> describes, without its guard columns.</summary>
    public WindingNumbers(Tensor vertices, Crossings crossings)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var device = vertices.device;
        (_from, _to, _cells) = (tensor(crossings.From, device: device), tensor(crossings.To, device: device), tensor(crossings.Cells, device: device));
        Tensor begins = tensor(crossings.Begins, device: device), ends = tensor(crossings.Ends, device: device);
        var p0 = vertices.index_select(0, _from);
        _edge = vertices.index_select(0, _to) - p0;
        (_length, _middle) = (ends - begins, .5 * (begins + ends));
        // height: how far the piece goes down; share: the part of the cell left of its middle.
        var height = _edge.select(1, 1) * _length;
        var share = p0.select(1, 0) + crossings.OffsetX + _edge.select(1, 0) * _middle - tensor(crossings.ColumnOf, device: device);
        var next = height * share * tensor(crossings.Inside, device: device);
        var sums = zeros(crossings.Rows * crossings.Columns + 1, dtype: ScalarType.Float64, device: device);
        sums.index_add_(0, _cells, height - next, _one).index_add_(0, _cells + 1, next, _one);
        Values = sums.narrow(0, 0, crossings.Rows * crossings.Columns).view(crossings.Rows, crossings.Columns)
            .cumsum(1).narrow(1, 1, crossings.Columns - 2).contiguous();
        scope.MoveToOuter(Kept);
    }

    /// <summary>[rows, columns], float64, without a graph.</summary>
    public Tensor Values { get; }

    /// <summary>The values, and what the adjoint needs.</summary>
    public Tensor[] Kept => [Values, _edge, _from, _to, _cells, _length, _middle];

    /// <summary>Adds dL/dvertices, where dL/dvalues is given, to <paramref name="vertexGradient"/> [V, 2].</summary>
    public void Backward(Tensor gradient, Tensor vertexGradient)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var padded = nn.functional.pad(gradient, [1, 1, 0, 0]).flatten();
        var weight = padded.index_select(0, _cells) * _length;
        var normal = stack([-_edge.select(1, 1), _edge.select(1, 0)], 1);
        var end = normal * (weight * _middle).unsqueeze(1);
        var begin = normal * weight.unsqueeze(1) - end;
        vertexGradient.index_add_(0, _from, begin, _one).index_add_(0, _to, end, _one);
    }
}
