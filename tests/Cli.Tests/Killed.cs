using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs that are killed (SIGKILL: nothing of theirs is asked) at moments that nobody chose.</summary>
internal static class Killed
{
    private const int MostSeconds = 8;

    /// <summary>
    /// Starts the same command that many times and kills it each time: in turn after a random time, while it writes a state, and shortly
    /// after it has written one, so that it comes forward on a machine of any speed.
    /// </summary>
    /// <param name="times">How often.</param>
    /// <param name="environment">Variables of the runs.</param>
    /// <param name="folder">Where their files are.</param>
    /// <param name="command">The command.</param>
    /// <returns>How many runs were killed before they had ended.</returns>
    public static int Times(int times, IReadOnlyDictionary<string, string?>? environment, TempFolder folder, string[] command)
    {
        var (random, cutOff) = (new Random(5), 0);
        for (var i = 0; i < times; i++)
        {
            var before = States(folder);
            using var process = CliRun.Start(environment, command);
            var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            if (i % 3 == 0) process.WaitForExit(random.Next(1000 * MostSeconds));
            else
            {
                while (!process.HasExited && !(i % 3 == 1 ? IsWriting(folder) : States(folder) != before)) Thread.Sleep(1);
                if (i % 3 == 2) process.WaitForExit(random.Next(300));
            }
            if (process.HasExited) Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {error.Result}");
            else cutOff++;
            process.Kill();
            process.WaitForExit();
            Task.WaitAll(error, output);
        }
        return cutOff;
    }

    private static bool IsWriting(TempFolder folder) => folder.Files.Any(f => f.Contains("state", StringComparison.Ordinal) && f.EndsWith(".tmp", StringComparison.Ordinal));

    private static string States(TempFolder folder) =>
        string.Join('\n', folder.Files.Where(f => f.EndsWith(".state", StringComparison.Ordinal) || f.EndsWith(".state.safetensors", StringComparison.Ordinal))
            .Select(f => $"{f} {File.GetLastWriteTimeUtc(folder[f]):O}"));
}
