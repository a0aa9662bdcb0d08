using SvgDistill.Diffusion.Adapters;

namespace SvgDistill.Distill.Methods;

/// <summary>Makes methods from names and settings. Options keep a method's own defaults where the settings are silent.</summary>
public static class MethodCatalog
{
    /// <summary>The method with its layers (the caller disposes it), and the options that a run's record lists.</summary>
    /// <param name="name">The method.</param>
    /// <param name="settings">Its numbers.</param>
    /// <param name="control">What a method that conditions denoisers of its own (Piva) gives them; the caller's.</param>
    /// <exception cref="DistillException">The method is not there, or the layer does not go over it.</exception>
    public static (IDistillationMethod Method, IReadOnlyList<object> Options) Create(
        MethodName name, EditSettings settings, ControlCondition? control = null)
    {
        var (method, options) = CreatePlain(name.Kind, settings, control);
        List<object> all = [options];
        if (name.OnRefinedNoise)
        {
            var fpr = FprOptions.From(settings);
            method = new Fpr(method, fpr);
            all.Add(fpr);
        }
        if (settings.Order == TimestepOrder.Falling)
        {
            var falling = new FallingOptions();
            method = new FallingTimesteps(method, falling);
            all.Add(falling);
        }
        return (method, all);
    }

    private static (IDistillationMethod, object) CreatePlain(MethodKind kind, EditSettings settings, ControlCondition? control)
    {
        switch (kind)
        {
            case MethodKind.Sds: { var o = SdsOptions.From(settings); return (new Sds(o), o); }
            case MethodKind.Dds: { var o = DdsOptions.From(settings); return (new Dds(o), o); }
            case MethodKind.Pds: { var o = PdsOptions.From(settings); return (new Pds(o), o); }
            case MethodKind.Cds: { var o = CdsOptions.From(settings); return (new Cds(o), o); }
            case MethodKind.DreamSampler: { var o = DreamSamplerOptions.From(settings); return (new DreamSampler(o), o); }
            case MethodKind.Lusd: { var o = LusdOptions.From(settings); return (new Lusd(o), o); }
            case MethodKind.Ssd: { var o = SsdOptions.From(settings); return (new Ssd(o), o); }
            case MethodKind.DreamCatalyst: { var o = DreamCatalystOptions.From(settings); return (new DreamCatalyst(o), o); }
            case MethodKind.Bridge: { var o = BridgeOptions.From(settings); return (new Bridge(o), o); }
            case MethodKind.Csd: { var o = CsdOptions.From(settings); return (new Csd(o), o); }
            case MethodKind.Nfsd: { var o = NfsdOptions.From(settings); return (new Nfsd(o), o); }
            case MethodKind.Drfs: { var o = DrfsOptions.From(settings); return (new Drfs(o), o); }
            case MethodKind.Piva: { var o = PivaOptions.From(settings); return (new Piva(o, control), o); }
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }
}
