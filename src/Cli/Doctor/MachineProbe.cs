using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion;
using SvgDistill.Editor;
using SvgDistill.Editor.Machine;

namespace SvgDistill.Cli.Doctor;

/// <summary>The program, the system and the processor.</summary>
internal static class MachineProbe
{
    public static IEnumerable<Finding> Run()
    {
        yield return new("program", Health.Ok, $"svgdistill {ProgramInfo.Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}",
            new JsonObject { ["version"] = ProgramInfo.Version, ["runtime"] = RuntimeInformation.FrameworkDescription, ["system"] = RuntimeInformation.OSDescription });

        var cpu = CpuFeatures.Detect();
        yield return new("processor", cpu.Avx2 ? Health.Ok : Health.Warning,
            $"{Processors.Available} cores, {cpu}{(cpu.Avx2 ? "" : ": edits will be slow")}",
            new JsonObject
            {
                ["cores"] = Processors.Available, ["avx2"] = cpu.Avx2, ["avx512"] = cpu.Avx512,
                ["avx512_bf16"] = cpu.Avx512Bf16, ["amx_bf16"] = cpu.AmxBf16,
            });

        var free = Memory.Available();
        yield return new("memory", free >= EnoughMemory ? Health.Ok : Health.Warning,
            $"{Memory.Words(free)} free{(free >= EnoughMemory ? "" : ": an edit with the embedded prior takes up to 1.5 GB")}",
            new JsonObject { ["free_bytes"] = free });
    }

    private const long EnoughMemory = 1_500_000_000;
}
