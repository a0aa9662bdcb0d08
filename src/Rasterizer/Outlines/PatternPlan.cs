using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// An outline painted with a pattern: a layer of as many copies of the content as are seen, masked by the outline. Copies
/// are made once and kept.
/// </summary>
internal sealed class PatternPlan : PlanNode
{
    private readonly SceneCompiler _compiler;
    private readonly PatternPaint _paint;
    private readonly Outline _outline;
    private readonly Frame _frame;
    private readonly BoundingBox? _contentBox;
    private readonly FrameStep? _contentUnits;
    private readonly TileBox _tileBox;
    private readonly TilePath _tilePath;
    private readonly OpacityProduct _opacity;
    private readonly List<Tile> _tiles = [];
    private readonly DrawLayer _layer = new();
    private readonly DrawMask _mask = new();
    private readonly DrawFill _fill;
    private readonly SolidEmitter _white = new(ScalarColor.Constant(1, 1, 1, 1));
    private bool _hasOutline;
    private int _used;

    /// <summary>Prepares the pattern.</summary>
    /// <param name="compiler">Makes the copies; what all of them share is added to its values now.</param>
    /// <param name="paint">The pattern.</param>
    /// <param name="outline">What is painted.</param>
    /// <param name="frame">The painted shape's space.</param>
    /// <param name="box">The painted shape's bounding box.</param>
    /// <param name="opacity">Multiplies the result.</param>
    /// <param name="fill">The outline's fill rule and smoothing.</param>
    public PatternPlan(
        SceneCompiler compiler, PatternPaint paint, Outline outline, Frame frame, Func<BoundingBox> box, OpacityProduct opacity, DrawFill fill)
    {
        (_compiler, _paint, _outline, _opacity, _fill) = (compiler, paint, outline, opacity, fill);
        List<FrameStep> steps = [];
        FrameStep.AppendWhereInvertible(paint.Transform, steps);
        _frame = steps.Count == 0 ? frame : compiler.Register(new Frame(frame, steps));
        _tileBox = compiler.Register(new TileBox(paint, paint.BoundingBoxUnits ? box() : null));
        _contentBox = paint is { ViewBox: null, BoundingBoxContent: true } ? box() : null;
        _contentUnits = paint.ViewBox is { } viewBox ? new TileViewBoxStep(_tileBox, viewBox)
            : _contentBox is not null ? new BoundingBoxScaleStep(_contentBox) : null;
        _tilePath = compiler.Register(new TilePath(_tileBox));
        _mask.Children.Add(fill);
        _layer.Masks.Add(_mask);
    }

    /// <summary>False where there is no tile to repeat: one of its sides is zero, or it is in fractions of a box that has no area.</summary>
    public bool HasTile => _tileBox.HasArea && _contentBox is not { HasArea: false };

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _used = 0;
        _layer.Children.Clear();
        _hasOutline = HasTile && _outline.Emit(buffers, theta);
        if (!_hasOutline) return;
        _layer.Opacity = _opacity.Emit(buffers, theta);
        (_fill.FirstContour, _fill.ContourCount, _fill.Paint) = (_outline.FirstContour, _outline.ContourCount, _white.Emit(buffers, theta));
        TakeTiles(buffers, theta);
        for (var i = 0; i < _used; i++)
        {
            foreach (var value in _tiles[i].Values) value.Refresh(theta);
            _tiles[i].Content.Emit(buffers, theta, _layer.Children);
        }
        if (_layer.Children.Count > 0) into.Add(_layer);
    }

    public override void Backward(in Adjoint adjoint)
    {
        if (!_hasOutline) return;
        for (var i = 0; i < _used; i++)
        {
            var tile = _tiles[i];
            tile.Content.Backward(adjoint);
            for (var v = tile.Values.Length - 1; v >= 0; v--) tile.Values[v].Backward(adjoint.Theta, adjoint.ThetaGradient);
        }
        _outline.Backward(adjoint.Vertices, adjoint.Theta, adjoint.ThetaGradient);
        _opacity.Backward(adjoint.Scalars, adjoint.Theta, adjoint.ThetaGradient);
    }

    /// <summary>Chooses the tiles that meet both the outline's bounds and the canvas; none where there are too many.</summary>
    private void TakeTiles(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        if (!_frame.ToDevice.TryInvert(out var toPattern)) return;
        var (left, top, right, bottom) = VisibleBounds(buffers.List);
        if (!(left < right && top < bottom)) return;
        var (x0, y0, x1, y1) = Bounds(toPattern, left, top, right, bottom);
        // Content that may leave its tile is looked for one tile farther.
        var margin = _paint.Overflow ? 1 : 0;
        var (firstColumn, lastColumn) = (Math.Floor((x0 - _tileBox.X) / _tileBox.Width) - margin, Math.Ceiling((x1 - _tileBox.X) / _tileBox.Width) - 1 + margin);
        var (firstRow, lastRow) = (Math.Floor((y0 - _tileBox.Y) / _tileBox.Height) - margin, Math.Ceiling((y1 - _tileBox.Y) / _tileBox.Height) - 1 + margin);
        var (columns, rows) = (lastColumn - firstColumn + 1, lastRow - firstRow + 1);
        if (!buffers.TakeTiles(columns * rows)) return;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                if (_used == _tiles.Count) _tiles.Add(Make(theta));
                var step = _tiles[_used++].Step;
                (step.Column, step.Row) = (firstColumn + column, firstRow + row);
            }
        }
    }

    private Tile Make(ReadOnlySpan<double> theta)
    {
        var step = new TileStep(_tileBox);
        var (content, values) = _compiler.Apart(theta, () =>
        {
            var frame = _compiler.Register(new Frame(_frame, [step]));
            var space = _contentUnits is null ? frame : _compiler.Register(new Frame(frame, [_contentUnits]));
            var content = _compiler.Compile([_paint.Content], space);
            if (_paint.Overflow) return content;
            return new TilePlan(content, _compiler.Register(new DevicePath(_tilePath, frame)), _tileBox);
        });
        return new(step, content, values);
    }

    private (double Left, double Top, double Right, double Bottom) VisibleBounds(DrawList list)
    {
        var (left, top, right, bottom) = (double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        for (var i = list.ContourStarts[_outline.FirstContour]; i < list.VertexCount; i++)
        {
            (left, right) = (Math.Min(left, list.Vertices[2 * i]), Math.Max(right, list.Vertices[2 * i]));
            (top, bottom) = (Math.Min(top, list.Vertices[2 * i + 1]), Math.Max(bottom, list.Vertices[2 * i + 1]));
        }
        return (Math.Max(left, 0), Math.Max(top, 0), Math.Min(right, list.Width), Math.Min(bottom, list.Height));
    }

    private static (double X0, double Y0, double X1, double Y1) Bounds(in Matrix m, double left, double top, double right, double bottom)
    {
        Point[] corners = [m.Apply(new(left, top)), m.Apply(new(right, top)), m.Apply(new(left, bottom)), m.Apply(new(right, bottom))];
        return (corners.Min(p => p.X), corners.Min(p => p.Y), corners.Max(p => p.X), corners.Max(p => p.Y));
    }

    private sealed record Tile(TileStep Step, PlanNode Content, PlanValue[] Values);
}
