using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tests.Conformance;
using SvgDistill.Rasterizer.Tests.Svg;

namespace SvgDistill.Rasterizer.Tests.Text;

/// <summary>Drawings with text in the suite's fonts.</summary>
internal static class TextCase
{
    public static SceneOptions Options => ConformanceCases.Options;

    public static SvgScene Read(string content, SceneOptions? options = null) => SvgText.Read(content, options ?? Options);

    /// <summary>All shapes of a scene, in drawing order.</summary>
    public static List<ShapeNode> Shapes(SvgScene scene)
    {
        var shapes = new List<ShapeNode>();
        Collect(scene.Scene.Root);
        return shapes;

        void Collect(SceneNode node)
        {
            if (node is ShapeNode shape) shapes.Add(shape);
            else if (node is GroupNode group)
                foreach (var child in group.Children) Collect(child);
        }
    }

    /// <summary>Left, top, right and bottom of the points of shapes that have a fill; transforms are not looked at.</summary>
    public static (double Left, double Top, double Right, double Bottom) Box(List<ShapeNode> shapes)
    {
        var points = shapes.Where(s => s.Fill is not null).SelectMany(s => ((PathGeometry)s.Geometry).Points).ToList();
        return (points.Min(p => p.X.Offset), points.Min(p => p.Y.Offset), points.Max(p => p.X.Offset), points.Max(p => p.Y.Offset));
    }
}
