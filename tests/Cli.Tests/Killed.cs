using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Runs that are killed (SIGKILL: nothing of theirs is asked) at moments that nobody chose.</summary>
internal static class Killed
{
    // Beyond any machine that is only slow.
    private const int MostRuns = 60;

    /// <summary>
    /// Starts the same command until it has been killed so many times: in turn shortly after it has written a state, anywhere before it has written two,
    /// and while it writes one. What decides is how far it has come, so that it comes forward on a machine of any speed and load.
    /// </summary>
    /// <param name="times">How often; the last leaves a state.</param>
    /// <param name="environment">Variables of the runs.</param>
    /// <param name="states">The folder that its states are in.</param>
    /// <param name="restart">Called where a run came to its end before it was killed: makes that the next one begins anew.</param>
    /// <param name="command">The command.</param>
    public static void Times(int times, IReadOnlyDictionary<string, string?>? environment, string states, Action restart, string[] command)
    {
        var (random, killed) = (new Random(5), 0);
        for (var runs = 0; killed < times; runs++)
        {
            Assert.True(runs < MostRuns, $"of {runs} runs {killed} could be killed");
            var kind = killed == times - 1 ? 0 : killed % 3;
            var (seen, last, wanted) = (0, States(states), kind == 1 ? 2 : 1 + random.Next(2));
            using var process = CliRun.Start(environment, command);
            var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            var pause = kind == 1 ? random.Next(4000) : 0;
            for (var waited = 0; !process.HasExited && seen < wanted && !(kind == 1 && waited >= pause) && !(kind == 2 && IsWriting(states)); waited++)
            {
                Thread.Sleep(1);
                if (States(states) is { Length: > 0 } now && now != last) (seen, last) = (seen + 1, now);
            }
            if (kind == 0) process.WaitForExit(random.Next(30));
            process.Kill();
            process.WaitForExit();
            Task.WaitAll(error, output);
            if (process.ExitCode == 128 + 9) killed += killed < times - 1 || States(states).Length > 0 ? 1 : 0;
            else
            {
                Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {error.Result}");
                restart();
            }
        }
    }

    /// <summary>Runs a command to its end, on a machine of any load.</summary>
    public static CliResult ToTheEnd(IReadOnlyDictionary<string, string?>? environment, params string[] command)
    {
        using var process = CliRun.Start(environment, command);
        return CliRun.Finish(process, minutes: 60);
    }

    private static bool IsWriting(string folder) => Files(folder).Any(f => f.Name.Contains("state", StringComparison.Ordinal) && f.Name.EndsWith(".tmp", StringComparison.Ordinal));

    private static string States(string folder) => string.Join('\n', Files(folder).Where(f => f.Name.EndsWith(".state", StringComparison.Ordinal) || f.Name.EndsWith(".state.safetensors", StringComparison.Ordinal))
        .Select(f => $"{f.Name} {f.LastWriteTimeUtc:O}"));

    private static IEnumerable<FileInfo> Files(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles() : [];
}
