using System.CommandLine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;

namespace SvgDistill.Cli.Commands;

/// <summary>
/// <c>completions</c>: a script for a shell that completes commands, options and their words. The scripts ask the program itself
/// (System.CommandLine's suggest directive), so that they never fall behind it.
/// </summary>
internal sealed class CompletionsCommand : Command, IHasExamples
{
    private static readonly IReadOnlyDictionary<string, string> _scripts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bash"] = "svgdistill.bash", ["zsh"] = "svgdistill.zsh", ["fish"] = "svgdistill.fish", ["pwsh"] = "svgdistill.ps1",
    };

    private readonly Argument<string> _shell = new("shell") { Description = string.Join(", ", _scripts.Keys) + "." };
    private readonly Streams _streams;

    public CompletionsCommand(Streams streams) : base("completions", "Prints a script that completes svgdistill's command line in a shell.")
    {
        _streams = streams;
        _shell.AcceptOnlyFromAmong([.. _scripts.Keys]);
        Add(_shell);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("eval \"$(svgdistill completions bash)\"", "in ~/.bashrc; svgdistill must be on the PATH"),
        ("source <(svgdistill completions zsh)", "in ~/.zshrc, after compinit"),
        ("svgdistill completions fish | source", "in ~/.config/fish/config.fish"),
        ("svgdistill completions pwsh | Out-String | Invoke-Expression", "in PowerShell's $PROFILE"),
    ];

    private int Run(ParseResult parsed)
    {
        using var script = typeof(CompletionsCommand).Assembly.GetManifestResourceStream(_scripts[parsed.GetValue(_shell)!])!;
        using var reader = new StreamReader(script);
        _streams.Output.Write(reader.ReadToEnd());
        return ExitCode.Done;
    }
}
