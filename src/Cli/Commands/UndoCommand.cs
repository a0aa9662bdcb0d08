using System.CommandLine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor.History;

namespace SvgDistill.Cli.Commands;

/// <summary><c>undo</c>: gives a result back as it was before the last run that replaced it.</summary>
internal sealed class UndoCommand : Command, IHasExamples
{
    private readonly Argument<string> _file = new("file") { Description = "The result, an SVG." };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Streams _streams;

    public UndoCommand(Streams streams) : base("undo", "Gives a result back as it was before the last run that replaced it. Refuses where the file was changed since.")
    {
        _streams = streams;
        Add(_file);
        Add(_quiet);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill undo out.svg", "out.svg and its record are what they were before the last run with -o out.svg"),
        ("svgdistill redo out.svg", "takes the undo back"),
    ];

    private int Run(ParseResult parsed)
    {
        var path = parsed.GetValue(_file)!;
        var hash = ResultHistory.Undo(path);
        new Screen(_streams, parsed.GetValue(_quiet)).Say($"{path}: SHA-256 {hash}");
        return ExitCode.Done;
    }
}
