using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Layers;

/// <summary>
/// A block of layers whose intermediate results are not kept for the way back but computed again there (gradient
/// checkpointing, Chen 2016, arXiv:1604.06174): one more forward pass for a small fraction of the memory. The gradient
/// goes to the first input and to the block's trained parameters; its other inputs and weights are constants.
/// </summary>
internal sealed class Recomputed : autograd.MultiTensorFunction<Recomputed>
{
    private const string CallKey = "call";

    public override string Name => nameof(Recomputed);

    /// <summary>The output of a block with constant weights.</summary>
    public static Tensor Run(Tensor input, Func<Tensor, Tensor> block) => Run(input, [], [], (x, _) => [block(x)])[0];

    /// <summary>The outputs of a block.</summary>
    /// <param name="input">What the gradient goes to.</param>
    /// <param name="constants">Handed to the block in both passes, kept alive for the second.</param>
    /// <param name="trained">The parameters, leaves that the block knows itself, which take gradients.</param>
    /// <param name="block">Must give the same in both passes.</param>
    public static List<Tensor> Run(Tensor input, Tensor[] constants, Tensor[] trained, Func<Tensor, Tensor[], List<Tensor>> block) =>
        is_grad_enabled() && (input.requires_grad || trained.Length > 0)
            ? apply([new Call(block, trained, input.requires_grad), input, .. constants, .. trained])
            : block(input, constants);

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (Call)vars[0];
        var tensors = vars.Skip(1).SkipLast(call.Trained.Length).Cast<Tensor>().ToList();
        ctx.save_for_backward(tensors);
        ctx.save_data(CallKey, call);
        return call.Block(tensors[0], [.. tensors.Skip(1)]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        var call = (Call)ctx.get_data(CallKey);
        var tensors = ctx.get_saved_variables();
        using var enable = enable_grad();
        var input = tensors[0].detach().requires_grad_(call.ToInput);
        var outputs = call.Block(input, [.. tensors.Skip(1)]);
        Tensor[] leaves = call.ToInput ? [input, .. call.Trained] : call.Trained;
        var reached = Enumerable.Range(0, outputs.Count).Where(k => outputs[k].requires_grad).ToArray();
        var gradients = autograd.grad([.. reached.Select(k => outputs[k])], leaves, [.. reached.Select(k => grad_outputs[k])], allow_unused: true)
            .Select(g => g.IsInvalid ? null! : g.MoveToOuterDisposeScope()).ToList();
        // As many as there were arguments: the call, the input, the constants, the trained.
        var toInput = call.ToInput ? gradients[0] : null!;
        return [null!, toInput, .. Enumerable.Repeat<Tensor>(null!, tensors.Count - 1), .. gradients.Skip(call.ToInput ? 1 : 0)];
    }

    private sealed record Call(Func<Tensor, Tensor[], List<Tensor>> Block, Tensor[] Trained, bool ToInput);
}
