using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// A block of layers whose intermediate results are not kept for the way back but computed again there (gradient
/// checkpointing, Chen 2016, arXiv:1604.06174): one more forward pass for a small fraction of the memory. The gradient
/// goes to the first input only; the block's weights and its other inputs are constants.
/// </summary>
internal sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
{
    private const string BlockKey = "block";

    public override string Name => nameof(Recomputed);

    /// <summary>The block's output; <paramref name="constants"/> are kept alive for the second pass.</summary>
    public static Tensor Run(Tensor input, Tensor[] constants, Func<Tensor, Tensor[], Tensor> block) =>
        is_grad_enabled() && input.requires_grad ? apply([block, input, .. constants]) : block(input, constants);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var block = (Func<Tensor, Tensor[], Tensor>)vars[0];
        var tensors = vars.Skip(1).Cast<Tensor>().ToList();
        ctx.save_for_backward(tensors);
        ctx.save_data(BlockKey, block);
        return block(tensors[0], [.. tensors.Skip(1)]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var block = (Func<Tensor, Tensor[], Tensor>)ctx.get_data(BlockKey);
        var tensors = ctx.get_saved_variables();
        using var enable = enable_grad();
        var input = tensors[0].detach().requires_grad_(true);
        var output = block(input, [.. tensors.Skip(1)]);
        var gradient = autograd.grad([output], [input], [grad_output])[0].MoveToOuterDisposeScope();
        return [null!, gradient, .. Enumerable.Repeat<Tensor>(null!, tensors.Count - 1)];
    }
}
