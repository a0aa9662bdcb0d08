using System.Reflection;

namespace SvgDistill.Editor.Engine;

/// <summary>The tensor engine's packages that the running program was built with (build/Program.props); other programs than ours do not say.</summary>
internal static class EnginePackage
{
    /// <summary>"cpu" or "cuda"; null where the program does not say.</summary>
    public static string? Kind { get; } = Metadata("Torch");

    /// <summary>The packages and their versions, in words.</summary>
    public static string Words { get; } = Kind is null ? "packages of its own"
        : $"TorchSharp {Metadata("TorchSharp")} with libtorch {Metadata("LibTorch")} for {(Kind == "cuda" ? "NVIDIA GPUs" : "the CPU")}";

    /// <summary>How to have the other ones.</summary>
    public static string OtherAdvice { get; } = Kind == "cuda"
        ? "leave SVGDISTILL_TORCH out for the CPU engine, which is smaller"
        : "SVGDISTILL_TORCH=cuda ./svgdistill builds with the engine for NVIDIA GPUs (or 'dotnet build -p:Torch=cuda'; published archives have the CPU engine)";

    /// <summary>What to do where the tensor engine does not load.</summary>
    public static string LoadAdvice { get; } = Kind is null
        ? "add libtorch's package for this system to the program: libtorch-cpu-linux-x64, libtorch-cpu-win-x64 or libtorch-cpu-osx-arm64"
        : "its libraries belong beside the program and run on 64-bit Linux (glibc 2.34 or newer), Windows and macOS (Apple silicon); " +
          "unpack the archive again, or remove the folder artifacts and run ./svgdistill, which builds anew";

    private static string? Metadata(string key) =>
        Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;
}
