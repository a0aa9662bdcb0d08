using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A glyph's contours in ems, y down, the baseline's begin at the origin; every contour is closed.</summary>
internal sealed record GlyphOutline(ImmutableArray<PathCommand> Commands, ImmutableArray<Point> Points);
