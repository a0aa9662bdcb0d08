using System.Numerics;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>
/// <c>feTurbulence</c>. Scalars: where the user space's origin lies in the region's pixels, the pixels of a unit along x and y, then the
/// whole filter region in user units (x, y, width, height). It is made once and again only when these change; it has no gradient.
/// </summary>
internal sealed class TurbulenceOp<T>(TurbulencePrimitive primitive, Func<int> first) : FilterOp<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PerlinNoise _noise = new(primitive.Seed);
    private readonly double[] _numbers = new double[8];
    private T[] _made = [];
    private (int, int) _size;

    public override bool Moves => false;

    protected override void Forward(ReadOnlySpan<double> scalars)
    {
        var numbers = scalars.Slice(first(), 8);
        if (_made.Length == 0 || _size != (Output.Width, Output.Height) || !numbers.SequenceEqual(_numbers))
        {
            numbers.CopyTo(_numbers);
            _size = (Output.Width, Output.Height);
            if (_made.Length != 4 * Output.Count) _made = new T[4 * Output.Count];
            Make();
        }
        _made.CopyTo(Output.Data);
    }

    protected override void Backward(ReadOnlySpan<double> scalars, Span<double> scalarGradient) { }

    private void Make()
    {
        Array.Clear(_made);
        double sx = _numbers[2], sy = _numbers[3];
        if (!(sx > 0 && sy > 0)) return;
        var stitch = primitive.Stitch ? new StitchTile(_numbers[4], _numbers[5], _numbers[6], _numbers[7]) : null;
        int count = Output.Count;
        Span<double> color = stackalloc double[4];
        for (int y = 0, i = 0; y < Output.Height; y++)
        {
            for (int x = 0; x < Output.Width; x++, i++)
            {
                for (int channel = 0; channel < 4; channel++)
                {
                    double noise = _noise.Turbulence(channel, (x - _numbers[0]) / sx, (y - _numbers[1]) / sy, primitive, stitch);
                    color[channel] = Math.Clamp(primitive.IsFractalNoise ? (noise + 1) / 2 : noise, 0, 1);
                }
                for (int plane = 0; plane < 4; plane++) _made[plane * count + i] = T.CreateChecked(plane == 3 ? color[3] : color[plane] * color[3]);
            }
        }
    }
}
