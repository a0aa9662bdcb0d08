using System.Text.Json.Nodes;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;

namespace SvgDistill.Cli.Doctor;

/// <summary>Which NVIDIA GPUs are there, and whether the engine in use can compute on them.</summary>
internal static class GpuProbe
{
    /// <summary>Looks at this machine.</summary>
    /// <param name="usable">How many GPUs the engine can use; null where it does not load.</param>
    public static Finding Run(int? usable) => Judge(EnginePackage.Kind, usable, NvidiaGpus.Names(), NvidiaGpus.IsPluggedIn());

    /// <summary>What to say of a machine.</summary>
    internal static Finding Judge(string? package, int? usable, IReadOnlyList<string> names, bool pluggedIn)
    {
        var (health, text) = (package, usable, names.Count) switch
        {
            (_, > 0, _) => (Health.Ok, $"{Words(names, usable.Value)}; --device cuda computes on it"),
            ("cpu", _, > 0) => (Health.Warning, $"{Words(names, names.Count)}, which the CPU engine in use cannot use: {EnginePackage.OtherAdvice}"),
            ("cuda", 0, > 0) => (Health.Warning, $"{Words(names, names.Count)}, which this engine cannot use: its driver is too old for CUDA 12.8, or the GPU for this libtorch"),
            _ when pluggedIn => (Health.Warning, "an NVIDIA GPU without its driver: install that to use the GPU"),
            ("cuda", 0, _) => (Health.Warning, $"none was found, so that the engine for GPUs computes on the CPU; {EnginePackage.OtherAdvice}"),
            _ => (Health.Ok, "no NVIDIA GPU was found; --device cpu is the default"),
        };
        return new("gpu", health, text, new JsonObject
        {
            ["package"] = package, ["usable"] = usable, ["found"] = new JsonArray([.. names.Select(n => (JsonNode?)n)]),
        });
    }

    private static string Words(IReadOnlyList<string> names, int count) =>
        names.Count == 0 ? $"{count} NVIDIA GPU{(count == 1 ? "" : "s")}" : string.Join(", ", names);
}
