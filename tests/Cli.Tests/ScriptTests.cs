using System.Diagnostics;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary><c>./svgdistill</c> and what <c>./test</c> runs programs with, in a tree of their own with a stand-in for the SDK.</summary>
public sealed class ScriptTests : IDisposable
{
    // Writes down what it is asked to build; its version is good unless the test says otherwise.
    private const string StandIn = """
        #!/bin/sh
        case $1 in
            --version) exit "${SDK_CODE:-0}" ;;
            --list-sdks) echo "8.0.100 [/usr/share/dotnet/sdk]" ;;
            build) echo "$@" >>"$CALLS"; echo "${BUILD_SAYS:-}"
                case "$*" in *Torch=cuda*) folder=artifacts/cuda/bin/SvgDistill.Cli/release ;; *) folder=src/Cli/bin/Release/net10.0 ;; esac
                mkdir -p $folder; cat src/*.cs >$folder/svgdistill.dll
                exit "${BUILD_CODE:-0}" ;;
            *) echo "ran $(basename "$1") $2" ;;
        esac
        """;

    private readonly TempFolder _folder = new();

    public ScriptTests()
    {
        foreach (var folder in new[] { "sdk", "scripts", "build", "src" }) Directory.CreateDirectory(_folder[folder]);
        foreach (var script in new[] { "svgdistill", "scripts/setup.sh" }) File.Copy(Path.Combine(TestPaths.Root, script), _folder[script]);
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", ".editorconfig", "src/a.cs", "src/b.cs" })
            File.WriteAllText(_folder[file], "as it was");
        File.WriteAllText(_folder["sdk/dotnet"], StandIn);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["sdk/dotnet"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheProgramIsBuiltWhenSourcesChangedAndOnlyThen()
    {
        Assert.Equal(1, Builds("--version"));
        Assert.Equal(1, Builds("--version"));
        File.WriteAllText(_folder["src/a.cs"], "as it was"); // newer, and the same
        Assert.Equal(1, Builds("--version"));
        File.WriteAllText(_folder["src/a.cs"], "otherwise");
        Assert.Equal(2, Builds("--version"));
        File.Delete(_folder["src/b.cs"]);
        Assert.Equal(3, Builds("--version"));
        File.WriteAllText(_folder["build/rules.targets"], "more");
        Assert.Equal(4, Builds("--version"));
        Assert.Equal(4, Builds("--version"));
        // What another build put in its place, or took away, is not what was built.
        var program = _folder["src/Cli/bin/Release/net10.0/svgdistill.dll"];
        File.WriteAllText(program, "another branch's");
        Assert.Equal(5, Builds("--version"));
        File.Delete(program);
        Assert.Equal(6, Builds("--version"));
        Assert.Equal(6, Builds("--version"));

        int Builds(params string[] args)
        {
            var run = Run([], args);
            Assert.Equal((0, "ran svgdistill.dll --version\n"), (run.Code, run.Output));
            return File.ReadAllLines(_folder["calls"]).Length;
        }
    }

    [Fact]
    public void AFailedBuildIsReportedAndTriedAgain()
    {
        var failed = Run([("BUILD_CODE", "1"), ("BUILD_SAYS", "src/a.cs(1,1): error CS0103: no such name")], "doctor");
        Assert.Equal((1, ""), (failed.Code, failed.Output));
        Assert.Contains("error CS0103", failed.Error, StringComparison.Ordinal);
        Assert.Equal("ran svgdistill.dll doctor\n", Run([], "doctor").Output);
    }

    [Fact]
    public void TheEngineForGpusIsBuiltApart()
    {
        Assert.Equal(0, Run([], "doctor").Code);
        Assert.Equal(0, Run([("SVGDISTILL_TORCH", "cuda")], "doctor").Code);
        Assert.Equal(0, Run([], "doctor").Code);
        var builds = File.ReadAllLines(_folder["calls"]);
        Assert.Equal(2, builds.Length);
        Assert.EndsWith("-p:Torch=cuda", builds[1], StringComparison.Ordinal);

        var missing = Run([("SVGDISTILL_TORCH", "cuda"), ("BUILD_CODE", "1"),
            ("BUILD_SAYS", "x.csproj : error NU1101: Unable to find package libtorch-cuda-12.8-linux-x64.")], Touched("doctor"));
        Assert.Equal(ExitCode.Engine, missing.Code);
        Assert.Contains("does not have the CUDA packages", missing.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Run([("SVGDISTILL_TORCH", "rocm")], "doctor").Code);
    }

    [Fact]
    public void AnSdkThatIsTooOldIsNamed()
    {
        var run = Run([("SDK_CODE", "155")], "doctor");
        Assert.Equal((ExitCode.Engine, ""), (run.Code, run.Output));
        Assert.Contains("SDK 8.0.100, no .NET 10 SDK", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ATestProgramThatFallsSilentIsEndedAndItsTestsNamed()
    {
        var child = _folder["child"];
        var run = Bash([], Path.Combine(TestPaths.Root, "scripts/watched"), "2", _folder["log"], "bash", "-c",
            $"echo '    A.Ends [STARTING]'; echo '    A.Hangs(n: 1) [STARTING]'; echo '    A.Ends [FINISHED] Time: 1s'; echo 'a failure'; sleep 600 & echo $! >'{child}'; wait");
        Assert.Equal(124, run.Code);
        Assert.Equal(["a failure", "ended: it said nothing for 2 s; the tests that ran:", "   A.Hangs(n: 1)", ""], run.Output.Split('\n'));
        Assert.False(IsRunning(File.ReadAllText(child).Trim()));
    }

    [Fact]
    public void ATestProgramThatSpeaksIsLeftToEnd()
    {
        var run = Bash([], Path.Combine(TestPaths.Root, "scripts/watched"), "3", _folder["log"], "bash", "-c",
            "for i in 1 2 3 4 5; do echo \"    A.T$i [STARTING]\"; sleep 1; done; exit 7");
        Assert.Equal((7, ""), (run.Code, run.Output));
        Assert.Contains("A.T5", File.ReadAllText(_folder["log"]), StringComparison.Ordinal);
    }

    // A process that has ended may still wait to be collected: a zombie does not run.
    private static bool IsRunning(string id) =>
        File.Exists($"/proc/{id}/stat") && File.ReadAllText($"/proc/{id}/stat").Split(") ")[1][0] is not ('Z' or 'X');

    private string[] Touched(params string[] args)
    {
        File.WriteAllText(_folder["src/a.cs"], Guid.NewGuid().ToString());
        return args;
    }

    private CliResult Run((string, string)[] environment, params string[] args) => Bash(environment, _folder["svgdistill"], args);

    private CliResult Bash((string Name, string Value)[] environment, string script, params string[] args)
    {
        var start = new ProcessStartInfo("bash", [script, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "SVGDISTILL_TORCH", "SVGDISTILL_TEST_SILENCE" }) start.Environment.Remove(name);
        start.Environment["DOTNET_ROOT"] = _folder["sdk"];
        start.Environment["CALLS"] = _folder["calls"];
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        return CliRun.Finish(process);
    }
}
