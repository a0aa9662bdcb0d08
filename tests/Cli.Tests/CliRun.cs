using Xunit;
using System.Diagnostics;
using SvgDistill.Cli.Terminal;

namespace SvgDistill.Cli.Tests;

/// <summary>What a run of the program gave.</summary>
internal sealed record CliResult(int Code, string Output, string Error);

/// <summary>Runs the program: inside this process where only its behaviour matters, as a process of its own where bytes, signals or memory do.</summary>
internal static class CliRun
{
    /// <summary>The program as it was built with these tests.</summary>
    public static string Program { get; } = Path.Combine(
        SvgDistill.Tests.TestPaths.Root, "src", "Cli", "bin", Configuration, "net10.0", "svgdistill.dll");

    // .../tests/Cli.Tests/bin/CONFIGURATION/net10.0/
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Runs inside this process; the console is not touched.</summary>
    public static CliResult InProcess(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = SvgDistill.Cli.Program.Run(args, new Streams(output, error, Redirected: true));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs as a process to its end.</summary>
    public static CliResult Process(IReadOnlyDictionary<string, string?>? environment, params string[] args)
    {
        using var process = Start(environment, args);
        return Finish(process);
    }

    /// <summary>Starts a process; read it with <see cref="Finish"/>.</summary>
    public static Process Start(IReadOnlyDictionary<string, string?>? environment, params string[] args) => StartProgram(Program, environment, args);

    /// <summary>The same for a copy of the program.</summary>
    public static Process StartProgram(string program, IReadOnlyDictionary<string, string?>? environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return System.Diagnostics.Process.Start(start)!;
    }

    /// <summary>Runs as a process with bytes on its standard input; gives the bytes of its standard output.</summary>
    public static (int Code, byte[] Output, string Error) Piped(byte[] input, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        using var output = new MemoryStream();
        var read = process.StandardOutput.BaseStream.CopyToAsync(output);
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        read.Wait();
        return (process.ExitCode, output.ToArray(), error.Result);
    }

    /// <summary>Waits for the end; a run that hangs is killed and fails the test.</summary>
    /// <param name="process">The run.</param>
    /// <param name="minutes">What none takes that does not hang.</param>
    public static CliResult Finish(Process process, int minutes = 5)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(minutes)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program hangs; so far it said:\n{error.Result}");
        }
        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Asks a run to stop as Ctrl-C does; by SIGTERM, which takes the same way, where a shell in the background ignores SIGINT.</summary>
    public static void Interrupt(Process process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [IgnoresInterrupts() ? "-TERM" : "-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static bool IgnoresInterrupts()
    {
        var ignored = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (Convert.ToUInt64(ignored, 16) >> 1 & 1) == 1;
    }
}
