using System.Text.Json.Nodes;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Engine;

/// <summary>A ControlNet at work in a run: the network, the picture it follows, and what it guides.</summary>
internal sealed class ControlGuide : IDisposable
{
    // Two shapes this near are one, rounded to pixels.
    private const double SameShape = .02;

    private readonly ControlNet? _owned;

    private ControlGuide(ControlChoice choice, ControlNet net, ControlNet? owned, RgbPicture picture, JsonNode image)
    {
        _owned = owned;
        using var hint = picture.ToTensor();
        Condition = new ControlCondition(net, hint.to(net.Device), choice.Scale);
        Record = new JsonObject
        {
            ["kind"] = AdapterLoader.Name(AdapterKind.ControlNet), ["name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(choice.Path)),
            ["sha256"] = net.Hash, ["scale"] = choice.Scale, ["image"] = image,
        };
    }

    /// <summary>The network with its picture.</summary>
    public ControlCondition Condition { get; }

    /// <summary>Files, hashes and scale, for records.</summary>
    public JsonObject Record { get; }

    /// <summary>Makes what a command was asked for; null where it was asked for none.</summary>
    /// <param name="choice">The options.</param>
    /// <param name="model">The model that it guides.</param>
    /// <param name="side">Side of the square pictures that are denoised.</param>
    /// <param name="source">The source as the model sees it, for the default lines; null where the options name a picture.</param>
    /// <param name="box">Where the source lies in the square, in pixels: a picture of its shape goes there. Null: all of it.</param>
    /// <param name="net">The network where it is loaded already; it stays its owner's.</param>
    /// <exception cref="ModelException">The ControlNet cannot be used with the model.</exception>
    /// <exception cref="EditorException">The picture cannot be used.</exception>
    public static ControlGuide? Open(ControlChoice? choice, DiffusionModel model, int side, Func<RgbPicture>? source,
        (double X, double Y, double Width, double Height)? box = null, ControlNet? net = null)
    {
        if (choice is null) return null;
        var (picture, image) = choice.Image is { } path ? Read(path, side, box ?? (0, 0, side, side)) : (LineDrawing.Of(source!()), "lines of the source");
        var own = net is null ? ControlNet.Open(choice.Path, model) : null;
        try
        {
            return new ControlGuide(choice, net ?? own!, own, picture, image);
        }
        catch
        {
            own?.Dispose();
            throw;
        }
    }

    /// <summary>The denoiser of a run: under the ControlNet, but for Piva, which guides its own two denoisers and they alone.</summary>
    public static NoisePredictor Guided(DiffusionModel model, ControlGuide? control, MethodName? method = null) =>
        control is null || method?.Kind == MethodKind.Piva ? model.Denoiser : model.Denoiser.Controlled(control.Condition);

    public void Dispose()
    {
        Condition.Dispose();
        _owned?.Dispose();
    }

    /// <summary>A picture over black: on the source's box where it has that shape, on the whole square where it is square.</summary>
    private static (RgbPicture, JsonNode) Read(string path, int side, (double X, double Y, double Width, double Height) box)
    {
        var bytes = InputFile.Read(path, "a picture file (--control-image)", InputFile.MostPictureBytes);
        var image = PictureReader.Decode(bytes, path);
        var shape = (double)image.Width / image.Height;
        if (Math.Abs(shape * box.Height / box.Width - 1) > SameShape)
            box = image.Width == image.Height ? (0, 0, side, side) : throw new EditorException(EditorErrorKind.Input, FormattableString.Invariant(
                $"{path}: {image.Width} x {image.Height} pixels are another shape than the source's ({box.Width / box.Height:0.##} to 1). Give a picture of its shape, or a square one."));
        using var scope = NewDisposeScope();
        var (left, top) = ((int)Math.Round(box.X), (int)Math.Round(box.Y));
        var (right, bottom) = ((int)Math.Round(box.X + box.Width), (int)Math.Round(box.Y + box.Height));
        var small = nn.functional.interpolate(tensor(image.ToOpaque([0, 0, 0])).reshape(1, 3, image.Height, image.Width),
            [Math.Max(bottom - top, 1), Math.Max(right - left, 1)], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true).clamp(0, 1);
        var square = nn.functional.pad(small, [left, side - left - small.shape[3], top, side - top - small.shape[2]]);
        return (square.ToPicture(), RunRecord.File(path, bytes));
    }
}
