using System.CommandLine;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Showing;

namespace SvgDistill.Cli.Commands;

/// <summary><c>edit</c>: an SVG moved toward a prompt; the same file with other numbers.</summary>
internal sealed class EditCommand : Command, IHasExamples
{
    private readonly EditOptions _edit = new();
    private readonly Argument<string[]> _more = Shared.Files("more.svg", "Further drawings of one family, with --shared-palette.", atLeastOne: false);
    private readonly Option<bool> _sharedPalette = new("--shared-palette")
    {
        Description = "Edits several drawings one after another; colours that were equal among them stay equal. -o names a folder then.",
    };
    private readonly Option<string?> _output = Shared.Output("The SVG to write, compressed where it ends in .svgz; - is standard output. Default: INPUT.TARGET.svg beside the input, under a name that is free.");
    private readonly Option<PreviewChoice> _preview = PreviewOption.Create();
    private readonly Option<string?> _film = Values.Text("--film", "FILE", "Also writes the way of the edit as a film: .svg (plays once, small), .apng or .gif (play for ever).");
    private readonly Option<string?> _animate = Values.Text("--animate", "FILE.svg", "Also writes an SVG that goes from the source to the result and back, for use on a page.");
    private readonly Option<string?> _report = Values.Text("--report", "FILE.html", "Also writes a page on the edit: slider, moved points, curves, options, measures, what stayed and why.");
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
        Add(_more);
        foreach (var option in _edit.Editing.Concat(_edit.Ending).Concat([_sharedPalette, _output, _preview, _png, _film, _animate, _report, _saveEvery, _resume, _quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_edit.Via) is { Implicit: false } && result.GetResult(_edit.Method) is { Implicit: false })
                result.AddError("--via names the method that edits the picture: leave --method out");
            _edit.RefuseBesideVia(result);
            if (result.GetValue(_edit.Widen) && result.GetValue(_edit.MinFeature) is null) result.AddError("--widen needs --min-feature: how wide?");
            if (result.GetValue(_edit.Restructure) && result.GetValue(_edit.NoClean)) result.AddError("--restructure is a part of the cleaning that --no-clean switches off");
            if (result.GetResult(_edit.Refine) is { Implicit: false } && result.GetResult(_edit.Via) is null or { Implicit: true }) result.AddError("--refine goes with --via");
            if (result.GetValue(_edit.Prune) && result.GetValue(_edit.NoClean)) result.AddError("--prune is a part of the cleaning that --no-clean switches off");
            if (result.GetResult(_edit.Via) is { Implicit: false } && result.GetValue(_resume))
                result.AddError("--resume: an edit by way of a picture keeps no state; start it anew");
            if (result.GetValue(_more) is { Length: > 0 } more && !more.Any(Shared.IsOption) && !result.GetValue(_sharedPalette))
                result.AddError("several drawings go with --shared-palette; edits that have nothing in common are for 'svgdistill batch'");
            if (result.GetValue(_sharedPalette) && new Option[] { _resume, _film, _animate, _report }.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } alone)
                result.AddError($"{alone.Name} is of one drawing: leave it or --shared-palette out");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill edit owl.svg --trg \"a monkey\"", "writes owl.a-monkey.svg and its record owl.a-monkey.svg.json"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --keep-best --steps 400", "the best of 400 steps, by the model's own measure"),
        ("svgdistill edit owl.svg --src \"an owl\" --trg \"a penguin\" --seed 3 --png", "another seed gives another picture; pictures of before and after"),
        ("svgdistill edit logo.svg --trg \"a star\" --palette keep --freeze '#frame'", "takes no new colour, and keeps the element with id frame"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --method fpr+pds --steps 100 -o out.svg", "another method, fewer steps, a name of your own"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --strength .5", "half of the way; 'svgdistill strength' writes others afterwards"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --via picture", "the curves follow an edit of the picture: quicker; --strength .9 may go farther"),
        ("svgdistill edit house.svg --trg \"a church\" --add-paths 4", "up to four new shapes join, in a group svgdistill-added"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --preset thorough --seed 3", "a way with a name, with a seed of your own"),
        ("svgdistill edit owl.svg --trg \"a monkey\" --film film.svg --report report.html", "a film of how it came about, and a page on it"),
        ("svgdistill edit icons/*.svg --trg \"a night icon\" --shared-palette -o night", "a family stays one: equal colours stay equal"),
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
        if (parsed.GetValue(_sharedPalette)) return RunFamily(parsed, request, screen, interrupt.Token);
        var output = parsed.GetValue(_output);
        NameSeries Names(string input) => OutputNames.ForEdit(input, PromptWords.TargetOf(request));
        var files = parsed.GetValue(_resume) ? ResultFiles.Interrupted(output, request.Input, Names) : ResultFiles.New(output, request.Input, Names);
        Check(parsed, request, files, [request.Input]);
        var edited = new EditJob(request, Places(parsed, files, screen), screen, interrupt.Token).Run();
        if (parsed.GetValue(_json) && edited.Record is not null) screen.Output.Write(edited.Record);
        return edited.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private int RunFamily(ParseResult parsed, EditRequest request, Screen screen, CancellationToken stop)
    {
        string[] inputs = [request.Input, .. parsed.GetValue(_more)!];
        if (inputs.Any(InputFile.IsStandard)) throw EditorException.Usage("-: a family's results are named after its files: give files");
        var folder = parsed.GetValue(_output);
        if (folder is not null) Outputs.MakeFolder(folder);
        var members = inputs.Select(input =>
        {
            var member = request with { Input = input };
            var files = ResultFiles.New(folder is null ? null : Path.Combine(folder, Path.GetFileName(input)), input, name => OutputNames.ForEdit(name, PromptWords.TargetOf(member)));
            Check(parsed, member, files, inputs);
            return (member, Places(parsed, files, screen) with { KeepsState = false });
        }).ToArray();
        Outputs.RequireApart([], [.. members.Select(m => m.Item2.Files!.Result)]);
        var edited = new FamilyEdit(members, screen, stop).Run();
        if (parsed.GetValue(_json)) screen.Output.Write(new JsonArray([.. edited.Select(e => e.Record is null ? null : JsonNode.Parse(e.Record))]).ToJsonString() + "\n");
        if (edited.Count == inputs.Length && !edited[^1].Interrupted) return ExitCode.Done;
        screen.Say($"stopped: {edited.Count(e => !e.Interrupted)} of {inputs.Length} drawings are done");
        return ExitCode.Interrupted;
    }

    private EditPlaces Places(ParseResult parsed, ResultFiles files, Screen screen)
    {
        var preview = parsed.GetValue(_preview)!;
        return new()
        {
            Files = files, Pictures = parsed.GetValue(_png), PreviewEvery = preview.Every ?? 0, Resume = parsed.GetValue(_resume),
            SaveEvery = parsed.GetValue(_saveEvery) ?? EditPlaces.DefaultSaveEvery, Threads = parsed.GetValue(_edit.Threads),
            Watch = (session, first) => new EditWatcher(new EditShow(session, Shows(parsed), first),
                new LivePictures(screen, session, preview.Shown(screen.Quiet || parsed.GetValue(_json), screen.IsTerminal), first),
                "svgdistill " + string.Join(' ', parsed.Tokens.Select(t => ShellWord.Quote(t.Value))), screen),
        };
    }

    private void Check(ParseResult parsed, EditRequest request, ResultFiles files, string[] all)
    {
        List<(string Option, string Path)> beside = [("", files.Record), ("", files.Strengths)];
        if (parsed.GetValue(_png)) beside.AddRange([(_png.Name, files.Before), (_png.Name, files.After)]);
        if (parsed.GetValue(_png) && request.Via is not null) beside.Add((_png.Name, files.Via));
        if (parsed.GetValue(_preview)!.Every is not null) beside.Add((_preview.Name, files.Preview));
        var size = File.Exists(request.Input) ? new FileInfo(request.Input).Length : 0;
        string?[] inputs = [.. all, request.Adapters.Control?.Image, request.Limits.MaskFile, request.Limits.Palette.File];
        files.Checked(ResultFiles.SvgExtensions, inputs, size + ResultFiles.RecordBytes, parsed.GetValue(_json), [.. beside]);
        Shows(parsed).Check(inputs, files.IsFile ? [files.Result, files.State, .. beside.Select(b => b.Path)] : Outputs.IsStandard(files.Result) ? [] : [files.Result]);
    }

    private ShowRequest Shows(ParseResult parsed) => new(parsed.GetValue(_film), parsed.GetValue(_animate), parsed.GetValue(_report));

    /// <summary>What is shown of an edit on the way and behind it.</summary>
    private sealed class EditWatcher(EditShow show, LivePictures live, string command, Screen screen) : IEditWatcher
    {
        public void Step(int step)
        {
            show.Step(step);
            live.Step(step);
        }

        public void Done(int steps, string? record, FollowUp after)
        {
            show.Write(steps, record, command, after, screen);
            after.Do("picture in the terminal", live.Finish);
        }
    }
}
