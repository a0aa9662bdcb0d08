using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// What Adam and AdamW share: everything but where weight decay goes. Each has its own Options and ParamGroup by name, as
/// in TorchSharp; both derive from those below.
/// </summary>
/// <typeparam name="TOptions">The optimiser's own options.</typeparam>
public abstract class AdamBase<TOptions> : OptimizerHelper, optim.IBetas where TOptions : AdamOptions, new()
{
    private protected AdamBase(IEnumerable<ParamGroup> parameters, double lr, double beta1, double beta2, double eps,
        double weight_decay, bool amsgrad, bool maximize)
    {
        AdamState.Validate(lr, beta1, beta2, eps, weight_decay);
        _defaults = AdamOptions.Of<TOptions>(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        foreach (var group in parameters) add_param_group(group);
    }

    public (double, double) Betas
    {
        get => ((TOptions)_defaults).Betas;
        set => ((TOptions)_defaults).Betas = value;
    }

    public override void add_param_group(ParamGroup param_group)
    {
        var o = (TOptions)(param_group.Options ??= new TOptions());
        o.FillFrom((TOptions)_defaults);
        Add(param_group, p => new AdamState(p, o.amsgrad!.Value));
    }

    public override Tensor step(Func<Tensor>? closure = null) => _step<ParamGroup<TOptions>>(group =>
    {
        var o = group.Options;
        double lr = o.LearningRate!.Value, decay = o.weight_decay!.Value;
        foreach (var p in group.Parameters)
        {
            if (p.grad is not { } g) continue;
            if (o.maximize!.Value) g = -g;
            if (decay != 0) g = Decay(p, g, lr, decay);
            ((AdamState)_state[p.Handle]).Update(p, g, lr, o.beta1!.Value, o.beta2!.Value, o.eps!.Value);
        }
    }, closure);

    /// <summary>Applies weight decay; returns the gradient to go on with.</summary>
    private protected abstract Tensor Decay(Parameter p, Tensor g, double lr, double decay);
}

/// <summary>Parameters that share their settings of Adam or AdamW.</summary>
public abstract class AdamParamGroup<TOptions> : ParamGroup<TOptions>, optim.IBetas where TOptions : AdamOptions
{
    private protected AdamParamGroup() { }

    private protected AdamParamGroup(IEnumerable<Parameter> parameters, TOptions options) : base(parameters, options) { }

    public (double, double) Betas
    {
        get => Options.Betas;
        set => Options.Betas = value;
    }
}

/// <summary>The numbers of Adam and AdamW; those left out are the optimiser's own.</summary>
public abstract class AdamOptions : OptimizerOptions
{
    public double? beta1;
    public double? beta2;
    public double? weight_decay;
    public double? eps;
    public bool? amsgrad;
    public bool? maximize;

    internal (double, double) Betas
    {
        get => (beta1!.Value, beta2!.Value);
        set => (beta1, beta2) = value;
    }

    internal static T Of<T>(double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize)
        where T : AdamOptions, new() => new()
        {
            LearningRate = lr, InitialLearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps,
            weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize,
        };

    internal void FillFrom(AdamOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        beta1 ??= defaults.beta1;
        beta2 ??= defaults.beta2;
        eps ??= defaults.eps;
        weight_decay ??= defaults.weight_decay;
        amsgrad ??= defaults.amsgrad;
        maximize ??= defaults.maximize;
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        writer.Write(beta1!.Value);
        writer.Write(beta2!.Value);
        writer.Write(eps!.Value);
        writer.Write(weight_decay!.Value);
        writer.Write(amsgrad!.Value);
        writer.Write(maximize!.Value);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        beta1 = reader.ReadDouble();
        beta2 = reader.ReadDouble();
        eps = reader.ReadDouble();
        weight_decay = reader.ReadDouble();
        amsgrad = reader.ReadBoolean();
        maximize = reader.ReadBoolean();
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        var o = (AdamOptions)source;
        (beta1, beta2, eps, weight_decay) = (o.beta1, o.beta2, o.eps, o.weight_decay);
        (amsgrad, maximize) = (o.amsgrad, o.maximize);
    }
}
