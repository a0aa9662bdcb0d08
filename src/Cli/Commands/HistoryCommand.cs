using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor.History;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>history</c>: the runs behind files, from the records that stand beside them.</summary>
internal sealed class HistoryCommand : Command, IHasExamples
{
    private readonly Argument<string> _place = new("place") { Description = "A folder, or one result. Default: the current folder.", DefaultValueFactory = _ => "." };
    private readonly Option<bool> _json = new("--json") { Description = "Prints the runs with their whole records as JSON." };
    private readonly Streams _streams;

    public HistoryCommand(Streams streams) : base("history", "Lists the runs that made the files of a folder, the oldest first, from their records (FILE.json).")
    {
        _streams = streams;
        Add(_place);
        Add(_json);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill history", "every run whose record stands in this folder"),
        ("svgdistill history out.svg", "the runs that made out.svg, those that were replaced or undone among them"),
        ("svgdistill undo out.svg", "gives back what out.svg was before the last of them"),
    ];

    private int Run(ParseResult parsed)
    {
        var runs = PastRun.In(parsed.GetValue(_place)!);
        if (parsed.GetValue(_json))
        {
            _streams.Output.Write(new RunRecord("history", new JsonObject())
            {
                ["runs"] = new JsonArray([.. runs.Select(r => (JsonNode)new JsonObject
                {
                    ["result"] = Path.GetFileName(r.Result), ["state"] = r.State.ToString().ToLowerInvariant(), ["time"] = Time(r), ["record"] = r.Record.DeepClone(),
                })]),
            });
            return ExitCode.Done;
        }
        foreach (var run in runs) _streams.Output.WriteLine(Line(run));
        if (runs.Count == 0) _streams.Error.WriteLine("no record of a run is here");
        return ExitCode.Done;
    }

    private static string Time(PastRun run) => run.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Line(PastRun run)
    {
        var facts = new List<string>();
        if (run.Method is { } method) facts.Add(method);
        if (run.Steps is { } steps) facts.Add(string.Create(CultureInfo.InvariantCulture, $"{steps} steps"));
        if (run.Seed is { } seed) facts.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        if (run.Loss is { } loss) facts.Add(string.Create(CultureInfo.InvariantCulture, $"loss {loss.Before} -> {loss.After}"));
        var prompts = run.Target is not { } target ? "" : run.Source is { } source ? $"  \"{source}\" -> \"{target}\"" : $"  \"{target}\"";
        return $"{Time(run)}  {(run.Input is { } input ? input + " -> " : "")}{Path.GetFileName(run.Result)}  {(string?)run.Record["command"]}{prompts}"
            + (facts.Count > 0 ? "  " + string.Join(", ", facts) : "") + State(run.State);
    }

    private static string State(PastRunState state) => state switch
    {
        PastRunState.Changed => "  [changed since]",
        PastRunState.Gone => "  [the file is gone]",
        PastRunState.Replaced => "  [replaced]",
        PastRunState.Undone => "  [undone]",
        _ => "",
    };
}
