using System.CommandLine;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor;
using SvgDistill.Editor.Batch;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>batch</c>: a list of edits, in one process or in parts on many machines.</summary>
internal sealed class BatchCommand : Command, IHasExamples
{
    private readonly Argument<string> _list = new("jobs")
    {
        Description = "The list: CSV with a line of column names, or JSON Lines (.jsonl). Columns are input, trg and other options of edit (but for those on output, films and threads) without their dashes, and name for a job's folder. Inputs are named from the list's folder. Or a folder: each drawing in it, and in folders below, is a job, named by its file; the options say what becomes of it.",
    };
    private readonly EditOptions _edit = new();
    private readonly Option<string?> _output = Values.Text("-o", "DIR", "The folder to write (index.html, results.csv, runs/). Default: JOBS.batch beside the list.");
    private readonly Option<BatchShard?> _shard = Values.Create<BatchShard>("--shard", "I/N",
        "Runs the I-th of N parts of the jobs, I counted from 1; the page is then left to a call without it.", "a part I/N with 1 <= I <= N", BatchShard.Parse);
    private readonly Option<bool> _merge = new("--merge") { Description = "Runs nothing: writes page and table of what stands in the folder." };
    private readonly Option<int?> _saveEvery = Values.Integer("--save-every", "N",
        $"A job that was killed goes on from its state, which is renewed every N steps; 0 is off. Default: {EditPlaces.DefaultSaveEvery}.", 0, 1_000_000);
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public BatchCommand(Streams streams) : base("batch",
        "Runs a list of edits, a row each. Given again, it runs what is not done; a job that fails costs no other. Options hold for rows without that column.")
    {
        _streams = streams;
        _edit.Target.Required = false;
        _output.Aliases.Add("--output");
        Add(_list);
        foreach (var option in new Option[] { _output, _shard, _merge, _saveEvery }.Concat(_edit.Editing).Concat(_edit.Ending).Concat([_quiet, _json])) Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_merge) && result.GetResult(_shard) is { Implicit: false }) result.AddError("--merge is of the whole list: leave --shard out");
        });
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill batch jobs.csv -o out", "with jobs.csv: input,trg,seed / owl.svg,a monkey,1 / cat.svg,a fox,2"),
        ("svgdistill batch jobs.jsonl -o out --steps 100", "{ \"input\": \"owl.svg\", \"trg\": \"a monkey\", \"lock\": [\"#frame\"] } a line"),
        ("svgdistill batch icons/ --trg '{src}' --lora mystyle:.5 --palette brand.gpl -o restyled", "a folder in the style of a set ('teach', 'style -o')"),
        ("svgdistill batch jobs.csv -o out --shard 3/16", "the third of 16 parts, as on a cluster (docs/cluster.md)"),
        ("svgdistill batch jobs.csv -o out --merge", "out/index.html and out/results.csv of all parts"),
    ];

    private int Run(ParseResult parsed)
    {
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        if (parsed.GetValue(_edit.Threads) is { } threads) Processors.Limit(threads);
        var list = Path.TrimEndingDirectorySeparator(parsed.GetValue(_list)!);
        if (InputFile.IsStandard(list)) throw EditorException.Usage("-: inputs are named from the list's folder: give a file");
        var folder = parsed.GetValue(_output) ?? (Directory.Exists(list) ? list + ".batch" : Path.ChangeExtension(list, ".batch"));
        if (Directory.Exists(list) && parsed.GetValue(_edit.Target) is null)
            throw EditorException.Usage("--trg says what the drawings of a folder should show; {src} in it is what each shows now");
        // Its results would be jobs of the next call.
        if (Directory.Exists(list) && !Path.GetRelativePath(list, folder).Split(Path.DirectorySeparatorChar).Contains(".."))
            throw EditorException.Usage($"{folder}: it lies in the folder whose drawings are edited; name another one with -o.");
        string[] given = [.. GivenOptions.Of(parsed, _edit.Editing.Except([_edit.Threads]).Concat(_edit.Ending))];
        var jobs = new BatchRows(list, given).Jobs(BatchList.Load(list));
        Outputs.MakeFolder(folder);
        var (shard, page, table) = (parsed.GetValue(_shard), Path.Combine(folder, "index.html"), Path.Combine(folder, "results.csv"));
        Outputs.RequireApart([list], [page, table]);
        var plan = new BatchPlan(jobs, folder, shard, parsed.GetValue(_saveEvery) ?? EditPlaces.DefaultSaveEvery, error => Failure.Classify(error));
        using var runner = new BatchRunner(plan, screen, interrupt.Token);
        if (!parsed.GetValue(_merge)) runner.Run();

        var report = runner.Report(list, CommandLine(list, given));
        if (shard is null)
        {
            Outputs.Replace(page, BatchHtml.Write(report));
            Outputs.Replace(table, BatchCsv.Write(report));
        }
        foreach (var job in report.Jobs.Where(j => j.Status == "failed")) screen.Note($"{job.Id}: {job.Error}");
        screen.Say($"{(shard is null ? page : folder)}: {report.Count("done")} of {report.Jobs.Count} jobs done, {report.Count("failed")} failed, {report.Count("missing")} missing"
            + (report.Interrupted ? "; the same command goes on" : ""));
        if (parsed.GetValue(_json)) screen.Output.Write(Record(report, list, shard));
        return report.Interrupted ? ExitCode.Interrupted
            : report.Jobs.FirstOrDefault(j => j.Status == "failed")?.ExitCode ?? (report.Count("missing") > 0 ? ExitCode.Input : ExitCode.Done);
    }

    private static string CommandLine(string list, IEnumerable<string> given) =>
        string.Join(' ', given.Select(ShellWord.Quote).Prepend(ShellWord.Quote(Path.GetFileName(list))).Prepend("svgdistill batch"));

    private static RunRecord Record(BatchReport report, string list, BatchShard? shard) => new("batch", new JsonObject
    {
        ["list"] = Path.GetFileName(list), ["shard"] = shard is null ? null : $"{shard.Number}/{shard.Count}",
    })
    {
        ["interrupted"] = report.Interrupted,
        ["jobs"] = new JsonArray([.. report.Jobs.Select(j => (JsonNode)new JsonObject
        {
            ["job"] = j.Id, ["line"] = j.Line, ["status"] = j.Status, ["error"] = j.Error, ["sha256"] = j.Sha256, ["file"] = j.File,
        })]),
    };
}
