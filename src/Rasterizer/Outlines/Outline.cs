namespace SvgDistill.Rasterizer.Outlines;

/// <summary>Something that puts closed contours into the draw list: a fill's or a stroke's.</summary>
internal abstract class Outline
{
    /// <summary>The first contour of the last <see cref="Emit"/>.</summary>
    public int FirstContour { get; protected set; }
    /// <summary>How many contours it made.</summary>
    public int ContourCount { get; protected set; }

    /// <summary>Adds the contours; false where nothing is to be drawn.</summary>
    public abstract bool Emit(DrawBuffers buffers, ReadOnlySpan<double> theta);

    /// <summary>Passes the gradient of the vertices made by the last <see cref="Emit"/> on.</summary>
    public abstract void Backward(ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient);
}
