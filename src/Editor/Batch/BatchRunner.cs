using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Batch;

/// <summary>What a batch runs.</summary>
/// <param name="Jobs">All jobs of the list, each once.</param>
/// <param name="Folder">The folder to write.</param>
/// <param name="Shard">The part to run; null for all.</param>
/// <param name="SaveEvery">A state every so many steps.</param>
/// <param name="Classify">The exit code and the line of an error.</param>
internal sealed record BatchPlan(IReadOnlyList<BatchJob> Jobs, string Folder, BatchShard? Shard, int SaveEvery, Func<Exception, (int Code, string Message)> Classify)
{
    /// <summary>A job's folder.</summary>
    public BatchFolder Of(BatchJob job) => new(Path.Combine(Folder, "runs", job.Id));
}

/// <summary>Runs the jobs of a batch that are not done; one that fails is written down and the next begins.</summary>
internal sealed class BatchRunner(BatchPlan plan, IReporter reporter, CancellationToken stop) : IDisposable
{
    // Of this process: where one cannot be written down, it is told all the same.
    private readonly Dictionary<string, (int Code, string Message)> _failures = new(StringComparer.Ordinal);
    private (string Key, SharedModel Model)? _model;

    private IEnumerable<BatchJob> Own => plan.Jobs.Where((_, place) => plan.Shard?.Has(place) ?? true);

    /// <summary>Runs the plan's part.</summary>
    public void Run()
    {
        var own = Own.ToArray();
        for (var i = 0; i < own.Length && !stop.IsCancellationRequested; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"[{i + 1}/{own.Length}] {own[i].Id}");
            try
            {
                One(own[i], name);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            // Whatever it is, it is this job's: the others go on, and what failed is written down.
#pragma warning disable CA1031
            catch (Exception error)
#pragma warning restore CA1031
            {
                var (code, message) = plan.Classify(error);
                reporter.Failed(name, error);
                _failures[own[i].Id] = (code, message);
                new FollowUp(reporter).Do($"{name}: what failed", () => plan.Of(own[i]).Fail(code, message));
            }
        }
    }

    private void One(BatchJob job, string name)
    {
        var folder = plan.Of(job);
        if (job.Request is not { } request) throw EditorException.Usage(job.Error!);
        var document = InputFile.Load(request.Input);
        var key = job.Key(document.FileBytes.Span);
        // Asked again once it is held: another program may have ended it meanwhile.
        if (DoneBefore()) return;
        using var held = folder.Take();
        if (held is null)
        {
            reporter.Note($"{name}: another program is at it");
            return;
        }
        if (DoneBefore()) return;
        if (!folder.Start())
            throw new EditorException(EditorErrorKind.Engine,
                $"{request.Input}: {BatchFolder.MostStarts} times the program ended while it edited this drawing; delete runs/{job.Id} to try again.");
        reporter.Say(name);
        Edit(request, document, folder, key);
        if (!stop.IsCancellationRequested || folder.Finished(key) is not null) folder.Done();

        bool DoneBefore()
        {
            if (folder.Finished(key) is null) return false;
            folder.Done();
            reporter.Say($"{name}: done before");
            return true;
        }
    }

    private void Edit(EditRequest request, SvgDocument document, BatchFolder folder, string key)
    {
        var places = new EditPlaces
        {
            Files = folder.Files, SaveEvery = plan.SaveEvery, Resume = File.Exists(folder.Files.State),
            More = new Dictionary<string, JsonNode?> { ["batch_key"] = key },
        };
        var model = Model(request);
        // What stands there of another run must not pass for this one's.
        File.Delete(folder.Files.Record);
        if (places.Resume)
        {
            try
            {
                new EditJob(request, places, reporter, stop).Run(model, document);
                return;
            }
            // What cannot be written, on the other hand, must not cost the state.
            catch (SvgDistillException error) when (error is not EditorException { Kind: EditorErrorKind.Usage })
            {
                File.Delete(folder.Files.State); // another run's, or damaged: the job begins anew, and if the drawing was the reason it fails again
            }
        }
        new EditJob(request, places with { Resume = false }, reporter, stop).Run(model, document);
    }

    // One model at a time: jobs of one model that follow each other share it.
    private SharedModel Model(EditRequest request)
    {
        var key = new JsonArray(request.Model, request.Precision, request.Device, request.Prediction,
            System.Text.Json.JsonSerializer.SerializeToNode(request.Adapters)).ToJsonString();
        if (_model is { } open && open.Key == key) return open.Model;
        _model?.Model.Dispose();
        _model = null;
        var model = SharedModel.Open(request);
        _model = (key, model);
        return model;
    }

    /// <summary>The plan's part of the list as it stands in the folder.</summary>
    public BatchReport Report(string list, string command) => new()
    {
        List = Path.GetFileName(list), Command = command, Interrupted = stop.IsCancellationRequested,
        Jobs = [.. Own.Select(Reported)],
    };

    private BatchReportJob Reported(BatchJob job)
    {
        var (folder, source) = (plan.Of(job), Source(job));
        // Where the input is not at hand any more, what was made of it still counts.
        var record = folder.Finished(source is null ? null : job.Key(source.FileBytes.Span));
        var failure = record is not null ? null : folder.Failure ?? (_failures.TryGetValue(job.Id, out var failed) ? failed : null);
        var loss = record?["metrics"]?["denoising_loss"] as JsonObject;
        double? Metric(string name) => (double?)record?["metrics"]?[name];
        return new BatchReportJob
        {
            Line = job.Line, Id = job.Id, Input = job.Input, Target = job.Request?.Target, Error = failure?.Message, ExitCode = failure?.Code,
            Source = (string?)record?["options"]?["src"], Method = (string?)record?["options"]?["method"], Seed = job.Request?.Seed,
            Steps = (int?)record?["steps_done"], Overlap = Metric("silhouette_overlap"), Displacement = Metric("mean_displacement_percent"),
            LossBefore = (double?)loss?["target_before"], LossAfter = (double?)loss?["target_after"],
            Sha256 = (string?)record?["output"]?["sha256"], File = record is null ? null : $"runs/{job.Id}/{Path.GetFileName(folder.Files.Result)}",
            Before = record is null || source is null ? null : Picture(job, source.ToBytes()),
            After = record is null ? null : Picture(job, File.ReadAllBytes(folder.Files.Result)),
        };
    }

    private static SvgDocument? Source(BatchJob job)
    {
        try
        {
            return job.Request is { } request ? InputFile.Load(request.Input) : null;
        }
        catch (SvgDistillException)
        {
            return null; // the job's own error says so
        }
    }

    private static byte[] Picture(BatchJob job, byte[] svg) => RunFolder.Picture(svg, job.Request?.Input ?? "", job.Request?.Scene ?? SceneOptions.Default);

    public void Dispose() => _model?.Model.Dispose();
}
