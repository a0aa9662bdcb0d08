using SvgDistill.Cli.Doctor;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What the doctor says of engine packages and GPUs that this machine need not have.</summary>
public class GpuProbeTests
{
    [Theory]
    [InlineData("cpu", 0, "", false, nameof(Health.Ok), "no NVIDIA GPU was found")]
    [InlineData("cpu", 0, "NVIDIA L4", true, nameof(Health.Warning), "NVIDIA L4, which the CPU engine in use cannot use: SVGDISTILL_TORCH=cuda")]
    [InlineData("cpu", null, "NVIDIA L4", true, nameof(Health.Warning), "NVIDIA L4, which")]
    [InlineData("cpu", 0, "", true, nameof(Health.Warning), "without its driver")]
    [InlineData("cuda", 2, "NVIDIA L4,NVIDIA T4", true, nameof(Health.Ok), "NVIDIA L4, NVIDIA T4; --device cuda")]
    [InlineData("cuda", 0, "NVIDIA K80", true, nameof(Health.Warning), "driver is too old")]
    [InlineData("cuda", 0, "", false, nameof(Health.Warning), "computes on the CPU")]
    public void HardwareAndPackageAreNamedWithTheRemedy(string package, int? usable, string names, bool pluggedIn, string health, string said)
    {
        var finding = GpuProbe.Judge(package, usable, names.Split(',', StringSplitOptions.RemoveEmptyEntries), pluggedIn);
        Assert.Equal(health, finding.Health.ToString());
        Assert.Contains(said, finding.Text, StringComparison.Ordinal);
        Assert.Equal(package, (string?)finding.Details["package"]);
    }

    [Fact]
    public void ThePackageInUseIsNamedWithItsVersions() =>
        Assert.Matches(@"^TorchSharp \d+\.\d+\.\d+ with libtorch \d+\.\d+\.\d+ for (the CPU|NVIDIA GPUs)$", EnginePackage.Words);

    [Fact]
    public void ADeviceThatTheEngineLacksEndsWith5AndSaysWhichEngineHasIt()
    {
        Assert.SkipUnless(EnginePackage.Kind == "cpu", "this is a build with the engine for GPUs");
        TensorEngine.Start();
        var error = Assert.Throws<EditorException>(() => TensorEngine.Device("cuda"));
        Assert.Equal(EditorErrorKind.Engine, error.Kind);
        Assert.Contains("SVGDISTILL_TORCH=cuda", error.Message, StringComparison.Ordinal);
    }
}
