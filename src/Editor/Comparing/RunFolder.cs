using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Comparing;

/// <summary>
/// One run's files: <c>result.svg</c> with its record (written last: a run without one is not done), the drawing at some steps,
/// and while the run is unfinished its state.
/// </summary>
internal sealed class RunFolder(string path)
{
    // A larger drawing goes into the report as a picture of this side.
    private const int LargestInlinedSvg = 64_000, PictureSide = 256;

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Its files, named as those of an edit.</summary>
    public ResultFiles Files { get; } = ResultFiles.At(System.IO.Path.Combine(path, "result.svg"));

    /// <summary>The drawing after some steps.</summary>
    public string Step(int steps) => System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"step-{steps:00000}.svg"));

    /// <summary>The record of a finished run with this key whose result is as it was written; null where there is none.</summary>
    public JsonNode? Finished(string key)
    {
        if (!File.Exists(Files.Record) || !File.Exists(Files.Result)) return null;
        try
        {
            var record = JsonNode.Parse(File.ReadAllText(Files.Record));
            return (string?)record?["run_key"] == key && (string?)record["output"]?["sha256"] == Hashes.Of(File.ReadAllBytes(Files.Result))
                && Cost(record) is not null && Moments(record).All(m => m.Step == 0 || File.Exists(Step(m.Step))) ? record : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null; // a record that this program did not write whole: the run is made anew
        }
    }

    /// <summary>A finished run as the report shows it.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="method">Its method.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="command">The command that makes it.</param>
    /// <param name="source">The source drawing's file.</param>
    /// <param name="request">What it was made from.</param>
    public ReportRun Report(JsonNode record, ComparedMethod method, long seed, string command, byte[] source, EditRequest request) => new()
    {
        Method = method.Label, Seed = seed, Command = command, Measures = MeasureSet.FromJson(record["metrics"]),
        Sha256 = (string?)record["output"]?["sha256"] ?? throw Incomplete(),
        Cost = Cost(record) ?? throw Incomplete(),
        // A picture that found no room is left out.
        Moments = [.. Moments(record).Where(m => m.Step == 0 || File.Exists(Step(m.Step))).Select(m => new ReportMoment(
            m.Step, Picture(m.Step == 0 ? source : File.ReadAllBytes(Step(m.Step)), request.Input, request.Scene), m.Identity, m.Prompt))],
    };

    private static IEnumerable<(int Step, double? Identity, double? Prompt)> Moments(JsonNode record) =>
        (record["moments"] as JsonArray ?? throw Incomplete()).Select(m =>
            ((int?)m?["step"] ?? throw Incomplete(), (double?)m?["identity"], (double?)m?["prompt"]));

    /// <summary>What the edit of a record cost; null where it does not say.</summary>
    public static RunCost? Cost(JsonNode record) =>
        record["timing"] is { } timing && (double?)timing["edit_seconds"] is { } seconds && (long?)timing["peak_memory_bytes"] is { } memory
        && (int?)record["steps_done"] is { } steps && (long?)record["samples_forwarded"] is { } forwarded
        && (long?)record["samples_differentiated"] is { } differentiated
            ? new RunCost(seconds, memory, steps, forwarded, differentiated) : null;

    private static InvalidOperationException Incomplete() => new("The record of a run lacks what a report shows.");

    /// <summary>A drawing as a page takes it: itself, or a picture of it where it is large or needs files beside it.</summary>
    /// <param name="svg">The drawing.</param>
    /// <param name="name">The path that addresses of images start at.</param>
    /// <param name="options">What it is drawn with.</param>
    public static byte[] Picture(byte[] svg, string name, SceneOptions options)
    {
        if (svg.Length <= LargestInlinedSvg && options.Resources is null) return svg;
        var scene = MeasuredDrawing.Read(svg, name, options.Fonts, options.Resources).Scene;
        return PngWriter.Encode(Pictures.Draw(scene, scene.InitialValues(), PictureSide, Backgrounds.None));
    }
}
