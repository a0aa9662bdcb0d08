using SvgDistill.Distill.Growing;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Pictures;
using SvgDistill.Rasterizer.Outlines;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>An edit's new shapes: how many there may be, and the moment at which they join the drawing.</summary>
internal static class ShapeGrowth
{
    // The part of a run after which the drawing's own shapes are where they can help.
    private const double From = 1.0 / 3;
    private const int LeastBudget = 2, MostBudget = 8;

    /// <summary>How many shapes a request allows: <c>--add-paths</c>, or a third as many as there are; 0 for none.</summary>
    public static int Budget(EditRequest request, Rasterizer.Scenes.Scene scene) => request.Limits.Strength == 0 ? 0 : request.AddPaths
        ?? (request.Restructure ? Math.Clamp(ShapeOutline.Of(scene, scene.InitialValues()).Count / 3, LeastBudget, MostBudget) : 0);

    /// <summary>The step before which they join a run.</summary>
    public static int Step(int steps) => (int)Math.Round(From * steps);

    /// <summary>A picture of what the model wants the present drawing to become.</summary>
    public static RgbPicture Wanted(EditSession session, PictureMethod method, EditSettings settings, CancellationToken stop)
    {
        using var edit = new BestPicture(method, session.PictureModel, session.Judge, PictureSettings.Resolve(method, settings, session.Model.Defaults),
            (ulong)session.Request.Seed, session.SampledPictures, session.Looks);
        using var scope = NewDisposeScope();
        return Picture(edit.Run(session.Target.Current, null, null, stop).Picture);
    }

    /// <summary>A picture [1,3,H,W].</summary>
    public static RgbPicture Picture(Tensor picture) =>
        new((int)picture.shape[3], (int)picture.shape[2], picture.to(float32).cpu().contiguous().data<float>().ToArray());

    /// <summary>Adds the shapes that a picture asks for.</summary>
    public static void Grow(EditSession session, RgbPicture wanted, CancellationToken stop)
    {
        var (r, g, b) = Backgrounds.Color(session.Background);
        var options = new GrowthOptions
        {
            Most = session.AddPaths, Side = session.Model.ImageSize, Margin = session.Model.Defaults.FrameMargin ?? 0,
            Background = (r, g, b), Symmetry = session.Request.Symmetry,
            PaletteShare = session.Limits.Colors is null ? new GrowthOptions().PaletteShare : 0,
        };
        if (DrawingGrowth.Grow(session.Svg, [.. session.Target.Theta], wanted, session.Request.Scene, options, stop) is { } grown)
            session.Grow(grown, options.Seed);
    }
}
