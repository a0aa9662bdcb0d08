namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>A drawing's parameters at a moment of a film.</summary>
/// <param name="Time">When: 0 is the beginning, 1 the end.</param>
/// <param name="Theta">One value for each of the scene's parameters.</param>
public readonly record struct DrawingState(double Time, ReadOnlyMemory<double> Theta);

/// <summary>An SVG that moves.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Still">What changes and does not move here, one place an entry.</param>
public sealed record AnimatedSvg(byte[] Bytes, IReadOnlyList<string> Still);
