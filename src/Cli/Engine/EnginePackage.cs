using System.Reflection;

namespace SvgDistill.Cli.Engine;

/// <summary>The tensor engine's packages that this program was built with (build/Torch.targets).</summary>
internal static class EnginePackage
{
    /// <summary>"cpu" or "cuda".</summary>
    public static string Kind { get; } = Metadata("Torch");

    /// <summary>The packages and their versions, in words.</summary>
    public static string Words { get; } =
        $"TorchSharp {Metadata("TorchSharp")} with libtorch {Metadata("LibTorch")} for {(Kind == "cuda" ? "NVIDIA GPUs" : "the CPU")}";

    /// <summary>How to have the other ones.</summary>
    public static string OtherAdvice { get; } = Kind == "cuda"
        ? "leave SVGDISTILL_TORCH out for the CPU engine, which is smaller"
        : "SVGDISTILL_TORCH=cuda ./svgdistill builds with the engine for NVIDIA GPUs (or 'dotnet build -p:Torch=cuda'; published archives have the CPU engine)";

    private static string Metadata(string key) =>
        typeof(EnginePackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
