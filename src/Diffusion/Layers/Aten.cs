using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// The engine's own adjoints, and its convolutions on weights that were laid out once: operators that libtorch has and TorchSharp does
/// not wrap, reached through a TorchScript that does nothing but call them.
/// </summary>
internal static class Aten
{
    private static readonly jit.CompilationUnit _script = jit.compile("""
        def convolution(x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
            return torch.conv2d(x, w, b, [stride, stride], [padding, padding], [1, 1], 1)
        def convolution_plain(x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
            return torch.thnn_conv2d(x, w, [w.size(2), w.size(3)], b, [stride, stride], [padding, padding])
        def patches(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
            return torch.im2col(x, [kernel, kernel], [1, 1], [padding, padding], [stride, stride])
        def patches_gradient(g: Tensor, h: int, w: int, kernel: int, stride: int, padding: int) -> Tensor:
            return torch.col2im(g, [h, w], [kernel, kernel], [1, 1], [padding, padding], [stride, stride])
        def convolution_blocked(x: Tensor, w: Tensor, b: Optional[Tensor], stride: int, padding: int) -> Tensor:
            return torch.mkldnn_convolution(x, w, b, [padding, padding], [stride, stride], [1, 1], 1)
        def convolution_layout(w: Tensor, like: Tensor, stride: int, padding: int) -> Tensor:
            return torch.mkldnn_reorder_conv2d_weight(w.to_mkldnn(), [padding, padding], [stride, stride], [1, 1], 1, like.size())
        def convolution_gradient(g: Tensor, x: Tensor, w: Tensor, stride: int, padding: int) -> Tensor:
            return torch.convolution_backward(g, x, w, None, [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1, [True, False, False])[0]
        def group_norm(x: Tensor, w: Tensor, b: Tensor, groups: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
            n, c = x.size(0), x.size(1)
            return torch.native_group_norm(x, w, b, n, c, x.numel() // (n * c), groups, eps)
        def group_norm_gradient(g: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, w: Tensor, groups: int) -> Tensor:
            n, c = x.size(0), x.size(1)
            return torch.native_group_norm_backward(g, x, mean, rstd, w, n, c, x.numel() // (n * c), groups, [True, False, False])[0]
        def layer_norm(x: Tensor, w: Tensor, b: Tensor, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
            return torch.native_layer_norm(x, [x.size(-1)], w, b, eps)
        def layer_norm_gradient(g: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, w: Tensor, b: Tensor) -> Tensor:
            return torch.native_layer_norm_backward(g, x, [x.size(-1)], mean, rstd, w, b, [True, False, False])[0]
        def silu_gradient(g: Tensor, x: Tensor) -> Tensor:
            return torch.silu_backward(g, x)
        def gelu_gradient(g: Tensor, x: Tensor) -> Tensor:
            return torch.gelu_backward(g, x)
        def softmax_gradient(g: Tensor, p: Tensor) -> Tensor:
            return torch._softmax_backward_data(g, p, -1, p.dtype)
        def nearest_gradient(g: Tensor, n: int, c: int, h: int, w: int) -> Tensor:
            return torch.upsample_nearest2d_backward(g, [g.size(2), g.size(3)], [n, c, h, w])

        """);

    private static readonly ConcurrentDictionary<long, Scalar> _whole = new();
    private static readonly ConcurrentDictionary<double, Scalar> _fractions = new();
    private static readonly Lazy<bool> _blockedLayouts = new(TryBlockedLayouts);

    /// <summary>Whether the engine has oneDNN, whose convolutions take weights in a layout of their own: on x86 processors.</summary>
    public static bool HasBlockedLayouts => _blockedLayouts.Value;

    /// <summary>A square convolution with bias, [B,C,H,W].</summary>
    public static Tensor Convolution(Tensor x, Tensor weight, Tensor bias, long stride, long padding) =>
        _script.invoke<Tensor>("convolution", x, weight, bias, Number(stride), Number(padding));

    /// <summary>
    /// The same by the engine's own loops, for types that oneDNN does not take: the engine's choice would ask at each call whether NNPACK
    /// could do it, and complain on standard error where the processor is none of NNPACK's.
    /// </summary>
    public static Tensor ConvolutionPlain(Tensor x, Tensor weight, Tensor bias, long stride, long padding) =>
        _script.invoke<Tensor>("convolution_plain", x, weight, bias, Number(stride), Number(padding));

    /// <summary>What a square convolution sees at each of its P positions, [B,C,H,W] -> [B,C k k,P].</summary>
    public static Tensor Patches(Tensor x, long kernel, long stride, long padding) =>
        _script.invoke<Tensor>("patches", x, Number(kernel), Number(stride), Number(padding));

    /// <summary>Its dL/dx, x of the given shape.</summary>
    public static Tensor PatchesGradient(Tensor g, long[] shape, long kernel, long stride, long padding) =>
        _script.invoke<Tensor>("patches_gradient", g, Number(shape[2]), Number(shape[3]), Number(kernel), Number(stride), Number(padding));

    /// <summary>The same on weights from <see cref="Blocked"/>, fp32 on the CPU.</summary>
    public static Tensor ConvolutionBlocked(Tensor x, Tensor weight, Tensor? bias, long stride, long padding) =>
        _script.invoke<Tensor>("convolution_blocked", x, weight, bias!, Number(stride), Number(padding));

    /// <summary>Weights [out,in,k,k] as a convolution of inputs shaped like <paramref name="like"/> reads them fastest.</summary>
    public static Tensor Blocked(Tensor weight, Tensor like, long stride, long padding) =>
        _script.invoke<Tensor>("convolution_layout", weight, like, Number(stride), Number(padding));

    /// <summary>dL/dx of a convolution; of x only type, device and shape matter.</summary>
    public static Tensor ConvolutionGradient(Tensor g, Tensor x, Tensor weight, long stride, long padding) =>
        _script.invoke<Tensor>("convolution_gradient", g, x, weight, Number(stride), Number(padding));

    /// <summary>Group normalisation of [B,C,...], with each group's mean and 1/deviation.</summary>
    public static (Tensor Normalized, Tensor Mean, Tensor Rstd) GroupNorm(Tensor x, Tensor weight, Tensor bias, long groups, double eps) =>
        ((Tensor, Tensor, Tensor))_script.invoke("group_norm", x, weight, bias, Number(groups), Number(eps));

    /// <summary>Its dL/dx.</summary>
    public static Tensor GroupNormGradient(Tensor g, Tensor x, Tensor mean, Tensor rstd, Tensor weight, long groups) =>
        _script.invoke<Tensor>("group_norm_gradient", g, x, mean, rstd, weight, Number(groups));

    /// <summary>Layer normalisation over the last dimension, with each row's mean and 1/deviation.</summary>
    public static (Tensor Normalized, Tensor Mean, Tensor Rstd) LayerNorm(Tensor x, Tensor weight, Tensor bias, double eps) =>
        ((Tensor, Tensor, Tensor))_script.invoke("layer_norm", x, weight, bias, Number(eps));

    /// <summary>Its dL/dx.</summary>
    public static Tensor LayerNormGradient(Tensor g, Tensor x, Tensor mean, Tensor rstd, Tensor weight, Tensor bias) =>
        _script.invoke<Tensor>("layer_norm_gradient", g, x, mean, rstd, weight, bias);

    /// <summary>dL/dx of x sigmoid(x).</summary>
    public static Tensor SiluGradient(Tensor g, Tensor x) => _script.invoke<Tensor>("silu_gradient", g, x);

    /// <summary>dL/dx of the exact GELU.</summary>
    public static Tensor GeluGradient(Tensor g, Tensor x) => _script.invoke<Tensor>("gelu_gradient", g, x);

    /// <summary>dL/dscores of a softmax over the last dimension, from its result.</summary>
    public static Tensor SoftmaxGradient(Tensor g, Tensor probabilities) => _script.invoke<Tensor>("softmax_gradient", g, probabilities);

    /// <summary>dL/dx of a repetition of pixels, x of the given shape.</summary>
    public static Tensor NearestGradient(Tensor g, long[] shape) =>
        _script.invoke<Tensor>("nearest_gradient", g, Number(shape[0]), Number(shape[1]), Number(shape[2]), Number(shape[3]));

    /// <summary>
    /// A whole number or a fraction as an operation takes it. Kept: a number that the collector frees during the call is read all the
    /// same. There are as many as the networks' shapes have.
    /// </summary>
    public static Scalar Number(long value) => _whole.GetOrAdd(value, v => v.ToScalar());

    /// <inheritdoc cref="Number(long)"/>
    public static Scalar Number(double value) => _fractions.GetOrAdd(value, v => v.ToScalar());

    private static bool TryBlockedLayouts()
    {
        using var scope = NewDisposeScope();
        try
        {
            var (x, weight) = (zeros(1, 16, 4, 4), zeros(16, 16, 3, 3));
            ConvolutionBlocked(x, Blocked(weight, x, 1, 1), null, 1, 1);
            return true;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return false; // An engine built without oneDNN (on ARM) says so this way.
        }
    }
}
