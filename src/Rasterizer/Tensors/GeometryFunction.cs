using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// The geometry stage as an autograd operator: theta [N] to the draw list's vertices [V, 2] and scalars [S], both float64 on the CPU.
/// </summary>
internal sealed class GeometryFunction : autograd.MultiTensorFunction<GeometryFunction>
{
    private const string RequestKey = "request", DeviceKey = "device";

    public override string Name => nameof(GeometryFunction);

    /// <summary>Arguments: theta, <see cref="RenderState.Request"/>.</summary>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (theta, request) = ((Tensor)vars[0], (RenderState.Request)vars[1]);
        var state = request.State;
        ctx.save_data(RequestKey, request);
        ctx.save_data(DeviceKey, theta.device);
        state.Ensure(request, Build);
        var list = state.Rasterizer.DrawList;
        return
        [
            tensor(list.Vertices[..(2 * list.VertexCount)]).view(list.VertexCount, 2),
            tensor(list.Scalars[..list.ScalarCount]),
        ];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var request = (RenderState.Request)ctx.get_data(RequestKey)!;
        request.State.Ensure(request, Build);
        var gradient = new double[request.Theta.Length];
        request.State.Rasterizer.BackwardGeometry(DrawFunction.Values(grad_outputs[0]), DrawFunction.Values(grad_outputs[1]), gradient);
        return [tensor(gradient, device: (Device)ctx.get_data(DeviceKey)!), null!];
    }

    private static void Build(SceneRasterizer rasterizer, RenderState.Request request) => rasterizer.Build(request.Theta, request.Strip);
}
