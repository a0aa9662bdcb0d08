using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// An outline painted with a pattern. Where only one tile is seen it is drawn as it is; where more are, a texture of the tile is
/// drawn once and repeated, whose tiles meet without a seam and cost nothing, however many there are.
/// </summary>
internal sealed class PatternPlan : PlanNode
{
    /// <summary>Tiles larger than a texture may be are drawn one by one, unless there are more than this many in sight.</summary>
    private const double MostCopies = 64;

    /// <summary>The part of a tile, or of a pixel, that a painted shape may reach beyond it and still count as covering one tile.</summary>
    private const double Slack = 1e-3;

    private readonly Outline _outline;
    private readonly Frame _frame;
    private readonly TileBox _tileBox;
    private readonly OpacityProduct _opacity;
    private readonly DrawFill _fill;
    private readonly TileContent _content;
    private readonly PatternCopies _copies;
    private readonly PatternTexture _texture;
    private bool _hasOutline, _isTexture, _isCopies;

    /// <summary>Prepares the pattern.</summary>
    /// <param name="compiler">Makes the tiles; what they share is added to its values now.</param>
    /// <param name="paint">The pattern.</param>
    /// <param name="outline">What is painted.</param>
    /// <param name="frame">The painted shape's space.</param>
    /// <param name="box">The painted shape's bounding box.</param>
    /// <param name="opacity">Multiplies the result.</param>
    /// <param name="fill">The outline's fill rule and smoothing.</param>
    public PatternPlan(
        SceneCompiler compiler, PatternPaint paint, Outline outline, Frame frame, Func<BoundingBox> box, OpacityProduct opacity, DrawFill fill)
    {
        (_outline, _opacity, _fill) = (outline, opacity, fill);
        List<FrameStep> steps = [];
        FrameStep.AppendWhereInvertible(paint.Transform, steps);
        _frame = steps.Count == 0 ? frame : compiler.Register(new Frame(frame, steps));
        _tileBox = compiler.Register(new TileBox(paint, paint.BoundingBoxUnits ? box() : null));
        _content = new TileContent(compiler, paint, _tileBox, paint is { ViewBox: null, BoundingBoxContent: true } ? box() : null);
        _copies = new(_content, _frame);
        _texture = new(_content, _frame);
    }

    /// <summary>False where there is no tile to repeat: one of its sides is zero, or it is in fractions of a box that has no area.</summary>
    public bool HasTile => _tileBox.HasArea && _content.HasUnits;

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        (_isTexture, _isCopies) = (false, false);
        _hasOutline = HasTile && _outline.Emit(buffers, theta);
        if (!_hasOutline || !_frame.ToDevice.TryInvert(out var toPattern)) return;
        (_fill.FirstContour, _fill.ContourCount) = (_outline.FirstContour, _outline.ContourCount);
        if (TilesInSight(buffers, toPattern) is not { } tiles) return;
        if (tiles.Count == 1 || (tiles.Count <= MostCopies && !_texture.Fits(buffers)))
        {
            _isCopies = true;
            _copies.Emit(buffers, theta, tiles, _fill, _opacity, into);
        }
        else if (_texture.Emit(buffers, theta, toPattern) is { } paint)
        {
            _isTexture = true;
            (_fill.Paint, _fill.Opacity) = (paint, _opacity.Emit(buffers, theta));
            into.Add(_fill);
        }
    }

    public override void Backward(in Adjoint adjoint)
    {
        if (!_hasOutline) return;
        if (_isCopies) _copies.Backward(adjoint);
        if (_isTexture) _texture.Backward(adjoint);
        _outline.Backward(adjoint.Vertices, adjoint.Theta, adjoint.ThetaGradient);
        if (_isCopies || _isTexture) _opacity.Backward(adjoint.Scalars, adjoint.Theta, adjoint.ThetaGradient);
    }

    /// <summary>The tiles that meet both the outline's bounds and the picture; null where none does.</summary>
    private TileRange? TilesInSight(DrawBuffers buffers, in Matrix toPattern)
    {
        var (list, picture) = (buffers.List, buffers.Window.Picture);
        var (left, top, right, bottom) = (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        for (var i = list.ContourStarts[_outline.FirstContour]; i < list.VertexCount; i++)
        {
            (left, right) = (Math.Min(left, list.Vertices[2 * i]), Math.Max(right, list.Vertices[2 * i]));
            (top, bottom) = (Math.Min(top, list.Vertices[2 * i + 1]), Math.Max(bottom, list.Vertices[2 * i + 1]));
        }
        (left, top) = (Math.Max(left, picture.Left), Math.Max(top, picture.Top));
        (right, bottom) = (Math.Min(right, picture.Right), Math.Min(bottom, picture.Bottom));
        if (!(left < right && top < bottom)) return null;
        ReadOnlySpan<Point> corners =
            [toPattern.Apply(new(left, top)), toPattern.Apply(new(right, top)), toPattern.Apply(new(left, bottom)), toPattern.Apply(new(right, bottom))];
        var (x0, y0, x1, y1) = (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        foreach (var p in corners) (x0, y0, x1, y1) = (Math.Min(x0, p.X), Math.Min(y0, p.Y), Math.Max(x1, p.X), Math.Max(y1, p.Y));
        var (width, height) = _texture.PixelsOfTile();
        var (slackX, slackY) = (Slack * Math.Min(1, 1 / width), Slack * Math.Min(1, 1 / height));
        var (column, row) = (Math.Floor((x0 - _tileBox.X) / _tileBox.Width + slackX), Math.Floor((y0 - _tileBox.Y) / _tileBox.Height + slackY));
        return new(column, row, Math.Max(1, Math.Ceiling((x1 - _tileBox.X) / _tileBox.Width - slackX) - column),
            Math.Max(1, Math.Ceiling((y1 - _tileBox.Y) / _tileBox.Height - slackY) - row));
    }
}

/// <summary>Tiles side by side: the first column and row, counted from the tile at the pattern's x and y, and how many.</summary>
internal readonly record struct TileRange(double Column, double Row, double Columns, double Rows)
{
    /// <summary>How many tiles.</summary>
    public double Count => Columns * Rows;
}
