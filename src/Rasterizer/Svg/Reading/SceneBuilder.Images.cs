using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Raster images.</summary>
internal sealed partial class SceneBuilder
{
    private SceneNode? ReadImage(Frame frame)
    {
        _notes.Add("Raster images are kept but not drawn ({0}).", frame.Element.Order);
        return null;
    }
}
