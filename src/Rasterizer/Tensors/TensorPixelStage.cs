using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Coverage;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// The pixel stage in tensor operations, for any device: the definition of <see cref="PixelStage"/>. Every shape works on its own box of
/// pixels.
/// </summary>
internal sealed class TensorPixelStage
{
    private readonly DrawList _list;
    private readonly ScalarType _type;
    private readonly Device _device;
    private readonly BoxFilter? _filter;
    private readonly TensorDrawing _drawing;

    public TensorPixelStage(DrawList list, ScalarType type, Device device, double filterWidth)
    {
        (_list, _type, _device, _drawing) = (list, type, device, new(list, type, device));
        if (filterWidth > 1) _filter = new(filterWidth);
    }

    /// <summary>Draws a pattern's texture as a part of another drawing, without the filter, which would reach beyond it.</summary>
    private TensorPixelStage(DrawList texture, TensorPixelStage outer) =>
        (_list, _type, _device, _drawing) = (texture, outer._type, outer._device, outer._drawing);

    /// <summary>Draws the list.</summary>
    /// <param name="keep">False where no backward pass will follow.</param>
    public TensorDrawing Draw(bool keep = true)
    {
        using var mode = set_grad_enabled(keep);
        _drawing.Picture = Nodes().unsqueeze(0);
        return _drawing;
    }

    /// <summary>Everything, [4, H, W].</summary>
    private Tensor Nodes()
    {
        var canvas = NewCanvas();
        foreach (var node in _list.Nodes) canvas = Draw(node, canvas);
        return canvas;
    }

    private Tensor NewCanvas() => zeros(4, _list.Height, _list.Width, dtype: _type, device: _device);

    private Tensor Draw(DrawNode node, Tensor canvas)
    {
        switch (node)
        {
            case DrawFill fill:
                return DrawFill(fill, null, canvas);
            case DrawImage image:
                var outline = new DrawFill { FirstContour = image.Contour, ContourCount = 1, Paint = new DrawSolid() };
                return DrawFill(outline, image, canvas);
            case DrawLayer layer:
                return DrawLayer(layer, canvas);
            default:
                throw new ArgumentException($"Unknown draw node {node.GetType().Name}.", nameof(node));
        }
    }

    private Tensor DrawFill(DrawFill fill, DrawImage? image, Tensor canvas)
    {
        if (!Box(fill, out int x0, out int y0, out int x1, out int y1)) return canvas;
        var coverage = Coverage(fill, image is { Moves: false }, x0, y0, x1, y1).unsqueeze(0);
        var paint = image is not null ? new TensorImage(_list, image, _drawing.Scalars, _type, _device).Sample(x0, y0, x1, y1)
            : fill.Paint is DrawTiles tiles ? Tiles(fill, tiles).Sample(x0, y0, x1, y1)
            : new TensorPaint(_list, _drawing.Scalars, _type, _device).Premultiplied(fill, x0, y0, x1, y1);
        var source = coverage * paint;
        // The box of the canvas is overwritten: a copy keeps what autograd needs of it.
        var target = canvas.narrow(1, y0, y1 - y0).narrow(2, x0, x1 - x0);
        var behind = target.clone();
        target.copy_(behind * (1 - source.narrow(0, 3, 1)) + source);
        return canvas;
    }

    private TensorTiles Tiles(DrawFill fill, DrawTiles tiles) =>
        new(tiles, new TensorPixelStage(tiles.Texture(_list), this).Nodes(), fill.Opacity, _drawing.Scalars, _type, _device);

    private Tensor DrawLayer(DrawLayer layer, Tensor canvas)
    {
        var content = NewCanvas();
        foreach (var child in layer.Children) content = Draw(child, content);
        foreach (var mask in layer.Masks)
        {
            var drawn = NewCanvas();
            foreach (var child in mask.Children) drawn = Draw(child, drawn);
            content = content * TensorBlending.MaskFactor(mask.Kind, drawn);
        }
        if (layer.Opacity >= 0) content = content * _drawing.Scalars.narrow(0, layer.Opacity, 1);
        return TensorBlending.Composite(layer.Blend, canvas, content);
    }

    /// <summary>Coverage of a box's pixels, [rows, columns].</summary>
    private Tensor Coverage(DrawFill fill, bool frozen, int x0, int y0, int x1, int y1)
    {
        int padding = _filter?.Padding ?? 0;
        var winding = fill.AntiAlias
            ? _drawing.Windings(new(_list, fill, x0, y0, x1, y1, padding), frozen)
            : CentreWindings(fill, x0 - padding, y0 - padding, x1 + padding, y1 + padding);
        if (_filter is not null) winding = Filtered(winding, _filter);
        return Covered(winding, fill.Rule).to(_type);
    }

    /// <summary><see cref="Windings.Coverage"/>, whose derivative is <see cref="Windings.Slope"/> at the kinks too.</summary>
    private static Tensor Covered(Tensor winding, FillRule rule)
    {
        var size = winding.abs();
        size = where(size <= Windings.Slack, zeros_like(size), size);
        if (rule == FillRule.NonZero) return size.clamp_max(1 + Windings.Slack);
        var folded = size - 2 * ((size.detach() + Windings.Slack) / 2).floor();
        return where(folded <= 1 + Windings.Slack, folded, 2 - folded);
    }

    private static Tensor Filtered(Tensor winding, BoxFilter filter)
    {
        var kernel = tensor(filter.Kernel(), dtype: winding.dtype, device: winding.device);
        var plane = winding.unsqueeze(0).unsqueeze(0);
        plane = nn.functional.conv2d(plane, kernel.view(1, 1, 1, -1));
        return nn.functional.conv2d(plane, kernel.view(1, 1, -1, 1)).squeeze(0).squeeze(0);
    }

    private unsafe Tensor CentreWindings(DrawFill fill, int x0, int y0, int x1, int y1)
    {
        var grid = new CoverageGrid();
        grid.Resize(y1 - y0, x1 - x0);
        for (int contour = fill.FirstContour; contour < fill.FirstContour + fill.ContourCount; contour++)
        {
            int start = _list.ContourStarts[contour], end = _list.ContourStarts[contour + 1];
            double ox = 1 - x0 + BandPlan.Nudge, oy = -y0 + BandPlan.Nudge;
            for (int from = end - 1, to = start; to < end; from = to++)
                grid.AddCentres(
                    _list.Vertices[2 * from] + ox, _list.Vertices[2 * from + 1] + oy,
                    _list.Vertices[2 * to] + ox, _list.Vertices[2 * to + 1] + oy);
        }
        var windings = new double[grid.Rows * (grid.Columns - 2)];
        for (int row = 0, at = 0; row < grid.Rows; row++)
        {
            double sum = grid.Sums[row * grid.Columns];
            for (int column = 1; column < grid.Columns - 1; column++) windings[at++] = sum += grid.Sums[row * grid.Columns + column];
        }
        return tensor(windings, device: _device).view(grid.Rows, grid.Columns - 2);
    }

    /// <summary>The pixels that a fill may change; false where there are none.</summary>
    private bool Box(DrawFill fill, out int x0, out int y0, out int x1, out int y1)
    {
        var op = BandPlan.Bounded(_list, fill.FirstContour, fill.ContourCount, _filter?.Padding ?? 0);
        (x0, y0, x1, y1) = (op.X0, op.Y0, op.X1, op.Y1);
        return !op.IsEmpty;
    }
}
