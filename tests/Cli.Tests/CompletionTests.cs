using System.Diagnostics;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What shells complete, by the scripts that <c>completions</c> prints.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public CompletionTests()
    {
        _folder.Write("svgdistill", $"#!/bin/sh\nexec dotnet '{CliRun.Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["svgdistill"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var shell in new[] { "bash", "zsh", "fish", "pwsh" })
        {
            var printed = CliRun.InProcess("completions", shell);
            Assert.Equal((0, ""), (printed.Code, printed.Error));
            _folder.Write($"script.{shell}", printed.Output);
        }
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Lines => new()
    {
        { "svgdistill re", "render restore", "metrics" },
        { "svgdistill edit owl.svg --me", "--method", "--model" },
        { "svgdistill edit owl.svg --trg \"a big monkey\" --method fpr+d", "fpr+dds fpr+dreamsampler", "dds" },
        { "svgdistill edit owl.svg --optimize stro", "stroke-widths", "StrokeWidths" },
        { "svgdistill edit owl.svg --device ", "cpu cuda", "--help" },
        { "svgdistill model ", "check convert info pull", "--help" },
    };

    [Theory, MemberData(nameof(Lines))]
    public void BashCompletesByTheScript(string line, string offered, string not) => Offers(offered, not, Shell("bash", $$"""
        source {{_folder["script.bash"]}}
        COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; eval "COMP_WORDS=({{line}}{{(line.EndsWith(' ') ? "''" : "")}})"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _svgdistill svgdistill
        printf '%s\n' "${COMPREPLY[@]}"
        """));

    [Theory, MemberData(nameof(Lines))]
    public void FishCompletesByTheScript(string line, string offered, string not) =>
        Offers(offered, not, Shell("fish", $"source {_folder["script.fish"]}; complete -C '{line}'"));

    [Fact]
    public void BashOffersFilesWhereNothingElseFits() =>
        Assert.Equal("complete -o default -F _svgdistill svgdistill", Shell("bash", $"source {_folder["script.bash"]}; complete -p svgdistill").Trim());

    // zsh completes at a terminal alone; here its two builtins print what they are given.
    [Theory, MemberData(nameof(Lines))]
    public void ZshCompletesByTheScript(string line, string offered, string not) => Offers(offered, not, Shell("zsh", $$"""
        compdef() { :; }; compadd() { print -l -- "${(P@)2}"; }; _files() { print files; }
        source {{_folder["script.zsh"]}}
        words=({{line}}{{(line.EndsWith(' ') ? "''" : "")}}); CURRENT=$#words
        [[ $words[6] != *' '* ]] || words[6]="'$words[6]'"
        _svgdistill
        """));

    [Fact]
    public void AnUnknownShellEndsWith2AndTheKnownOnesAreNamed()
    {
        var result = CliRun.InProcess("completions", "tcsh");
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("'bash'", result.Error, StringComparison.Ordinal);
    }

    private static void Offers(string offered, string not, string said)
    {
        // fish says what a word is after a tab.
        string[] words = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0])];
        Assert.All(offered.Split(' '), word => Assert.Contains(word, words));
        Assert.DoesNotContain(not, words);
    }

    private string Shell(string shell, string script)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, shell))), $"{shell} is not on this machine");
        var start = new ProcessStartInfo(shell, ["-c", script]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.Path}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var result = CliRun.Finish(process);
        Assert.True(result.Code == 0 && result.Error.Length == 0, result.Error + result.Output);
        return result.Output;
    }
}
