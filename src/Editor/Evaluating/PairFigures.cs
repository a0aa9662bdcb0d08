using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;

namespace SvgDistill.Editor.Evaluating;

/// <summary>The figures of what rows made of one pair: pictures of 224 px, the side that ResNet-18 takes.</summary>
internal sealed class PairFigures
{
    /// <summary>The side of the pictures compared.</summary>
    public const int Side = 224;

    // In the record under other names, or taken from there.
    private static readonly Measure[] _elsewhere = [Measure.Ssim, Measure.Lpips, Measure.Iou, Measure.DenoisingLoss, Measure.DenoisingGain];

    /// <summary>Raised when a figure joins or changes its meaning: those of finished runs are measured again then.</summary>
    public const int Version = 3;

    private readonly EvaluatedPair _pair;
    private readonly EvaluateTools _tools;
    private readonly EditMeasurer _measurer;
    private readonly (double R, double G, double B) _background;
    private readonly Drawn _before;
    private readonly Drawn? _after;

    /// <param name="pair">The pair.</param>
    /// <param name="tools">The networks at hand, and the subjects.</param>
    /// <param name="background">The CSS colour behind its pictures.</param>
    public PairFigures(EvaluatedPair pair, EvaluateTools tools, string background)
    {
        (_pair, _tools) = (pair, tools);
        var (r, g, b) = Backgrounds.Color(background);
        _background = (r, g, b);
        _measurer = tools.Measuring.Measurer(background, new Tool<Func<MeasuredDrawing, DenoisingLosses>>("it stands in the record."));
        _before = Draw(pair.BeforeFile, pair.Before);
        _after = pair.AfterFile is { } after ? Draw(after, pair.After!) : null;
    }

    /// <summary>The figures of a result, in an order that is the same for all, and what could not be had.</summary>
    /// <param name="file">The result.</param>
    /// <param name="record">Its record.</param>
    public (List<(string Key, double Value)> Values, SortedDictionary<string, string> Missing) Of(byte[] file, JsonNode record)
    {
        var result = Draw(file, _pair.Before);
        var figures = new Collected();
        AddDistances(figures, result);
        AddSubject(figures, result);
        AddKept(figures, result);
        var set = _measurer.Of(_before.Drawing, result.Drawing, _pair.Source, _pair.Target);
        figures.Add("overlap", set[Measure.Iou]);
        AddLosses(figures, record["metrics"]?["denoising_loss"]);
        var recorded = Recorded(record["metrics"]);
        figures.Add("crossings_added", recorded.TryGetValue("crossings_added", out var crossings) ? crossings : (double?)null);
        foreach (var measure in Measure.All.Except(_elsewhere))
        {
            figures.Add(measure.Key, set[measure]);
            if (set.Missing.TryGetValue(measure, out var why)) figures.Missing.TryAdd(measure.Key, why);
        }
        foreach (var (key, value) in recorded) figures.Add(key, value);
        return (figures.Values, figures.Missing);
    }

    private void AddDistances(Collected figures, Drawn result)
    {
        Add("mse", (a, b) => Psnr.MeanSquare(a.Picture(Side), b.Picture(Side)), lessIsNearer: true, "nearer_to_after");
        Add("ssim", (a, b) => Ssim.Measure(a.Picture(Side), b.Picture(Side)), lessIsNearer: false, "nearer_to_after_ssim");
        foreach (var (name, tool) in _tools.Features)
            if (tool.Value is { } network)
                Add(name, (a, b) => FeatureVectors.Cosine(a.Features(network), b.Features(network)), lessIsNearer: false, $"nearer_to_after_{name}");
            else figures.Missing[$"{name}_before, {name}_after"] = tool.Reason;
        if (_tools.Measuring.Lpips.Value is { } lpips)
            Add("lpips", (a, b) => lpips.Measure(a.Picture(Side), b.Picture(Side)), lessIsNearer: true, "nearer_to_after_lpips");
        else figures.Missing["lpips_before, lpips_after"] = _tools.Measuring.Lpips.Reason;
        if (_tools.Measuring.Clip.Value is { } clip)
            Add("clip", (a, b) => clip.Likeness(a.Picture(clip.PictureSide), b.Picture(clip.PictureSide)), lessIsNearer: false, "nearer_to_after_clip");
        if (_after is null) figures.Missing["nearer_to_after"] = "the list does not say what is wanted (\"after\").";

        void Add(string name, Func<Drawn, Drawn, double> measure, bool lessIsNearer, string nearer)
        {
            figures.Add($"{name}_before", measure(result, _before));
            if (_after is null) return;
            var (now, then) = (measure(result, _after), measure(_before, _after));
            figures.Add($"{name}_after", now);
            figures.Add(nearer, (lessIsNearer ? now < then : now > then) ? 1 : 0);
        }
    }

    private void AddSubject(Collected figures, Drawn result)
    {
        if (_tools.Probe is not { } probe || _tools.ProbeNetwork is not { } network) return;
        if (!probe.Knows(_pair.Target))
        {
            figures.Missing["recognized"] = "the list has no picture of the target's subject (an \"after\", or another pair's \"before\").";
            return;
        }
        var rank = probe.Rank(result.Features(network), _pair.Target);
        figures.Add("target_rank", rank);
        figures.Add("recognized", rank == 1 ? 1 : 0);
        figures.Add("recognized_in_5", rank <= 5 ? 1 : 0);
    }

    private void AddKept(Collected figures, Drawn result)
    {
        if (_after is null) return;
        var region = UnchangedRegion.Of(_before.Picture(Side), _after.Picture(Side), result.Picture(Side));
        figures.Add("kept", region.Kept);
        figures.Add("kept_mse", region.MeanSquare);
    }

    private static void AddLosses(Collected figures, JsonNode? losses)
    {
        if (losses is null)
        {
            figures.Missing["target_loss_after"] = "the model is too large to measure its loss.";
            return;
        }
        foreach (var side in new[] { "target", "source" })
            foreach (var when in new[] { "before", "after" }) figures.Add($"{side}_loss_{when}", (double?)losses[$"{side}_{when}"]);
        if (Losses("before") is not { } before || Losses("after") is not { } after) return;
        figures.Add("target_loss_fell", after.Target < before.Target ? 1 : 0);
        var gain = DenoisingLosses.Gain(before.Margin, after.Margin);
        figures.Add(Measure.DenoisingGain.Key, gain);
        figures.Add("gained", gain > 0 ? 1 : 0);

        DenoisingLosses? Losses(string when) => (double?)losses[$"target_{when}"] is { } target && (double?)losses[$"source_{when}"] is { } source ? new(target, source) : null;
    }

    // Whatever numbers an edit's record has, also those in objects one below; its losses have names of their own here.
    private static Dictionary<string, double> Recorded(JsonNode? metrics)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (key, value) in metrics as JsonObject ?? [])
            if (key == "denoising_loss") continue;
            else if (value is JsonObject inner)
                foreach (var (name, number) in inner) Add($"{key}_{name}", number);
            else Add(key, value);
        return numbers;

        void Add(string key, JsonNode? value)
        {
            if (value is JsonValue leaf && leaf.TryGetValue<double>(out var number)) numbers[key] = number;
        }
    }

    private Drawn Draw(byte[] file, string name) => new(_tools.Read(file, name), _background);

    /// <summary>A drawing with its pictures and features, each made once.</summary>
    private sealed class Drawn(MeasuredDrawing drawing, (double R, double G, double B) background)
    {
        private readonly Dictionary<int, RgbPicture> _pictures = [];
        private readonly Dictionary<OnnxFeatures, double[]> _features = [];

        public MeasuredDrawing Drawing => drawing;

        public RgbPicture Picture(int side) => _pictures.TryGetValue(side, out var known) ? known : _pictures[side] = drawing.Draw(side, background);

        public double[] Features(OnnxFeatures network) =>
            _features.TryGetValue(network, out var known) ? known : _features[network] = network.Of(Picture(network.Side));
    }

    /// <summary>Figures as they come; the first of a name holds.</summary>
    private sealed class Collected
    {
        private const int Digits = 6;

        public List<(string Key, double Value)> Values { get; } = [];
        public SortedDictionary<string, string> Missing { get; } = new(StringComparer.Ordinal);

        public void Add(string key, double? value)
        {
            if (value is { } number && !double.IsNaN(number) && Values.All(v => v.Key != key)) Values.Add((key, Math.Round(number, Digits)));
        }
    }
}
