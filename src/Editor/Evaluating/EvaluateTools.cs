using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor.Evaluating;

/// <summary>
/// What the figures of an evaluation are taken with: networks, opened once, and the list's subjects. Every <c>before</c> shows its source's subject,
/// every <c>after</c> its target's: of them the probe learns, whichever part of the list is evaluated.
/// </summary>
internal sealed class EvaluateTools : IDisposable
{
    private readonly OnnxFeatures? _dino;
    private readonly IReadOnlyList<EvaluatedPair> _pairs;
    private readonly IReporter _reporter;
    private readonly SceneOptions _drawing;
    private SubjectProbe? _probe;

    /// <param name="measuring">The networks that other commands measure with, too.</param>
    /// <param name="dino">An ONNX file of a DINO network, or null.</param>
    /// <param name="pairs">The whole list.</param>
    /// <param name="drawing">What drawings are drawn with.</param>
    /// <param name="reporter">Where progress goes.</param>
    public EvaluateTools(MeasuringTools measuring, string? dino, IReadOnlyList<EvaluatedPair> pairs, SceneOptions drawing, IReporter reporter)
    {
        (Measuring, _pairs, _drawing, _reporter) = (measuring, pairs, drawing, reporter);
        _dino = dino is null ? null : OnnxFeatures.Dino(dino);
        ResNet = OnnxFeatures.ResNet18();
    }

    /// <summary>The networks that other commands measure with, too.</summary>
    public MeasuringTools Measuring { get; }

    /// <summary>A drawing, its images those beside the path <paramref name="name"/>.</summary>
    public MeasuredDrawing Read(byte[] file, string name) => MeasuredDrawing.Read(file, name, _drawing.Fonts, _drawing.Resources);

    /// <summary>ResNet-18, or why it is not there.</summary>
    public Tool<OnnxFeatures> ResNet { get; }

    /// <summary>The networks whose features are compared, by the names of their figures.</summary>
    public IEnumerable<(string Name, Tool<OnnxFeatures> Network)> Features =>
        _dino is null ? [("resnet", ResNet)] : [("resnet", ResNet), ("dino", _dino)];

    /// <summary>The network that subjects are recognised with: ResNet-18, else DINO; null where there is neither.</summary>
    public OnnxFeatures? ProbeNetwork => ResNet.Value ?? _dino;

    /// <summary>The colour behind a pair's pictures.</summary>
    public Func<EvaluatedPair, string> Background { get; set; } = _ => "#ffffff";

    /// <summary>What knows the list's subjects; null without a network.</summary>
    public SubjectProbe? Probe => _probe ??= ProbeNetwork is { } network ? Learn(network) : null;

    /// <summary>What decides the figures, with hashes, for records.</summary>
    public JsonObject Record
    {
        get
        {
            var record = (JsonObject)Measuring.Record.DeepClone();
            foreach (var (name, tool) in Features)
                if (tool.Value is { } network) record[name] = new JsonObject { ["name"] = Path.GetFileName(network.Path), ["sha256"] = network.Sha256 };
            var subjects = string.Join('\n', Known().Select(k => $"{SubjectProbe.Key(k.Subject)} {Hashes.Of(k.File)}").Order(StringComparer.Ordinal));
            record["subjects"] = new JsonObject
            {
                ["count"] = Known().Select(k => SubjectProbe.Key(k.Subject)).Distinct().Count(),
                ["sha256"] = Hashes.Of(System.Text.Encoding.UTF8.GetBytes(subjects)),
            };
            return record;
        }
    }

    public void Dispose()
    {
        ResNet.Value?.Dispose();
        _dino?.Dispose();
    }

    private IEnumerable<(string Subject, byte[] File, string Path, EvaluatedPair Pair)> Known()
    {
        foreach (var pair in _pairs)
        {
            yield return (pair.Source, pair.BeforeFile, pair.Before, pair);
            if (pair.AfterFile is { } after) yield return (pair.Target, after, pair.After!, pair);
        }
    }

    private SubjectProbe Learn(OnnxFeatures network)
    {
        _reporter.Say($"the features of the list's {Known().Count()} drawings, for recognising subjects");
        return new(Known().Select(k =>
        {
            var (r, g, b) = Backgrounds.Color(Background(k.Pair));
            return (k.Subject, network.Of(Read(k.File, k.Path).Draw(network.Side, (r, g, b))));
        }));
    }
}
