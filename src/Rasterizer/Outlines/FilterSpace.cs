using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Filters;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// Where a filter lies in the picture. Its region and subregions are whole pixels along the picture's axes, under a rotation or skew the
/// boxes around them, and lengths are scaled along these axes, as resvg has it; so nothing here has a gradient.
/// </summary>
internal readonly record struct FilterSpace
{
    /// <summary>What rounding may add to an edge.</summary>
    private const double Slack = 1e-3;

    private const double Farthest = 1 << 28;

    private readonly FilterNode _filter;
    private readonly FilterBox? _userRegion;
    private readonly FilterBox _box;

    private FilterSpace(FilterNode filter, in Matrix toDevice, BoundingBox? box, ReadOnlySpan<double> theta)
    {
        _filter = filter;
        ToDevice = toDevice;
        _box = box is null ? new(0, 0, 1, 1) : new(box.X, box.Y, box.Width, box.Height);
        (ScaleX, ScaleY) = (double.Hypot(toDevice.A, toDevice.C), double.Hypot(toDevice.B, toDevice.D));
        if (filter.Region is { } region) _userRegion = filter.BoundingBoxUnits ? InBox(region.At(theta)) : region.At(theta);
    }

    /// <summary>The map from the filtered group's space to the picture's pixels.</summary>
    public Matrix ToDevice { get; }
    /// <summary>Pixels of a unit along x.</summary>
    public double ScaleX { get; }
    /// <summary>Pixels of a unit along y.</summary>
    public double ScaleY { get; }
    /// <summary>The pixels that are filtered.</summary>
    public PixelArea Region { get; private init; }
    /// <summary>The whole region in user units, whether it is seen or not.</summary>
    public FilterBox UserRegion => _userRegion ?? new(0, 0, 0, 0);
    /// <summary>A unit of the primitives' lengths in user units.</summary>
    public (double X, double Y) Unit => _filter.BoundingBoxPrimitives ? (_box.Width, _box.Height) : (1, 1);

    /// <summary>The space; null where no pixel is filtered.</summary>
    public static FilterSpace? Of(FilterNode filter, in Matrix toDevice, BoundingBox? box, in DrawWindow window, ReadOnlySpan<double> theta)
    {
        var space = new FilterSpace(filter, toDevice, box, theta);
        double reach = 0;
        foreach (var primitive in filter.Primitives) reach += FilterNumbers.Reach(primitive, space, theta);
        if (!(space.ScaleX > 0 && space.ScaleY > 0) || double.IsNaN(reach)) return null;
        var (picture, near) = (window.Picture, window.Near);
        // A strip of the picture needs no more than what reaches it; beyond the picture's own size to each side nothing is kept.
        var (reachX, reachY) = (Math.Min(reach, picture.Right - picture.Left), Math.Min(reach, picture.Bottom - picture.Top));
        var isStrip = near != window.Around;
        var seen = Whole(picture.Left - reachX, (isStrip ? Math.Max(picture.Top, near.Top) : picture.Top) - reachY,
            picture.Right + reachX, (isStrip ? Math.Min(picture.Bottom, near.Bottom) : picture.Bottom) + reachY);
        var region = (space._userRegion is { } user ? space.Pixels(user) : seen).In(seen);
        return region.Width > 0 && region.Height > 0 ? space with { Region = region } : null;
    }

    /// <summary>A primitive's subregion in the picture's pixels.</summary>
    public PixelArea AreaOf(FilterPrimitive primitive) => _userRegion is null ? Region : Pixels(UserAreaOf(primitive));

    /// <summary>A primitive's subregion in user units.</summary>
    public FilterBox UserAreaOf(FilterPrimitive primitive)
    {
        var whole = UserRegion;
        if (!_filter.BoundingBoxPrimitives)
            return new(primitive.X ?? whole.X, primitive.Y ?? whole.Y, primitive.Width ?? whole.Width, primitive.Height ?? whole.Height);
        // resvg takes the box itself for these two.
        if (primitive is FloodPrimitive or ImagePrimitive)
            return InBox(new(primitive.X ?? 0, primitive.Y ?? 0, primitive.Width ?? 1, primitive.Height ?? 1));
        return new(primitive.X is { } x ? _box.X + x * _box.Width : whole.X, primitive.Y is { } y ? _box.Y + y * _box.Height : whole.Y,
            primitive.Width * _box.Width ?? whole.Width, primitive.Height * _box.Height ?? whole.Height);
    }

    /// <summary>A point of the primitives' units in the region's own pixels.</summary>
    public Point PointIn(double x, double y)
    {
        var p = ToDevice.Apply(_filter.BoundingBoxPrimitives ? new(_box.X + x * _box.Width, _box.Y + y * _box.Height) : new(x, y));
        return new(p.X - Region.X, p.Y - Region.Y);
    }

    private FilterBox InBox(FilterBox part) =>
        new(_box.X + part.X * _box.Width, _box.Y + part.Y * _box.Height, part.Width * _box.Width, part.Height * _box.Height);

    /// <summary>Whole pixels: the first is rounded down, their number up.</summary>
    private PixelArea Pixels(FilterBox box)
    {
        var (left, top, right, bottom) = (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        foreach (var corner in (ReadOnlySpan<Point>)[new(box.X, box.Y), new(box.X + box.Width, box.Y), new(box.X, box.Y + box.Height), new(box.X + box.Width, box.Y + box.Height)])
        {
            var p = ToDevice.Apply(corner);
            (left, right) = (Math.Min(left, p.X), Math.Max(right, p.X));
            (top, bottom) = (Math.Min(top, p.Y), Math.Max(bottom, p.Y));
        }
        var (x, y) = (Math.Floor(left + Slack), Math.Floor(top + Slack));
        return Whole(x, y, x + Math.Max(1, Math.Ceiling(right - left - Slack)), y + Math.Max(1, Math.Ceiling(bottom - top - Slack)));
    }

    private static PixelArea Whole(double left, double top, double right, double bottom)
    {
        static int Held(double value) => (int)Math.Clamp(value, -Farthest, Farthest);
        var (x, y) = (Held(Math.Floor(left)), Held(Math.Floor(top)));
        return new(x, y, Math.Max(0, Held(Math.Ceiling(right)) - x), Math.Max(0, Held(Math.Ceiling(bottom)) - y));
    }
}
