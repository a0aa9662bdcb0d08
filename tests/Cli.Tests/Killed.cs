using System.Diagnostics;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs that are killed (SIGKILL: nothing of theirs is asked) at random moments.</summary>
internal static class Killed
{
    // From before the first thing is read to well into the steps, on a quiet machine and on a busy one.
    private const int MostSeconds = 12;

    /// <summary>Starts the same command that many times and kills it each time, at a moment after its files last changed or before.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">The command failed by itself.</exception>
    public static void Times(int times, IReadOnlyDictionary<string, string?>? environment, TempFolder folder, string[] command)
    {
        var (random, cutOff) = (new Random(5), 0);
        for (var i = 0; i < times; i++)
        {
            using var process = CliRun.Start(environment, command);
            var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            var watch = Stopwatch.StartNew();
            // Every other one while a file is being written: those moments are rare among all.
            if (i % 2 == 1)
                while (!process.HasExited && watch.Elapsed.TotalSeconds < 60 && !folder.Files.Any(f => f.EndsWith(".tmp", StringComparison.Ordinal))) Thread.Sleep(1);
            else process.WaitForExit(random.Next(1000 * MostSeconds));
            if (process.HasExited) Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {error.Result}");
            else cutOff++;
            process.Kill();
            process.WaitForExit();
            Task.WaitAll(error, output);
        }
        Assert.True(cutOff > times / 2, $"{cutOff} of {times} runs were killed before they ended");
    }
}
