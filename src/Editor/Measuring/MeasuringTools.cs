using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Measuring;

/// <summary>The networks that measuring uses, opened once; what is not at hand is said with every figure that lacks it.</summary>
internal sealed class MeasuringTools : IDisposable
{
    private readonly ClipModel? _clip;
    private readonly ClipScorer? _scorer;
    private readonly Lpips? _lpips;

    private MeasuringTools(MeasuringRequest request, string? clipFolder)
    {
        Request = request;
        if (clipFolder is not null) _scorer = new ClipScorer(_clip = ClipModel.Open(clipFolder));
        if (request.Lpips is not null) _lpips = new Lpips(request.Lpips);
        if (_clip is not null) Record["clip"] = Identity(clipFolder!, _clip.Hash);
        if (_lpips is not null) Record["lpips"] = Identity(request.Lpips!, _lpips.Sha256);
        if (request.Classes.Count > 0) Record["classes"] = new JsonArray([.. request.Classes.Select(c => (JsonNode)c)]);
    }

    /// <summary>What was asked.</summary>
    public MeasuringRequest Request { get; }

    /// <summary>What decides the figures, with hashes, for records.</summary>
    public JsonObject Record { get; } = new();

    /// <summary>CLIP, or why it is not there.</summary>
    public Tool<ClipScorer> Clip => _scorer is { } scorer ? scorer
        : new Tool<ClipScorer>("no CLIP is at hand: name a CLIPModel folder with --clip.");

    /// <summary>LPIPS, likewise.</summary>
    public Tool<Lpips> Lpips => _lpips is { } lpips ? lpips
        : new Tool<Lpips>("no LPIPS weights are at hand: name a file with --lpips (docs/metrics.md).");

    /// <summary>Opens what was asked for, and the default CLIP where it is there.</summary>
    public static MeasuringTools Open(MeasuringRequest request)
    {
        var clip = request.Clip ?? IconClip.Folder;
        if (clip is not null || request.Lpips is not null) TensorEngine.Start();
        return new(request, clip is null ? null : ModelLocator.Find(clip));
    }

    /// <summary>A measurer with these tools.</summary>
    /// <param name="background">What lies behind the drawings.</param>
    /// <param name="denoising">The model's part, or why it is not there.</param>
    public EditMeasurer Measurer(string background, Tool<Func<MeasuredDrawing, DenoisingLosses>> denoising)
    {
        var (r, g, b) = Backgrounds.Color(background);
        return new EditMeasurer
        {
            Side = Request.Side, Background = (r, g, b), Clip = Clip, Lpips = Lpips, DenoisingLosses = denoising, Classes = Request.Classes,
        };
    }

    public void Dispose()
    {
        _scorer?.Dispose();
        _clip?.Dispose();
        _lpips?.Dispose();
    }

    private static JsonObject Identity(string path, string hash) =>
        new() { ["name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), ["sha256"] = hash };
}
