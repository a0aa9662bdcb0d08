using System.Runtime.Intrinsics;
using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// A pattern as a paint (<see cref="DrawTiles"/>).
/// </summary>
internal sealed unsafe class TilesSource : DrawnSource
{
    /// <summary>Sums for the texture's gradient are made in this many parts at once, whatever the number of threads.</summary>
    private const int Parts = 4;

    private PixelStage? _stage;
    private Picture? _picture;
    private DrawList _texture = null!;
    private Vector128<float>[] _texels = [], _gradient = [];
    private int _width, _height, _map, _opacity;
    private int _x0, _y0, _columns;
    private double _a, _b, _c, _d, _e, _f;
    private float _opacityValue;

    public override int GradientSize => 1;

    /// <summary>Draws the texture.</summary>
    public void Set(DrawList list, DrawTiles tiles, int opacity, double opacityValue, in PaintRun run)
    {
        (_width, _height, _map) = (tiles.Width, tiles.Height, tiles.DeviceToTexture);
        (_opacity, _opacityValue) = (opacity, (float)opacityValue);
        var map = list.Scalars.AsSpan(_map, 6);
        (_a, _b, _c, _d, _e, _f) = (map[0], map[1], map[2], map[3], map[4], map[5]);
        if (_picture is null || (_picture.Width, _picture.Height) != (_width, _height)) _picture = new(_width, _height);
        if (_stage is null || _stage.Threads != run.Threads) _stage = new() { Threads = run.Threads, ReusesSpans = false };
        _texture = tiles.Texture(list);
        _stage.Forward(_texture, _picture, run.Keep);
        Interleave(_picture.Pointer);
    }

    /// <summary>One row and column more than the texture has, which repeat its first: the next tile's.</summary>
    private void Interleave(float* picture)
    {
        int count = (_width + 1) * (_height + 1), plane = _width * _height;
        if (_texels.Length < count) _texels = new Vector128<float>[count];
        for (int y = 0, at = 0; y <= _height; y++)
        {
            float* line = picture + y % _height * _width;
            for (int x = 0; x <= _width; x++)
            {
                float* p = line + x % _width;
                _texels[at++] = Vector128.Create(p[0], p[plane], p[2 * plane], p[3 * plane]);
            }
        }
    }

    public override void Evaluate(int row, int x, int count, PlaneRows paints, PaintWork work)
    {
        for (int i = x; i < x + count; i++)
        {
            var color = _opacityValue * Sample(i, row);
            for (int plane = 0; plane < 4; plane++) paints[plane][i] = color[plane];
        }
    }

    public override void Backward(int row, int x, int count, PlaneRows gradients, double* sums, PaintWork work)
    {
        var line = _gradient.AsSpan((row - _y0) * _columns - _x0 + x, count);
        for (int i = 0; i < count; i++)
            line[i] += Vector128.Create(gradients[0][x + i], gradients[1][x + i], gradients[2][x + i], gradients[3][x + i]);
    }

    public override void Flush(double* sums, List<(int Index, double Value)> scalarGradients) { }

    public override void BeginBackward(in Op op)
    {
        (_x0, _y0, _columns) = (op.X0, op.Y0, op.X1 - op.X0);
        int count = _columns * (op.Y1 - op.Y0);
        if (_gradient.Length < count) _gradient = new Vector128<float>[count];
        _gradient.AsSpan(0, count).Clear();
    }

    /// <summary>Passes the pixels' gradient on to the texture's content, the map to it and the opacity.</summary>
    public override void EndBackward(in Op op, Span<double> vertexGradient, Span<double> scalarGradient)
    {
        int rows = op.Y1 - op.Y0, first = op.Y0;
        var parts = new Sums[Parts];
        Parallel.For(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = _stage!.Threads },
            p => parts[p] = Scatter(first + rows * p / Parts, first + rows * (p + 1) / Parts));
        var texels = parts[0].Texels;
        for (int p = 1; p < Parts; p++)
            for (int i = 0; i < texels.Length; i++) texels[i] += parts[p].Texels[i];
        // The repeated row and column are the first ones.
        for (int y = 0; y <= _height; y++) texels[y * (_width + 1)] += texels[y * (_width + 1) + _width];
        for (int x = 0; x < _width; x++) texels[x] += texels[_height * (_width + 1) + x];
        float[] planes = new float[4 * _width * _height];
        for (int y = 0, at = 0; y < _height; y++)
        {
            for (int x = 0; x < _width; x++, at++)
            {
                var g = texels[y * (_width + 1) + x];
                for (int plane = 0; plane < 4; plane++) planes[plane * _width * _height + at] = (float)g[plane];
            }
        }
        foreach (var part in parts)
        {
            for (int i = 0; i < 6; i++) scalarGradient[_map + i] += part.Map[i];
            if (_opacity >= 0) scalarGradient[_opacity] += part.Opacity;
        }
        _stage.Backward(planes, vertexGradient, scalarGradient);
    }

    private Vector128<float> Sample(int x, int row)
    {
        var (index, u, v) = Texel(x + .5, row + .5);
        int below = index + _width + 1;
        var top = _texels[index] + u * (_texels[index + 1] - _texels[index]);
        return top + v * (_texels[below] + u * (_texels[below + 1] - _texels[below]) - top);
    }

    private Sums Scatter(int from, int to)
    {
        var sums = new Sums(new Vector256<double>[(_width + 1) * (_height + 1)], new double[6]);
        double opacity = 0;
        for (int row = from; row < to; row++)
        {
            for (int i = 0; i < _columns; i++)
            {
                var g = _gradient[(row - _y0) * _columns + i];
                if (g == Vector128<float>.Zero) continue;
                if (_opacity >= 0) opacity += Vector128.Dot(g, Sample(_x0 + i, row));
                Scatter(_x0 + i + .5, row + .5, _opacityValue * g, sums);
            }
        }
        return sums with { Opacity = opacity };
    }

    private void Scatter(double x, double y, Vector128<float> g, in Sums sums)
    {
        var (index, u, v) = Texel(x, y);
        int below = index + _width + 1;
        var (t00, t10, t01, t11) = (_texels[index], _texels[index + 1], _texels[below], _texels[below + 1]);
        var wide = Vector256.Create((double)g[0], g[1], g[2], g[3]);
        sums.Texels[index] += (1.0 - u) * (1.0 - v) * wide;
        sums.Texels[index + 1] += u * (1.0 - v) * wide;
        sums.Texels[below] += (1.0 - u) * v * wide;
        sums.Texels[below + 1] += (double)u * v * wide;
        double du = Vector128.Dot(g, t10 - t00 + v * (t11 - t01 - t10 + t00)), dv = Vector128.Dot(g, t01 - t00 + u * (t11 - t10 - t01 + t00));
        var map = sums.Map;
        map[0] += du * x;
        map[1] += dv * x;
        map[2] += du * y;
        map[3] += dv * y;
        map[4] += du;
        map[5] += dv;
    }

    /// <summary>Where a device point lies: the texel up and left of it, and the fractions to the next.</summary>
    private (int Index, float U, float V) Texel(double x, double y)
    {
        double u = _a * x + _c * y + _e - .5, v = _b * x + _d * y + _f - .5;
        u -= _width * Math.Floor(u / _width);
        v -= _height * Math.Floor(v / _height);
        // Rounding may bring a remainder to the divisor.
        int column = Math.Clamp((int)u, 0, _width - 1), line = Math.Clamp((int)v, 0, _height - 1);
        return (line * (_width + 1) + column, (float)(u - column), (float)(v - line));
    }

    private readonly record struct Sums(Vector256<double>[] Texels, double[] Map, double Opacity = 0);
}
