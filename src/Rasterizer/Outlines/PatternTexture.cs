using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A pattern's tile on a texture of its own (<see cref="DrawTiles"/>): whole texels cover the tile exactly, so that what meets the tile's
/// edge meets the next tile without a seam. Under a skew, texels are skewed too.
/// </summary>
internal sealed class PatternTexture(TileContent content, Frame frame)
{
    /// <summary>A tile that is larger than the picture this many times, and larger than the first of these bounds, has no texture.</summary>
    private const double LargestShare = 16, FewestTexels = 1 << 16, MostTexels = 1 << 22;

    /// <summary>The most texels along one side.</summary>
    private const double LongestSide = 1 << 14;

    /// <summary>A side may be longer than whole texels by this much of a texel, so that rounding adds none.</summary>
    private const double Slack = 1e-3;

    private readonly DrawTiles _draw = new();
    private readonly Frame _root = new();
    private readonly List<TilePart> _parts = [];
    private readonly List<TexelStep> _steps = [];
    private Matrix _fromPattern, _toTile, _inverse;

    /// <summary>The sides of a tile in pixels.</summary>
    public (double Width, double Height) PixelsOfTile()
    {
        var m = frame.ToDevice;
        return (Math.Sqrt(m.A * m.A + m.B * m.B) * content.Tile.Width, Math.Sqrt(m.C * m.C + m.D * m.D) * content.Tile.Height);
    }

    /// <summary>True where the tile fits on a texture.</summary>
    public bool Fits(DrawBuffers buffers)
    {
        var (width, height) = PixelsOfTile();
        return width * height <= Math.Clamp(LargestShare * buffers.PicturePixels, FewestTexels, MostTexels)
            && width <= LongestSide && height <= LongestSide;
    }

    /// <summary>Adds the texture; null where it shows nothing.</summary>
    public DrawTiles? Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, in Matrix toPattern)
    {
        var (width, height) = PixelsOfTile();
        (_draw.Width, _draw.Height) = (Texels(width), Texels(height));
        _draw.Children.Clear();
        // From texels to the tile, and the whole way from pixels to texels.
        var tile = content.Tile;
        var (sx, sy) = (tile.Width / _draw.Width, tile.Height / _draw.Height);
        (_fromPattern, _toTile) = (frame.ToDevice, new(sx, 0, 0, sy, tile.X, tile.Y));
        _inverse = new Matrix(1 / sx, 0, 0, 1 / sy, -tile.X / sx, -tile.Y / sy) * toPattern;
        if (!double.IsFinite(_inverse.A + _inverse.B + _inverse.C + _inverse.D + _inverse.E + _inverse.F))
        {
            buffers.Notes.Add(DrawingNote.NotFinite);
            return null;
        }
        if (!buffers.ReserveTexels((double)_draw.Width * _draw.Height)) return null;

        if (_parts.Count == 0) Make(theta);
        var window = buffers.Window;
        buffers.Window = DrawWindow.Whole(_draw.Width, _draw.Height);
        foreach (var step in _steps) (step.Width, step.Height) = (_draw.Width, _draw.Height);
        foreach (var part in _parts) part.Emit(buffers, theta, _draw.Children);
        buffers.Window = window;
        if (_draw.Children.Count == 0) return null;
        _draw.DeviceToTexture = buffers.AddScalars(6);
        RadialEmitter.Write(_inverse, buffers.List.Scalars.AsSpan(_draw.DeviceToTexture, 6));
        return _draw;
    }

    /// <summary>Differentiates the texture and its place.</summary>
    public void Backward(in Adjoint adjoint)
    {
        foreach (var part in _parts) part.Backward(adjoint);
        var tile = content.Tile;
        if (!frame.Moves && !tile.Moves) return;
        var g = MatrixAdjoint.OfInverse(_inverse, RadialEmitter.Read(adjoint.Scalars.Slice(_draw.DeviceToTexture, 6)));
        if (frame.Moves) frame.Gather(MatrixAdjoint.OfLeft(_toTile, g));
        var ofTile = MatrixAdjoint.OfRight(_fromPattern, g);
        if (tile.Moves) tile.Gather(ofTile.E, ofTile.F, ofTile.A / _draw.Width, ofTile.D / _draw.Height);
    }

    /// <summary>A texel a pixel, or somewhat more: whole texels, as Skia's picture shader has them, and at least one, the tile's mean.</summary>
    private static int Texels(double pixels) => (int)Math.Clamp(Math.Ceiling(pixels - Slack), 1, LongestSide);

    /// <summary>The tile, and where content may leave it those around it: what they put onto this one.</summary>
    private void Make(ReadOnlySpan<double> theta)
    {
        var margin = content.Overflows ? 1 : 0;
        for (var row = -margin; row <= margin; row++)
        {
            for (var column = -margin; column <= margin; column++)
            {
                var step = new TexelStep(content.Tile, column, row) { Width = _draw.Width, Height = _draw.Height };
                _steps.Add(step);
                // The texture's own edge cuts what leaves the tile.
                _parts.Add(content.Make(theta, _root, step, isCut: false));
            }
        }
    }
}

/// <summary>From a tile's own space to the texels of the texture that shows it, or a neighbour of it.</summary>
internal sealed class TexelStep(TileBox tile, int column, int row) : FrameStep
{
    /// <summary>Texture columns.</summary>
    public int Width { get; set; }
    /// <summary>Texture rows.</summary>
    public int Height { get; set; }

    public override bool Moves => tile.Moves;

    public override Matrix At(ReadOnlySpan<double> theta) =>
        new(Width / tile.Width, 0, 0, Height / tile.Height, (double)column * Width, (double)row * Height);

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient) =>
        tile.Gather(0, 0, -g.A * Width / (tile.Width * tile.Width), -g.D * Height / (tile.Height * tile.Height));
}
