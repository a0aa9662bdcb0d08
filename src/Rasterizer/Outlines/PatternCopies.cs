using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A pattern as a layer of its tiles, each drawn by itself, masked by the painted outline. Tiles are made once and kept.</summary>
internal sealed class PatternCopies(TileContent content, Frame frame)
{
    private readonly List<(TileStep Step, TilePart Part)> _tiles = [];
    private readonly DrawLayer _layer = new();
    private readonly DrawMask _mask = new();
    private readonly SolidEmitter _white = new(ScalarColor.Constant(1, 1, 1, 1));
    private int _used;

    /// <summary>Adds the tiles, inside the outline that <paramref name="fill"/> has.</summary>
    public void Emit(
        DrawBuffers buffers, ReadOnlySpan<double> theta, TileRange tiles, DrawFill fill, OpacityProduct opacity, List<DrawNode> into)
    {
        _used = 0;
        _layer.Children.Clear();
        _layer.Opacity = opacity.Emit(buffers, theta);
        (fill.Paint, fill.Opacity) = (_white.Emit(buffers, theta), -1);
        if (_mask.Children.Count == 0)
        {
            _mask.Children.Add(fill);
            _layer.Masks.Add(_mask);
        }
        // Content that may leave its tile is looked for one tile farther.
        var margin = content.Overflows ? 1 : 0;
        for (var row = -margin; row < tiles.Rows + margin; row++)
        {
            for (var column = -margin; column < tiles.Columns + margin; column++)
            {
                if (_used == _tiles.Count) _tiles.Add(Make(theta));
                var (step, part) = _tiles[_used++];
                (step.Column, step.Row) = (tiles.Column + column, tiles.Row + row);
                part.Emit(buffers, theta, _layer.Children);
            }
        }
        if (_layer.Children.Count > 0) into.Add(_layer);
    }

    /// <summary>Differentiates the tiles.</summary>
    public void Backward(in Adjoint adjoint)
    {
        for (var i = 0; i < _used; i++) _tiles[i].Part.Backward(adjoint);
    }

    private (TileStep, TilePart) Make(ReadOnlySpan<double> theta)
    {
        var step = new TileStep(content.Tile);
        return (step, content.Make(theta, frame, step, isCut: !content.Overflows));
    }
}
