namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A circular sector of unit radius as a fan of triangles with equal angles: the two ends lie on the circle, the points
/// between at radius k so that the area is exact: k sin e + (n-2)/2 k^2 sin e = angle/2, e = angle/n, n triangles.
/// </summary>
internal readonly struct RoundSector
{
    /// <summary>The sagitta allowed, in device pixels; about the same as for curves.</summary>
    private const double Sagitta = .06;

    /// <summary>In device pixels; an arc seen on a canvas is all but straight then.</summary>
    private const double LargestRadius = 1e5;

    /// <summary>Below this sagitta one triangle does.</summary>
    private const double StraightSagitta = .01;

    /// <summary>The sector of an angle (positive, radians) whose radius is so many device pixels.</summary>
    public RoundSector(double angle, double deviceRadius)
    {
        Steps = deviceRadius * angle * angle / 8 < StraightSagitta
            ? 1
            : Math.Max(2, (int)Math.Ceiling(angle / Turn(deviceRadius)));
        if (Steps == 1) return;
        var (e, n) = (angle / Steps, Steps - 2);
        var (sin, cos) = Math.SinCos(e);
        var (q, slope) = (angle / sin, (sin - e * cos) / (sin * sin));
        var root = Math.Sqrt(1 + n * q);
        (Radius, RadiusSlope) = n == 0 ? (.5 * q, .5 * slope) : ((root - 1) / n, .5 * slope / root);
    }

    /// <summary>n: how many triangles.</summary>
    public int Steps { get; }
    /// <summary>k.</summary>
    public double Radius { get; }
    /// <summary>dk/dangle.</summary>
    public double RadiusSlope { get; }

    /// <summary>
    /// The angle between neighbouring points at which the sagitta is as allowed, at most a quarter turn; beyond
    /// <see cref="LargestRadius"/> it grows no finer.
    /// </summary>
    public static double Turn(double deviceRadius) =>
        2 * Math.Acos(Math.Max(1 - Sagitta / Math.Clamp(deviceRadius, 1e-9, LargestRadius), Math.Sqrt(.5)));
}
