using System.Text.Json.Nodes;
using SvgDistill.Distill;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Comparing;

/// <summary>Runs a comparison: every run that is not there yet, the report renewed after each.</summary>
internal sealed class CompareRunner(
    ComparePlan plan, CompareFolder folder, SharedModel shared, MeasuringTools tools, IReporter reporter, CancellationToken stop)
{
    private readonly List<ReportRun> _runs = [];
    private readonly List<(string Method, long Seed, string Error)> _failures = [];
    private readonly FollowUp _after = new(reporter);
    private readonly ResumableRun _edits = new(reporter, new FollowUp(reporter), stop);
    private IReadOnlyList<(string, string)> _facts = [];
    private (MeasuredDrawing Drawing, byte[] File, string Background)? _source;
    private DenoisingLosses? _sourceLosses;
    private double? _curveMargin;

    /// <summary>Makes what is missing and returns the report as it was written last.</summary>
    public CompareReport Run()
    {
        var number = 0;
        foreach (var (method, seed) in plan.Runs)
        {
            if (stop.IsCancellationRequested) break;
            var name = FormattableString.Invariant($"[{++number}/{plan.RunCount}] {method.Label}, seed {seed}");
            try
            {
                if (One(method, seed, name) is { } run) _runs.Add(run);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break; // stopped before its first step: there is nothing to keep
            }
            catch (DistillException error)
            {
                // One method's failure is a result of the comparison.
                reporter.Note($"{name}: {error.Message}");
                _failures.Add((method.Label, seed, error.Message));
            }
            _after.Do("report", () => folder.Write(Report()));
        }
        var report = Report();
        folder.Write(report);
        return report;
    }

    private CompareReport Report() => new()
    {
        Input = Path.GetFileName(plan.Base.Input), SourcePrompt = plan.Base.Source!, TargetPrompt = plan.Base.Target, Command = plan.Command,
        Facts = _facts, Methods = [.. plan.Methods.Select(m => m.Label)], Seeds = plan.Seeds, Runs = [.. _runs], Failures = [.. _failures],
        Background = _source?.Background ?? "#ffffff",
        IdentityLabel = tools.Lpips.Value is null ? "SSIM to the source" : "1 − LPIPS to the source",
        PromptLabel = tools.Clip.Value is null ? "denoising gain, thousandths" : "CLIP score",
        Reference = plan.Preset?.Reference,
        Interrupted = stop.IsCancellationRequested && _runs.Count + _failures.Count < plan.RunCount,
    };

    private ReportRun? One(ComparedMethod method, long seed, string name)
    {
        using var session = EditSession.Open(plan.Request(method, seed), reporter, shared);
        var source = _source ??= (new(session.Scene, session.Document.ToBytes().Length), session.Document.ToBytes(), session.Background);
        _facts = CompareFacts.Of(session, tools);
        var run = folder.Run(method, seed);
        var key = Key(session);
        if (run.Finished(key) is { } record) reporter.Say($"{name}: done before");
        else if (Make(session, run, key, name, source.Drawing) is { } made) record = made;
        else return null;
        return run.Report(record, method, seed, plan.EditCommand(method, seed), source.File, session.Request);
    }

    /// <summary>Runs, measures, writes; null where it was stopped before the last step.</summary>
    private JsonNode? Make(EditSession session, RunFolder run, string key, string name, MeasuredDrawing source)
    {
        var moments = plan.MomentSteps(session.Steps);
        if (_edits.Run(session, run, name, step =>
        {
            if (moments.Contains(step)) _after.Do($"drawing after step {step}", () => Outputs.Replace(run.Step(step), session.Write()));
        }) is not { Result: var result, Cost: var cost, PeakBytes: var peak }) return null;

        session.Finish(reporter);
        var svg = session.Write();
        run.Files.Write(svg, reporter);
        var record = EditRecord.Create(session, result, svg, new JsonObject(), new JsonObject
        {
            ["edit_seconds"] = Math.Round(cost.Seconds, 3), ["peak_memory_bytes"] = peak,
        });
        record["run_key"] = key;
        record["tools"] = tools.Record.DeepClone();
        record["samples_forwarded"] = cost.Forwarded;
        record["samples_differentiated"] = cost.Differentiated;
        AddFigures(record, session, source, run, svg, moments);
        _after.Do("record's file", () => run.Files.WriteRecord(record.ToString()));
        _after.Do("state", () => File.Delete(run.Files.State));
        return JsonNode.Parse(record.ToString());
    }

    /// <summary>The result's figures and those of the curves.</summary>
    private void AddFigures(RunRecord record, EditSession session, MeasuredDrawing source, RunFolder run, byte[] svg, int[] moments)
    {
        var losses = ModelLosses.Of(session.Model, session.Judge, session.Prompts, session.Background);
        var measurer = tools.Measurer(session.Background, losses.Value is not { } of ? losses
            : new Func<MeasuredDrawing, DenoisingLosses>(d => ReferenceEquals(d, source) ? _sourceLosses ??= of(d) : of(d)));
        record["metrics"] = _after.Get("figures",
            () => measurer.Of(source, Read(session, svg), plan.Base.Source, plan.Base.Target).ToJson());

        var curve = _after.Get("curve", () => new CurveMeasurer(tools, session, source, plan.Base.Target, _curveMargin));
        _curveMargin = curve?.SourceMargin;
        var points = new JsonArray(Moment(0, () => source));
        foreach (var step in moments) points.Add(Moment(step, () => Read(session, File.ReadAllBytes(run.Step(step)))));
        record["moments"] = points;

        JsonNode Moment(int step, Func<MeasuredDrawing> drawing) => (curve is null ? null : _after.Get($"figures of step {step}", () =>
        {
            var (identity, prompt) = curve.Of(drawing());
            return new JsonObject { ["step"] = step, ["identity"] = identity, ["prompt"] = prompt };
        })) ?? new JsonObject { ["step"] = step, ["identity"] = null, ["prompt"] = null };
    }

    private static MeasuredDrawing Read(EditSession session, byte[] svg) =>
        MeasuredDrawing.Read(svg, session.Request.Input, session.Request.Scene.Fonts, session.Request.Scene.Resources);

    /// <summary>Everything that decides a run's result and figures.</summary>
    private string Key(EditSession session) => Hashes.Of(System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["program"] = ProgramInfo.Version, ["run"] = EditRecord.RunKey(session), ["tools"] = tools.Record.DeepClone(),
        ["side"] = tools.Request.Side, ["moments"] = plan.Moments,
    }.ToJsonString()));
}
