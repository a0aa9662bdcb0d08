using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The moments that Adam and AdamW keep of one parameter, and the step they share.</summary>
internal sealed class AdamState(Parameter parameter, bool amsgrad) : OptimizerState(parameter), IDisposable
{
    private long step;
    private Tensor? mean;       // m: exponential average of the gradient
    private Tensor? square;     // v: exponential average of its square
    private Tensor? maxSquare;  // the largest v so far (AMSGrad)

    internal static void Validate(double lr, double beta1, double beta2, double eps, double weightDecay)
    {
        if (lr < 0.0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (beta1 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta1 value: {beta1}");
        if (beta2 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta2 value: {beta2}");
        if (eps < 0.0) throw new ArgumentException($"Invalid epsilon value: {eps}");
        if (weightDecay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {weightDecay}");
    }

    /// <summary>Kingma and Ba 2015, Algorithm 1, the bias corrections folded into the step size.</summary>
    internal void Update(Parameter p, Tensor g, double lr, double beta1, double beta2, double eps)
    {
        step++;
        mean!.mul_(beta1).add_(g, 1 - beta1);
        square!.mul_(beta2).addcmul_(g, g, 1 - beta2);
        var v = square;
        if (amsgrad)
        {
            Replace(ref maxSquare, maxSquare!.maximum(square));
            v = maxSquare!;
        }
        var denominator = (v.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, step))).add_(eps);
        p.addcdiv_(mean, denominator, -lr / (1 - Math.Pow(beta1, step)));
    }

    public override void Initialize(OptimizerOptions options)
    {
        step = 0;
        Replace(ref mean, zeros_like(_parameter));
        Replace(ref square, zeros_like(_parameter));
        Replace(ref maxSquare, amsgrad ? zeros_like(_parameter) : null);
    }

    public override void to(Device device)
    {
        Replace(ref mean, mean!.to(device, copy: true));
        Replace(ref square, square!.to(device, copy: true));
        Replace(ref maxSquare, maxSquare?.to(device, copy: true));
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(step);
        mean!.Save(writer);
        square!.Save(writer);
        SaveOptional(writer, maxSquare);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        step = reader.ReadInt64();
        mean!.Load(reader);
        square!.Load(reader);
        LoadOptional(reader, ref maxSquare, _parameter.device);
    }

    public override void LoadStateDict(OptimizerState source)
    {
        var s = (AdamState)source;
        step = s.step;
        Replace(ref mean, s.mean!.to(_parameter.device, copy: true));
        Replace(ref square, s.square!.to(_parameter.device, copy: true));
        Replace(ref maxSquare, s.maxSquare?.to(_parameter.device, copy: true));
    }

    public override bool ApproximatelyEquals(OptimizerState other) => other is AdamState s && step == s.step
        && mean!.allclose(s.mean!) && square!.allclose(s.square!)
        && (maxSquare is null || maxSquare.allclose(s.maxSquare!));

    public void Dispose()
    {
        mean?.Dispose();
        square?.Dispose();
        maxSquare?.Dispose();
    }
}
