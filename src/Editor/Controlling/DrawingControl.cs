using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Editor.Controlling;

/// <summary>What a request lets change of a drawing: which of its parameters may move, how fast, and what holds after every step.</summary>
internal sealed class DrawingControl
{
    private readonly JsonObject _record;
    private readonly Palette? _palette;

    private DrawingControl(SvgScene svg, ControlRequest request, Palette? palette, IReadOnlyDictionary<int, double> rateFactors, JsonObject record)
    {
        (Svg, Request, RateFactors, _palette, _record) = (svg, request, rateFactors, palette, record);
        Colors = palette is null ? null : new PaletteRule(svg.Scene, palette);
        Shared = request.Shared is { } shared ? new SharedColorsRule(svg.Scene, shared) : null;
    }

    /// <summary>The drawing, with what must not move held.</summary>
    public SvgScene Svg { get; }
    /// <summary>What was asked.</summary>
    public ControlRequest Request { get; }
    /// <summary>Factors on the rates of parameters in a mask's soft edge.</summary>
    public IReadOnlyDictionary<int, double> RateFactors { get; }
    /// <summary>Keeps colours in a palette; null for none.</summary>
    public PaletteRule? Colors { get; }
    /// <summary>Keeps colours equal among several drawings; null for none.</summary>
    public SharedColorsRule? Shared { get; }
    /// <summary>How far colours at the drawing's edge stay from the background's; 0 where they may fade, or others say what they are.</summary>
    public double GroundContrast => Colors is null && Shared is null ? Request.GroundContrast : 0;
    /// <summary>Whether shapes' centres stay.</summary>
    public bool KeepsCenters => Request.Lock.HasFlag(Aspects.Position);

    /// <summary>Resolves a request against a drawing; reads masks and palettes.</summary>
    public static DrawingControl Open(ControlRequest request, SvgScene svg)
    {
        var held = new HashSet<int>(AspectLocks.Held(svg.Scene, request.Lock));
        var factors = new Dictionary<int, double>();
        if (request.Mask is { } mask)
        {
            var weights = MaskWeights.Of(svg.Scene, Mask(svg.Scene, request));
            for (var i = 0; i < weights.Length; i++)
                if (weights[i] == 0) held.Add(i);
                else if (weights[i] < 1) factors[i] = weights[i];
        }
        return new(svg.Holding(held), request, request.Palette.Open(() => Palette.Of(svg.Scene)), factors, Recorded(request));
    }

    /// <summary>The same for the drawing with new shapes. Masks and locked aspects are of the drawing's own: with them there are none.</summary>
    public DrawingControl Growing(SvgScene svg) => new(svg, Request, _palette, RateFactors, _record);

    /// <summary>What is recorded of it; null where nothing was asked.</summary>
    public JsonObject? Record
    {
        get
        {
            var record = (JsonObject)_record.DeepClone();
            if (Shared is not null) record["shared_palette"] = new JsonObject([.. Shared.Ends.Select(e => KeyValuePair.Create(e.Color.ToHex(), (JsonNode?)e.End.ToHex()))]);
            return record.Count == 0 ? null : record;
        }
    }

    private static ChangeMask Mask(Scene scene, ControlRequest request) => request.MaskFile is { } file
        ? ChangeMask.OfPicture(scene, PictureReader.Decode(InputFile.Picture(file), file), file, request.MaskSoftness)
        : ChangeMask.OfElement(scene, request.Mask![1..], request.MaskSoftness);

    private static JsonObject Recorded(ControlRequest request)
    {
        var record = new JsonObject();
        if (request.Lock != Aspects.None) record["lock"] = new JsonArray([.. AspectWords.Of(request.Lock).Select(w => (JsonNode)w)]);
        if (request.Palette.Kind != PaletteKind.Free)
            record["palette"] = request.Palette.File is { } palette ? RunRecord.File(palette, File.ReadAllBytes(palette))
                : request.Palette.Kind == PaletteKind.Keep ? "keep"
                : new JsonArray([.. request.Palette.Colors.Select(c => (JsonNode)ByteColor.Of(c.R, c.G, c.B).ToHex())]);
        if (request.GroundContrast != Distill.Editing.Control.GroundContrast.Default) record["ground_contrast"] = request.GroundContrast;
        if (request.Mask is { } mask)
        {
            record["mask"] = request.MaskFile is { } file ? RunRecord.File(file, InputFile.Picture(file)) : mask;
            record["mask_softness"] = request.MaskSoftness;
        }
        if (request.Strength != 1) record["strength"] = request.Strength;
        return record;
    }


}
