using System.CommandLine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor.History;

namespace SvgDistill.Cli.Commands;

/// <summary><c>redo</c>: gives back what the run that was undone last had made.</summary>
internal sealed class RedoCommand : Command, IHasExamples
{
    private readonly Argument<string> _file = new("file") { Description = "The result, an SVG." };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Streams _streams;

    public RedoCommand(Streams streams) : base("redo", "Gives back what the run that was undone last had made. Refuses where the file was changed since.")
    {
        _streams = streams;
        Add(_file);
        Add(_quiet);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill redo out.svg", "takes the last undo back"),
    ];

    private int Run(ParseResult parsed)
    {
        var path = parsed.GetValue(_file)!;
        var hash = ResultHistory.Redo(path);
        new Screen(_streams, parsed.GetValue(_quiet)).Say($"{path}: SHA-256 {hash}");
        return ExitCode.Done;
    }
}
