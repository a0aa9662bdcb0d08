using System.CommandLine;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>edit</c>: an SVG moved toward a prompt; the same file with other numbers.</summary>
internal sealed class EditCommand : Command, IHasExamples
{
    private readonly EditOptions _edit = new();
    private readonly Option<string?> _output = Shared.Output("The SVG to write, compressed where it ends in .svgz; - is standard output. Default: INPUT.TARGET.svg beside the input, under a name that is free.");
    private readonly Option<int?> _preview = Values.Integer("--preview", "N", "Renews a picture of the state every N steps (OUT.preview.png).", 1, 1_000_000);
    private readonly Option<bool> _png = new("--png") { Description = "Also writes the drawing before and after as pictures." };
    private readonly Option<int?> _saveEvery = Values.Integer("--save-every", "N",
        $"Renews the state that --resume goes on from every N steps (OUT.svg.state), so that a run that is killed loses no more; 0 is off. Default: {EditPlaces.DefaultSaveEvery}.", 0, 1_000_000);
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with the same command's interrupted or killed run." };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public EditCommand(Streams streams) : base("edit", "Moves an SVG's points and colours toward a prompt. The result is the same file with other numbers.")
    {
        _streams = streams;
        Add(_edit.Input);
        foreach (var option in _edit.Editing.Concat(_edit.Ending).Concat([_output, _preview, _png, _saveEvery, _resume, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_edit.Via) is { Implicit: false } && result.GetResult(_edit.Method) is { Implicit: false })
                result.AddError("--via names the method that edits the picture: leave --method out");
            if (result.GetResult(_edit.Via) is null or { Implicit: true } && result.GetResult(_edit.Strength) is { Implicit: false })
                result.AddError("--strength goes with --via");
            if (result.GetValue(_edit.Prune) && result.GetValue(_edit.NoClean)) result.AddError("--prune is a part of the cleaning that --no-clean switches off");
            if (result.GetResult(_edit.Via) is { Implicit: false } && result.GetValue(_resume))
                result.AddError("--resume: an edit by way of a picture keeps no state; start it anew");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill edit owl.svg --trg \"a monkey\"", "writes owl.a-monkey.svg and its record owl.a-monkey.svg.json"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --keep-best --steps 400", "the best of 400 steps, by the model's own measure"),
        ("svgdistill edit owl.svg --src \"an owl\" --trg \"a penguin\" --seed 3 --png", "another seed gives another picture; pictures of before and after"),
        ("svgdistill edit logo.svg --trg \"a star\" --optimize points --lock '#frame'", "keeps every colour, and the element with id frame"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --method fpr+pds --steps 100 -o out.svg", "another method, fewer steps, a name of your own"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --via picture", "edits the picture first, then moves the curves to it: quicker"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --resume", "goes on where Ctrl-C or a crash stopped it"),
    ];

    /// <summary>The options that a row of <c>batch</c> may have.</summary>
    internal IEnumerable<Option> Rows => _edit.Editing.Where(o => o != _edit.Threads).Concat(_edit.Ending);

    /// <summary>What a command line asks for.</summary>
    internal EditRequest Request(ParseResult parsed) => _edit.Read(parsed);

    private int Run(ParseResult parsed)
    {
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_edit.Threads) is { } threads) Processors.Limit(threads);
        var request = _edit.Read(parsed);
        var output = parsed.GetValue(_output);
        NameSeries Names(string input) => OutputNames.ForEdit(input, request.Target);
        var files = parsed.GetValue(_resume) ? ResultFiles.Interrupted(output, request.Input, Names) : ResultFiles.New(output, request.Input, Names);
        Check(parsed, request, files);

        var places = new EditPlaces
        {
            Files = files, Pictures = parsed.GetValue(_png), PreviewEvery = parsed.GetValue(_preview) ?? 0, Resume = parsed.GetValue(_resume),
            SaveEvery = parsed.GetValue(_saveEvery) ?? EditPlaces.DefaultSaveEvery, Threads = parsed.GetValue(_edit.Threads),
        };
        var edited = new EditJob(request, places, screen, interrupt.Token).Run();
        if (parsed.GetValue(_json) && edited.Record is not null) screen.Output.Write(edited.Record);
        return edited.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private void Check(ParseResult parsed, EditRequest request, ResultFiles files)
    {
        List<(string, string)> beside = [("", files.Record)];
        if (parsed.GetValue(_png)) beside.AddRange([(_png.Name, files.Before), (_png.Name, files.After)]);
        if (parsed.GetValue(_png) && request.Via is not null) beside.Add((_png.Name, files.Via));
        if (parsed.GetValue(_preview) is not null) beside.Add((_preview.Name, files.Preview));
        var size = File.Exists(request.Input) ? new FileInfo(request.Input).Length : 0;
        files.Checked(ResultFiles.SvgExtensions, [request.Input, request.Adapters.Control?.Image], size + ResultFiles.RecordBytes, parsed.GetValue(_json), [.. beside]);
    }
}
