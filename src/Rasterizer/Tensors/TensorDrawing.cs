using SvgDistill.Rasterizer.Drawing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// A picture that <see cref="TensorPixelStage"/> drew, and the way back. Autograd goes from the pixels to its leaves, which are the
/// winding numbers of each shape and the scalars; the winding numbers' own adjoint goes on to the vertices. So no operator is added to
/// autograd's graph, and what the picture does not depend on has the gradient 0.
/// </summary>
internal sealed class TensorDrawing : IDisposable
{
    private readonly long _vertexCount;
    private readonly List<WindingNumbers> _windings = [];

    /// <summary>Takes the draw list's scalars as leaves of the graph to come.</summary>
    public TensorDrawing(DrawList list, ScalarType type, Device device)
    {
        _vertexCount = list.VertexCount;
        Vertices = tensor(list.Vertices[..(2 * list.VertexCount)], device: device).view(-1, 2);
        Scalars = tensor(list.Scalars[..list.ScalarCount], dtype: type, device: device).requires_grad_(true);
    }

    /// <summary>The draw list's vertices [V, 2] in float64, which autograd does not see; and its scalars [S].</summary>
    public Tensor Vertices { get; }
    public Tensor Scalars { get; }

    /// <summary>[1, 4, H, W].</summary>
    public Tensor Picture { get; set; } = null!;

    /// <summary>A shape's winding numbers [rows, columns], as a leaf unless the shape is <paramref name="frozen"/>.</summary>
    public Tensor Windings(Crossings crossings, bool frozen)
    {
        var windings = new WindingNumbers(Vertices, crossings);
        if (frozen) return windings.Values;
        _windings.Add(windings);
        return windings.Values.requires_grad_(true);
    }

    /// <summary>dL/dvertices [V, 2] and dL/dscalars [S] where dL/dpicture is given; may be asked for more than once.</summary>
    public (Tensor Vertices, Tensor Scalars) Backward(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        Tensor vertices = zeros(_vertexCount, 2, dtype: ScalarType.Float64, device: Scalars.device), scalars = zeros_like(Scalars);
        if (Picture.requires_grad)
        {
            var gradients = autograd.grad(
                [Picture], [Scalars, .. _windings.Select(w => w.Values)], [gradient.detach().to(Picture.dtype, Picture.device)],
                retain_graph: true, allow_unused: true);
            if (!gradients[0].IsInvalid) scalars = gradients[0];
            for (int i = 0; i < _windings.Count; i++)
                if (!gradients[i + 1].IsInvalid) _windings[i].Backward(gradients[i + 1], vertices);
        }
        return (vertices.MoveToOuterDisposeScope(), scalars.MoveToOuterDisposeScope());
    }

    /// <summary>Takes the tensors that the way back needs out of the scope they were made in: <see cref="Dispose"/> frees them.</summary>
    public void Keep()
    {
        foreach (var kept in Kept()) kept.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var kept in Kept()) kept.Dispose();
    }

    private IEnumerable<Tensor> Kept() => [Picture, Vertices, Scalars, .. _windings.SelectMany(w => w.Kept)];
}
