using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A pattern's tile in pattern space: x, y, width and height, as fractions of a bounding box where there is one.</summary>
internal sealed class TileBox(PatternPaint paint, BoundingBox? box) : PlanValue
{
    private double _gx, _gy, _gWidth, _gHeight;

    public double X { get; private set; }
    public double Y { get; private set; }
    public double Width { get; private set; }
    public double Height { get; private set; }

    /// <summary>True where a number depends on theta.</summary>
    public bool Moves { get; } = box is { Moves: true }
        || !(paint.X.IsConstant && paint.Y.IsConstant && paint.Width.IsConstant && paint.Height.IsConstant);

    /// <summary>False where there is nothing to repeat.</summary>
    public bool HasArea => Width > 0 && Height > 0 && double.IsFinite(X + Y + Width + Height);

    /// <summary>Adds to the gradient.</summary>
    public void Gather(double x, double y, double width, double height) =>
        (_gx, _gy, _gWidth, _gHeight) = (_gx + x, _gy + y, _gWidth + width, _gHeight + height);

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        (X, Y, Width, Height) = (paint.X.Value(theta), paint.Y.Value(theta), paint.Width.Value(theta), paint.Height.Value(theta));
        if (box is null) return;
        var (w, h) = box.HasArea ? (box.Width, box.Height) : (0, 0);
        (X, Y, Width, Height) = (box.X + X * w, box.Y + Y * h, Width * w, Height * h);
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        var (w, h) = (1.0, 1.0);
        if (box is not null)
        {
            (w, h) = box.HasArea ? (box.Width, box.Height) : (0, 0);
            box.Gather(_gx, _gy, _gx * paint.X.Value(theta) + _gWidth * paint.Width.Value(theta),
                _gy * paint.Y.Value(theta) + _gHeight * paint.Height.Value(theta));
        }
        paint.X.Accumulate(_gx * w, thetaGradient);
        paint.Y.Accumulate(_gy * h, thetaGradient);
        paint.Width.Accumulate(_gWidth * w, thetaGradient);
        paint.Height.Accumulate(_gHeight * h, thetaGradient);
        (_gx, _gy, _gWidth, _gHeight) = (0, 0, 0, 0);
    }
}

/// <summary>The place of one tile: translate(x + column width, y + row height).</summary>
internal sealed class TileStep(TileBox tile) : FrameStep
{
    /// <summary>Which tile, counted from the one at the pattern's x.</summary>
    public double Column { get; set; }
    /// <summary>Which tile, counted from the one at the pattern's y.</summary>
    public double Row { get; set; }

    public override bool Moves => tile.Moves;

    public override Matrix At(ReadOnlySpan<double> theta) =>
        Matrix.Translation(tile.X + Column * tile.Width, tile.Y + Row * tile.Height);

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient) =>
        tile.Gather(g.E, g.F, Column * g.E, Row * g.F);
}

/// <summary>Fits a pattern's view box into its tile (SVG 2 section 8.2).</summary>
internal sealed class TileViewBoxStep(TileBox tile, ViewBox viewBox) : FrameStep
{
    public override bool Moves => tile.Moves;

    public override Matrix At(ReadOnlySpan<double> theta) => viewBox.Fitted(0, 0, tile.Width, tile.Height);

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        // E = align (width - sx vw) - sx vx, and F alike.
        var ofScaleX = g.A - g.E * (viewBox.AlignX * viewBox.Width + viewBox.X);
        var ofScaleY = g.D - g.F * (viewBox.AlignY * viewBox.Height + viewBox.Y);
        if (viewBox.Fit != ViewBoxFit.None)
        {
            var isWidth = tile.Width / viewBox.Width < tile.Height / viewBox.Height == (viewBox.Fit == ViewBoxFit.Meet);
            (ofScaleX, ofScaleY) = isWidth ? (ofScaleX + ofScaleY, 0.0) : (0.0, ofScaleX + ofScaleY);
        }
        tile.Gather(0, 0, viewBox.AlignX * g.E + ofScaleX / viewBox.Width, viewBox.AlignY * g.F + ofScaleY / viewBox.Height);
    }
}

/// <summary>Scales by a bounding box without moving to it: the units of a pattern's content.</summary>
internal sealed class BoundingBoxScaleStep(BoundingBox box) : FrameStep
{
    public override bool Moves => box.Moves;

    public override Matrix At(ReadOnlySpan<double> theta) => box.HasArea ? Matrix.Scaling(box.Width, box.Height) : default;

    public override void Backward(in Matrix g, ReadOnlySpan<double> theta, Span<double> thetaGradient) =>
        box.Gather(0, 0, g.A, g.D);
}

/// <summary>The outline of a tile in its own frame.</summary>
internal sealed class TilePath : UserPath
{
    private readonly TileBox _tile;

    public TilePath(TileBox tile) : base(Square())
    {
        _tile = tile;
        Moves = tile.Moves;
    }

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        (Points[2], Points[4], Points[5], Points[7]) = (_tile.Width, _tile.Width, _tile.Height, _tile.Height);
        IsDrawn = _tile.HasArea;
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (Moves) _tile.Gather(0, 0, Gradient[2] + Gradient[4], Gradient[5] + Gradient[7]);
        Array.Clear(Gradient);
    }

    private static PathLayout Square()
    {
        var layout = new PathLayout();
        layout.Begin();
        for (var i = 0; i < 3; i++) layout.Add(1);
        layout.End(isClosed: true);
        return layout.Finish();
    }
}

/// <summary>
/// A tile's content. Only what leaves the tile is cut, and then by pixel centres: edges that two tiles share would leave a
/// seam if each covered them partly.
/// </summary>
internal sealed class TilePlan(PlanNode content, DevicePath tile, TileBox box) : PlanNode
{
    private readonly DrawLayer _layer = new();
    private readonly FillPlan _clip = new(
        new FillOutline(tile), new SolidEmitter(ScalarColor.Constant(1, 1, 1, 1)), new(), FillRule.NonZero, antiAlias: false);
    private readonly DrawMask _mask = new();
    private bool _isCut;

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _layer.Children.Clear();
        var first = buffers.List.VertexCount;
        content.Emit(buffers, theta, _layer.Children);
        _isCut = _layer.Children.Count > 0 && !Contains(buffers.List, first);
        if (!_isCut)
        {
            into.AddRange(_layer.Children);
            return;
        }
        _mask.Children.Clear();
        _clip.Emit(buffers, theta, _mask.Children);
        if (_layer.Masks.Count == 0) _layer.Masks.Add(_mask);
        into.Add(_layer);
    }

    public override void Backward(in Adjoint adjoint)
    {
        content.Backward(adjoint);
        if (_isCut) _clip.Backward(adjoint);
    }

    private bool Contains(DrawList list, int first)
    {
        if (!tile.Frame.ToDevice.TryInvert(out var toTile)) return false;
        var (slackX, slackY) = (1e-6 * box.Width, 1e-6 * box.Height);
        for (var i = first; i < list.VertexCount; i++)
        {
            var p = toTile.Apply(new(list.Vertices[2 * i], list.Vertices[2 * i + 1]));
            if (!(p.X >= -slackX && p.Y >= -slackY && p.X <= box.Width + slackX && p.Y <= box.Height + slackY)) return false;
        }
        return true;
    }
}
