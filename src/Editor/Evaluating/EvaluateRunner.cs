using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Machine;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Evaluating;

/// <summary>Runs an evaluation: every pair and row that is not there yet, the report renewed now and then.</summary>
internal sealed class EvaluateRunner(EvaluatePlan plan, EvaluateFolder folder, SharedModel shared, EvaluateTools tools, IReporter reporter, CancellationToken stop)
{
    private static readonly JsonSerializerOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    // A page of thousands of pictures takes its time.
    private static readonly TimeSpan _reportEvery = TimeSpan.FromSeconds(15);

    // What opening a session says of a drawing is said once a pair, not once a row.
    private static readonly SilentReporter _silent = new();

    private readonly FollowUp _after = new(reporter);
    private readonly ResumableRun _edits = new(reporter, new FollowUp(reporter), stop);
    private readonly PairRun _runs = new(shared, reporter);
    private readonly List<ReportPair> _pairs = [];
    private readonly List<(string Pair, string Row, string Error)> _failures = [];
    private readonly Dictionary<EvaluatedRow, (double Seconds, int Count)> _spent = [];
    private readonly ContactSheet _sheet = new(tools);
    private readonly string _tools = tools.Record.ToJsonString();
    private readonly Stopwatch _written = Stopwatch.StartNew();
    private int _number, _done;

    /// <summary>Makes what is missing and returns the report as it was written last.</summary>
    public EvaluateReport Run()
    {
        foreach (var pair in plan.Pairs)
        {
            if (stop.IsCancellationRequested) break;
            One(pair);
            if (_written.Elapsed < _reportEvery) continue;
            _after.Do("report", () => folder.Write(Report()));
            _written.Restart();
        }
        var report = Report();
        folder.Write(report);
        _after.Do("sheet", () => folder.WriteSheet(_sheet));
        return report;
    }

    private EvaluateReport Report() => new()
    {
        List = Path.GetFileName(plan.List), Command = plan.Command, Facts = Facts(), Rows = [.. plan.Rows.Select(r => r.Name)],
        Pairs = [.. _pairs], Failures = [.. _failures], Interrupted = stop.IsCancellationRequested && _done < plan.RunCount,
    };

    private void One(EvaluatedPair pair)
    {
        var results = new List<ReportResult>();
        var drawings = new Dictionary<EvaluatedRow, byte[]>();
        PairFigures? figures = null;
        var (background, noted) = ("#ffffff", false);
        foreach (var row in plan.Runs.Where(r => r.Pair == pair).Select(r => r.Row))
        {
            if (stop.IsCancellationRequested) break;
            var name = FormattableString.Invariant($"[{++_number}/{plan.RunCount}] {pair.Name}, {row.Name}");
            try
            {
                using var session = Open(pair, row);
                background = session.Background;
                var run = folder.Run(pair, row);
                var key = Key(session, pair, row);
                var record = run.Finished(key);
                if (record is not null) reporter.Say($"{name}: done before");
                else
                {
                    if (!noted) Note(session, pair);
                    noted = true;
                    reporter.Say(name + Left());
                    record = Make(session, pair, row, run, key, name);
                }
                if (record is null) break;
                var file = File.ReadAllBytes(run.Files.Result);
                drawings[row] = file;
                var (values, missing) = Figures(run, key, record, file, () => (figures ??= new PairFigures(pair, tools, session.Background)).Of(file, record));
                results.Add(new ReportResult
                {
                    Row = row.Name, Picture = RunFolder.Picture(file, pair.Before, plan.Base.Scene), Figures = values, Missing = missing, Seconds = RunFolder.Cost(record)!.Seconds, Sha256 = Hashes.Of(file),
                });
                _done++;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break; // stopped before its first step: there is nothing to keep
            }
            catch (DistillException error)
            {
                // One drawing that cannot be edited is a result of the evaluation.
                reporter.Note($"{name}: {error.Message}");
                _failures.Add((pair.Name, row.Name, error.Message));
                _done++;
            }
        }
        if (results.Count == 0) return;
        // The two rows that are always there are the source and the wanted drawing.
        _sheet.Add(background, [(pair.BeforeFile, pair.Before), (pair.AfterFile, pair.After ?? pair.Before),
            .. plan.Rows.Where(r => r.Kind == RowKind.Edit).Select(r => (drawings.GetValueOrDefault(r), pair.Before))]);
        _pairs.Add(new ReportPair
        {
            Id = pair.Id, Group = pair.Group, SourcePrompt = pair.Source, TargetPrompt = pair.Target, Background = background,
            Before = RunFolder.Picture(pair.BeforeFile, pair.Before, plan.Base.Scene), After = pair.AfterFile is { } after ? RunFolder.Picture(after, pair.After!, plan.Base.Scene) : null, Results = results,
        });
    }

    private EditSession Open(EvaluatedPair pair, EvaluatedRow row)
    {
        try
        {
            return EditSession.Open(plan.Request(pair, row), _silent, shared);
        }
        catch (EditorException error) when (error.Kind is EditorErrorKind.Input or EditorErrorKind.Usage)
        {
            throw new DistillException(error.Message); // an empty drawing, or one of which nothing may move
        }
    }

    /// <summary>Edits (or takes the drawing as it is), measures, writes; null where it was stopped before the last step.</summary>
    private JsonNode? Make(EditSession session, EvaluatedPair pair, EvaluatedRow row, RunFolder run, string key, string name)
    {
        var watch = Stopwatch.StartNew();
        RunRecord? record;
        if (row.Kind != RowKind.Edit) record = _runs.Keep(session, row.Kind == RowKind.NoOp ? session.Document.ToBytes() : pair.AfterFile!, run);
        else if (_edits.Run(session, run, name, _ => { }) is { } made) record = _runs.Keep(session, made, run);
        else return null;
        record["run_key"] = key;
        _after.Do("record's file", () => run.Files.WriteRecord(record.ToString()));
        _after.Do("state", () => File.Delete(run.Files.State));
        var (seconds, count) = _spent.GetValueOrDefault(row);
        _spent[row] = (seconds + watch.Elapsed.TotalSeconds, count + 1);
        return JsonNode.Parse(record.ToString());
    }

    /// <summary>A result's figures, as they were measured before where nothing that decides them has changed.</summary>
    private (IReadOnlyList<(string, double)>, IReadOnlyDictionary<string, string>) Figures(
        RunFolder run, string runKey, JsonNode record, byte[] file, Func<(List<(string Key, double Value)>, SortedDictionary<string, string>)> measure)
    {
        var path = Path.Combine(run.Path, "figures.json");
        var key = Hash(new JsonObject { ["run"] = runKey, ["result"] = Hashes.Of(file), ["metrics"] = record["metrics"]?.DeepClone(), ["tools"] = _tools, ["figures"] = PairFigures.Version });
        if (MeasuredFigures.Load(path, key) is { } known) return known;
        var (values, missing) = measure();
        _after.Do("figures' file", () => Outputs.Replace(path, MeasuredFigures.Text(key, values, missing)));
        return (values, missing);
    }

    private void Note(EditSession session, EvaluatedPair pair)
    {
        foreach (var note in session.Scene.Notes.Union(session.Notes)) reporter.Note($"{pair.Before}: {note}");
        ModelChoice.NotePrompts(reporter, shared.Model, pair.Source, pair.Target);
    }

    // What the rows took so far, for those that are still to come.
    private string Left()
    {
        if (_spent.Count == 0) return "";
        var seconds = plan.Runs.Skip(_number - 1).Sum(r => _spent.TryGetValue(r.Row, out var spent) ? spent.Seconds / spent.Count : 0);
        return $"; {Durations.Words(seconds)} left in all";
    }

    /// <summary>Everything that decides a run's result.</summary>
    private static string Key(EditSession session, EvaluatedPair pair, EvaluatedRow row) => Hash(new JsonObject
    {
        ["program"] = ProgramInfo.Version, ["kind"] = row.Kind.ToString(), ["run"] = EditRecord.RunKey(session),
        ["after"] = row.Kind == RowKind.Perfect ? Hashes.Of(pair.AfterFile) : null,
    });

    private static string Hash(JsonObject key) => Hashes.Of(System.Text.Encoding.UTF8.GetBytes(key.ToJsonString()));

    private IReadOnlyList<(string, string)> Facts()
    {
        var model = shared.Model;
        return
        [
            ("list", $"{Path.GetFileName(plan.List)}, {plan.Pairs.Count} pairs taken"),
            ("model", $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Path))}, {ModelChoice.Name(model.Unet.Type)}, SHA-256 {model.Hash}"),
            ("pictures compared", FormattableString.Invariant($"{PairFigures.Side} px")),
            ("program", $"svgdistill {ProgramInfo.Version}, {TensorEngine.Version}, {Processors.Available} CPU cores"),
            .. tools.Record.Select(t => (t.Key, t.Value!.ToJsonString(_readable))),
        ];
    }
}
