using System.Text;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer.Outlines;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Tests.Support;

/// <summary>A drawing of 128 units and the same drawing with other numbers; a unit is a pixel.</summary>
internal sealed record SvgEdit(SvgScene Svg, double[] Edited)
{
    internal const int Side = 128;

    internal Scene Scene => Svg.Scene;

    internal double[] Source => Scene.InitialValues();

    internal IReadOnlyList<ShapeOutline> Before => ShapeOutline.Of(Scene, Source);

    internal IReadOnlyList<ShapeOutline> After => ShapeOutline.Of(Scene, Edited);

    internal EditCleanness Cleanness => EditCleanness.Of(Scene, Source, Edited, Side, 0);

    /// <summary>Two contents that differ in numbers only.</summary>
    internal static SvgEdit Of(string before, string after, SceneOptions? options = null)
    {
        var (svg, edited) = (Read(before, options), Read(after, options));
        if (svg.Scene.Parameters.Length != edited.Scene.Parameters.Length) throw new ArgumentException("They differ in more than numbers.");
        return new(svg, edited.Scene.InitialValues());
    }

    internal static SvgScene Read(string content, SceneOptions? options = null) => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 128 128\">{content}</svg>"), "test.svg"), options ?? SceneOptions.Default);

    internal (SvgEdit Edit, FinishReport Report) Finish(FinishOptions? options = null)
    {
        var done = Finisher.Finish(Scene, Source, Edited, (options ?? new()) with { Side = Side, Margin = 0 });
        return (this with { Edited = done.Theta }, done.Report);
    }

    internal string Text => Encoding.UTF8.GetString(SvgWriter.Write(Svg, Edited));
}
