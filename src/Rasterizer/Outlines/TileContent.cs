using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>What a pattern repeats, to be drawn at one place or another.</summary>
internal sealed class TileContent
{
    private readonly SceneCompiler _compiler;
    private readonly PatternPaint _paint;
    private readonly BoundingBox? _box;
    private readonly FrameStep? _units;
    private readonly TilePath _path;

    /// <summary>Prepares what all places share.</summary>
    /// <param name="compiler">Compiles the content.</param>
    /// <param name="paint">The pattern.</param>
    /// <param name="tile">Its tile.</param>
    /// <param name="box">The bounding box that the content is in fractions of, or null.</param>
    public TileContent(SceneCompiler compiler, PatternPaint paint, TileBox tile, BoundingBox? box)
    {
        (_compiler, _paint, Tile, _box) = (compiler, paint, tile, box);
        _units = paint.ViewBox is { } viewBox ? new TileViewBoxStep(tile, viewBox) : box is not null ? new BoundingBoxScaleStep(box) : null;
        _path = compiler.Register(new TilePath(tile));
    }

    /// <summary>The tile.</summary>
    public TileBox Tile { get; }

    /// <summary>False where the content is in fractions of a box that has no area.</summary>
    public bool HasUnits => _box is not { HasArea: false };

    /// <summary>True where content may leave its tile and be seen there.</summary>
    public bool Overflows => _paint.Overflow;

    /// <summary>Compiles the content once more.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="parent">The space that the tile is placed in.</param>
    /// <param name="place">From the tile's own space, its corner at 0, to the parent's.</param>
    /// <param name="isCut">True where what leaves the tile is cut off.</param>
    public TilePart Make(ReadOnlySpan<double> theta, Frame parent, FrameStep place, bool isCut)
    {
        var (content, values) = _compiler.Apart(theta, () =>
        {
            var frame = _compiler.Register(new Frame(parent, [place]));
            var space = _units is null ? frame : _compiler.Register(new Frame(frame, [_units]));
            var content = _compiler.Compile([_paint.Content], space);
            return isCut ? new TilePlan(content, _compiler.Register(new DevicePath(_path, frame)), Tile) : content;
        });
        return new(content, values);
    }
}

/// <summary>A tile's content at one place, with the values that it alone reads.</summary>
internal sealed class TilePart(PlanNode content, PlanValue[] values)
{
    /// <summary>Adds what it draws.</summary>
    public void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        foreach (var value in values) value.Refresh(theta);
        content.Emit(buffers, theta, into);
    }

    /// <summary>Differentiates the last <see cref="Emit"/>.</summary>
    public void Backward(in Adjoint adjoint)
    {
        content.Backward(adjoint);
        for (var v = values.Length - 1; v >= 0; v--) values[v].Backward(adjoint.Theta, adjoint.ThetaGradient);
    }
}
