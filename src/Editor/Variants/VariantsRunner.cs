using System.Text.Json.Nodes;
using SvgDistill.Distill;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Distill.Variants;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Variants;

/// <summary>Makes variants: every run that is not there yet, ranked anew and the page renewed after each.</summary>
internal sealed class VariantsRunner(VariantsPlan plan, VariantsFolder folder, SharedModel shared, MeasuringTools tools, IReporter reporter, CancellationToken stop)
{
    // Pictures in which near-duplicates are looked for.
    private const int ComparedSide = 64;
    private const int Digits = 5;
    private static readonly SilentReporter _silent = new();

    private readonly List<(ReportVariant Variant, float[] Picture)> _made = [];
    private readonly List<(string Prompt, long Seed, string Error)> _failures = [];
    private readonly FollowUp _after = new(reporter);
    private readonly ResumableRun _edits = new(reporter, new FollowUp(reporter), stop) { Runs = plan.RunCount };
    // The source's own denoising margin under each prompt.
    private readonly Dictionary<string, double> _margins = new(StringComparer.Ordinal);
    private IReadOnlyList<(string, string)> _facts = [];
    private (byte[] File, MeasuredDrawing Drawing, string Background, float[] Picture)? _source;

    /// <summary>Makes what is missing and returns the report as it was written last.</summary>
    public VariantsReport Run()
    {
        var number = 0;
        foreach (var (prompt, seed) in plan.Runs)
        {
            if (stop.IsCancellationRequested) break;
            var name = FormattableString.Invariant($"[{++number}/{plan.RunCount}] {prompt}, seed {seed}");
            try
            {
                One(prompt, seed, name);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break; // stopped before its first step: there is nothing to keep
            }
            catch (DistillException error)
            {
                // The other runs may do.
                reporter.Note($"{name}: {error.Message}");
                _failures.Add((prompt, seed, error.Message));
            }
            if (_source is not null) _after.Do("page", () => folder.Write(Report()));
        }
        var report = Report();
        folder.Write(report);
        if (report.Variants.Count > 0) _after.Do("sheet", () => folder.WriteKept(report, plan.Base.Scene.Fonts, _after));
        return report;
    }

    private VariantsReport Report()
    {
        var places = VariantRanking.Choose([.. _made.Select(m => new RankedCandidate(
            plan.Prompts.Index().First(p => p.Item == m.Variant.Prompt).Index, m.Variant.PromptGain, m.Variant.Identity, m.Picture))], _source?.Picture ?? [], plan.Wanted);
        return new()
        {
            Input = Path.GetFileName(plan.Base.Input), SourcePrompt = plan.Base.Source!, Source = _source is { } source ? RunFolder.Picture(source.File, plan.Base.Input, plan.Base.Scene) : default,
            Background = _source?.Background ?? "#ffffff", Wanted = plan.Wanted, Command = plan.Command, Facts = _facts,
            Prompts = plan.Prompts, Strengths = plan.Strengths, Seeds = plan.Seeds,
            Variants = [.. _made.Zip(places, (m, place) => m.Variant with { Score = place.Score, Rank = place.Rank, Like = place.Like })
                .OrderBy(v => v.Rank ?? int.MaxValue).ThenByDescending(v => v.Score)],
            Failures = [.. _failures],
            Interrupted = stop.IsCancellationRequested && _made.Count + _failures.Count * plan.Strengths.Count < plan.RunCount * plan.Strengths.Count,
        };
    }

    private void One(string prompt, long seed, string name)
    {
        using var session = EditSession.Open(plan.Request(prompt, seed), _source is null ? reporter : _silent, shared);
        var source = _source ??= Source(session);
        if (_facts.Count == 0) _facts = CompareFacts.Of(session, tools);
        var run = folder.Run(plan, prompt, seed);
        var key = Key(session);
        var record = run.Finished(key) is { } finished && plan.Strengths.All(s => File.Exists(VariantsFolder.Station(run, s))) ? finished : null;
        if (record is not null) reporter.Say($"{name}: done before");
        else if ((record = Make(session, run, key, name, source.Drawing, prompt)) is null) return;
        foreach (var figures in record["variants"]!.AsArray())
        {
            var strength = (double)figures!["strength"]!;
            var file = VariantsFolder.Station(run, strength);
            var bytes = File.ReadAllBytes(file);
            _made.Add((new ReportVariant
            {
                Prompt = prompt, Seed = seed, Strength = strength, Picture = RunFolder.Picture(bytes, plan.Base.Input, plan.Base.Scene), File = folder.Relative(file),
                Sha256 = Hashes.Of(bytes), PromptGain = (double)figures["prompt"]!, Identity = (double)figures["identity"]!, Score = 0,
                EditCommand = plan.EditCommand(prompt, seed, strength),
            }, Picture(Read(bytes), session.Background)));
        }
    }

    private static (byte[], MeasuredDrawing, string, float[]) Source(EditSession session)
    {
        var file = session.Document.ToBytes();
        var drawing = new MeasuredDrawing(session.Scene, file.Length);
        return (file, drawing, session.Background, Picture(drawing, session.Background));
    }

    private MeasuredDrawing Read(byte[] svg) => MeasuredDrawing.Read(svg, plan.Base.Input, plan.Base.Scene.Fonts, plan.Base.Scene.Resources);

    private static float[] Picture(MeasuredDrawing drawing, string background) => drawing.Draw(ComparedSide, Backgrounds.Color(background)).Values.ToArray();

    /// <summary>Runs, takes the drawing at every strength, measures, writes; null where it was stopped before the last step.</summary>
    private JsonNode? Make(EditSession session, RunFolder run, string key, string name, MeasuredDrawing source, string prompt)
    {
        if (_edits.Run(session, run, name, _ => { }) is not { Result: var result, Cost: var cost, PeakBytes: var peak }) return null;
        var end = session.Target.Theta.ToArray();
        if (plan.Strengths.Any(s => s < 1)) session.MeasureStrengths();
        var measurer = new CurveMeasurer(tools, session, source, prompt, _margins.TryGetValue(prompt, out var known) ? known : null);
        if (measurer.SourceMargin is { } margin) _margins[prompt] = margin;
        var figures = new JsonArray();
        byte[] svg = [];
        foreach (var strength in plan.Strengths)
        {
            session.Target.Place(session.Ending.At(strength, end));
            // The whole edit's notes are its own; those of a station repeat them.
            session.Finish(strength == plan.Strengths[^1] ? reporter : _silent);
            svg = session.Write();
            Outputs.Replace(VariantsFolder.Station(run, strength), svg);
            var (identity, gain) = measurer.Of(Read(svg));
            // Without a text score the edit itself is the gain.
            figures.Add((JsonNode)new JsonObject
            {
                ["strength"] = strength, ["identity"] = FollowUp.Rounded(identity, Digits), ["prompt"] = FollowUp.Rounded(gain ?? strength, Digits),
            });
        }
        if (plan.Strengths[^1] != 1) run.Files.Write(svg, reporter);
        var record = EditRecord.Create(session, result, svg, null, new JsonObject { ["edit_seconds"] = Math.Round(cost.Seconds, 3), ["peak_memory_bytes"] = peak });
        record["run_key"] = key;
        record["tools"] = tools.Record.DeepClone();
        record["samples_forwarded"] = cost.Forwarded;
        record["samples_differentiated"] = cost.Differentiated;
        record["moments"] = new JsonArray();
        record["variants"] = figures;
        run.Files.WriteRecord(record.ToString());
        _after.Do("state", () => File.Delete(run.Files.State));
        return JsonNode.Parse(record.ToString());
    }

    /// <summary>Everything that decides a run's result and figures.</summary>
    private string Key(EditSession session) => Hashes.Of(System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["program"] = ProgramInfo.Version, ["run"] = EditRecord.RunKey(session), ["tools"] = tools.Record.DeepClone(), ["side"] = tools.Request.Side,
        ["strengths"] = new JsonArray([.. plan.Strengths.Select(s => (JsonNode)s)]),
    }.ToJsonString()));
}
