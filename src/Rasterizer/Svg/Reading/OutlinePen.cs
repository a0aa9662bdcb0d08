using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Text.Fonts;
using SvgDistill.Rasterizer.Text.Layout;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Gathers glyphs in their places into one path of constants.</summary>
internal sealed class OutlinePen
{
    private readonly ImmutableArray<PathCommand>.Builder _commands = ImmutableArray.CreateBuilder<PathCommand>();
    private readonly ImmutableArray<ScalarPoint>.Builder _points = ImmutableArray.CreateBuilder<ScalarPoint>();

    public void Add(GlyphOutline outline, in Matrix place)
    {
        _commands.AddRange(outline.Commands);
        foreach (var point in outline.Points) Add(place.Apply(point));
    }

    /// <summary>The path, or null where nothing was added.</summary>
    public PathGeometry? ToPath() =>
        _commands.Count == 0 ? null : new PathGeometry { Commands = _commands.DrainToImmutable(), Points = _points.DrainToImmutable() };

    /// <summary>The pieces of a decoration's line.</summary>
    public static PathGeometry? Rectangles(List<DecorationPiece> pieces)
    {
        var pen = new OutlinePen();
        foreach (var p in pieces)
        {
            pen._commands.AddRange(PathCommand.Move, PathCommand.Line, PathCommand.Line, PathCommand.Line, PathCommand.Close);
            foreach (var corner in (ReadOnlySpan<Point>)[new(0, p.Top), new(p.Width, p.Top), new(p.Width, p.Top + p.Height), new(0, p.Top + p.Height)])
                pen.Add(p.Place.Apply(corner));
        }
        return pen.ToPath();
    }

    private void Add(Point p) => _points.Add(new ScalarPoint(Scalar.Constant(p.X), Scalar.Constant(p.Y)));
}
