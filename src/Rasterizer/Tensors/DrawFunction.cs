using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>The CPU path as one autograd operator: theta [N] to a picture [1, 4, H, W] in float32.</summary>
internal sealed class DrawFunction : autograd.SingleTensorFunction<DrawFunction>
{
    private const string RequestKey = "request";

    public override string Name => nameof(DrawFunction);

    /// <summary>Arguments: theta, <see cref="RenderState"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (theta, state) = ((Tensor)vars[0], (RenderState)vars[1]);
        var request = state.At(Values(theta));
        ctx.save_data(RequestKey, request);
        state.Ensure(request, Forward);
        var picture = state.Rasterizer.Picture;
        var result = empty(1, 4, picture.Height, picture.Width, dtype: ScalarType.Float32);
        picture.Data.CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(result.bytes));
        return result.to(theta.device);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var request = (RenderState.Request)ctx.get_data(RequestKey)!;
        request.State.Ensure(request, Forward);
        var gradient = new double[request.Theta.Length];
        using var contiguous = grad_output.to(ScalarType.Float32).cpu().contiguous();
        request.State.Rasterizer.Backward(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(contiguous.bytes), gradient);
        return [tensor(gradient).to(grad_output.device), null!];
    }

    private static void Forward(SceneRasterizer rasterizer, RenderState.Request request) => rasterizer.Forward(request.Theta);

    /// <summary>A tensor's values in double precision.</summary>
    public static double[] Values(Tensor theta)
    {
        using var values = theta.detach().to(ScalarType.Float64).cpu().contiguous();
        return values.data<double>().ToArray();
    }
}
