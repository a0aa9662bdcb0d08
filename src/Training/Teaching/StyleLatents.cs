using SvgDistill.Diffusion.Models;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Teaching;

/// <summary>The icons of a style as a model sees them: latents of several views of each, and its names as contexts.</summary>
internal sealed class StyleLatents : IDisposable
{
    private const int LeastViews = 2, MostViews = 24, EncodedAtOnce = 16;

    private readonly Tensor _latents, _contexts; // [icons * views,C,h,w], [icons * forms,L,D]
    private readonly int _views, _forms;

    /// <summary>Draws and encodes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="icons">The icons.</param>
    /// <param name="options">How they are drawn.</param>
    /// <param name="plain">One view of each, as it is, instead of random ones.</param>
    /// <param name="cancellation">Checked between pictures.</param>
    public StyleLatents(DiffusionModel model, IReadOnlyList<Icon> icons, TeachOptions options, bool plain, CancellationToken cancellation)
    {
        Icons = icons;
        var (side, margin, background) = (model.ImageSize, model.Defaults.FrameMargin ?? 0, Background(model));
        _views = plain ? 1 : Math.Clamp(options.MostPixels / (side * side) / icons.Count, LeastViews, MostViews);
        var pictures = new float[icons.Count * _views][];
        var scenes = new Scene[icons.Count];
        SideBySide.For(icons.Count, i => scenes[i] = icons[i].Scene(), cancellation);
        SideBySide.For(pictures.Length, i =>
        {
            var icon = icons[i / _views];
            var view = plain ? IconView.Plain(background)
                : IconView.Random(new Draws(options.Seed, i, Purpose.View), background, options.Mirror && IconNames.MayBeMirrored(icon.Subject), coloured: 0);
            pictures[i] = view.Draw(scenes[i / _views], side, margin);
        }, cancellation);
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        foreach (var chunk in pictures.Chunk(EncodedAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var images = tensor(chunk.SelectMany(p => p).ToArray(), [chunk.Length, 3, side, side], device: model.Unet.Device);
            parts.Add(model.EncodeImage(images).MoveToOuterDisposeScope());
        }
        _latents = cat(parts, 0).DetachFromDisposeScope();
        Pictures = tensor(Enumerable.Range(0, icons.Count).SelectMany(i => pictures[i * _views]).ToArray(), [icons.Count, 3, side, side]).DetachFromDisposeScope();

        _forms = icons.Max(i => IconNames.Forms(i.Subject).Count);
        var captions = icons.SelectMany(i => Enumerable.Range(0, _forms).Select(k => IconNames.Forms(i.Subject) is var f ? f[k % f.Count] + Suffix(model, f[k % f.Count]) : ""));
        _contexts = cat([.. captions.Chunk(EncodedAtOnce).Select(c => model.EncodePrompts(c))], 0).DetachFromDisposeScope();
    }

    /// <summary>The icons.</summary>
    public IReadOnlyList<Icon> Icons { get; }

    /// <summary>The first view of each, [icons,3,side,side].</summary>
    public Tensor Pictures { get; }

    /// <summary>Latents of an icon's view, for each pair.</summary>
    public Tensor Latents(IReadOnlyList<(int Icon, int View)> rows) => Rows(_latents, rows.Select(r => (long)r.Icon * _views + r.View % _views));

    /// <summary>Contexts of an icon's name in a form, for each pair.</summary>
    public Tensor Contexts(IReadOnlyList<(int Icon, int Form)> rows) => Rows(_contexts, rows.Select(r => (long)r.Icon * _forms + r.Form % _forms));

    /// <summary>Number of views of each icon.</summary>
    public int Views => _views;

    /// <summary>Number of forms of each name.</summary>
    public int Forms => _forms;

    /// <summary>What lies behind the drawings that a model was made for.</summary>
    public static (float R, float G, float B) Background(DiffusionModel model) =>
        model.Defaults.Background is { } text && CssColor.Parse(text) is { } c ? ((float)c.R, (float)c.G, (float)c.B) : (1, 1, 1);

    /// <summary>What the model's folder recommends to say after every prompt.</summary>
    public static string Suffix(DiffusionModel model, string prompt) => prompt.Length == 0 ? "" : model.Defaults.PromptSuffix ?? "";

    /// <inheritdoc/>
    public void Dispose()
    {
        _latents.Dispose();
        _contexts.Dispose();
        Pictures.Dispose();
    }

    private static Tensor Rows(Tensor all, IEnumerable<long> rows) => all.index_select(0, tensor(rows.ToArray(), device: all.device));
}
