using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>The length of an outline as the file has it, curves as chords: what a change of a dash's length is measured by.</summary>
internal static class InitialLength
{
    private const int Chords = 16;

    public static double Of(ShapeGeometry geometry, ParameterTable table)
    {
        var path = geometry as PathGeometry ?? ShapePath.Of(geometry, table);
        var (sum, i, start, last) = (0.0, 0, default(Point), default(Point));
        foreach (var command in path.Commands)
        {
            switch (command)
            {
                case PathCommand.Move:
                    start = last = Next();
                    break;
                case PathCommand.Line:
                    To(Next());
                    break;
                case PathCommand.Cubic:
                    var (p0, p1, p2, p3) = (last, Next(), Next(), Next());
                    for (var k = 1; k <= Chords; k++)
                    {
                        var (t, s) = ((double)k / Chords, 1 - (double)k / Chords);
                        To(s * s * s * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t * t * t * p3);
                    }
                    break;
                default:
                    To(start);
                    break;
            }
        }
        return sum;

        Point Next() => table.Initial(path.Points[i++]);

        void To(Point p)
        {
            sum += (p - last).Length;
            last = p;
        }
    }
}
