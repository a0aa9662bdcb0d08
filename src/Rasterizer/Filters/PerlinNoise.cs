using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Filters;

/// <summary>The tile that <c>stitchTiles</c> repeats, in user units.</summary>
internal sealed record StitchTile(double X, double Y, double Width, double Height);

/// <summary>The noise function of Filter Effects section 9.21, whose random numbers and sums the specification fixes.</summary>
internal sealed class PerlinNoise
{
    private const int Size = 256, Shift = 4096;
    // The generator of Park and Miller: a = 7^5, m = 2^31 - 1, by Schrage's division.
    private const int M = int.MaxValue, A = 16807, Q = 127773, R = 2836;

    private readonly int[] _lattice = new int[2 * Size + 2];
    private readonly (double X, double Y)[] _gradients = new (double, double)[4 * (2 * Size + 2)];

    public PerlinNoise(int seed)
    {
        int random = seed <= 0 ? (int)(-(long)seed % (M - 1)) + 1 : Math.Min(seed, M - 1);
        for (int channel = 0; channel < 4; channel++)
        {
            for (int i = 0; i < Size; i++)
            {
                double x = Unit(random = Next(random)), y = Unit(random = Next(random)), length = Math.Sqrt(x * x + y * y);
                _gradients[channel * (2 * Size + 2) + i] = (x / length, y / length);
            }
        }
        for (int i = 0; i < Size; i++) _lattice[i] = i;
        for (int i = Size - 1; i > 0; i--)
        {
            random = Next(random);
            int j = random % Size;
            (_lattice[i], _lattice[j]) = (_lattice[j], _lattice[i]);
        }
        for (int i = 0; i < Size + 2; i++)
        {
            _lattice[Size + i] = _lattice[i];
            for (int channel = 0; channel < 4; channel++)
            {
                int at = channel * (2 * Size + 2);
                _gradients[at + Size + i] = _gradients[at + i];
            }
        }
    }

    /// <summary>The sum of octaves at a point of user space.</summary>
    public double Turbulence(int channel, double x, double y, TurbulencePrimitive primitive, StitchTile? stitch)
    {
        double fx = primitive.FrequencyX, fy = primitive.FrequencyY;
        int width = 0, height = 0, wrapX = 0, wrapY = 0;
        if (stitch is not null)
        {
            (fx, fy) = (Stitched(fx, stitch.Width), Stitched(fy, stitch.Height));
            (width, height) = (Whole(stitch.Width * fx + .5), Whole(stitch.Height * fy + .5));
            (wrapX, wrapY) = (Whole(stitch.X * fx + Shift + width), Whole(stitch.Y * fy + Shift + height));
        }
        (x, y) = (x * fx, y * fy);
        double sum = 0, ratio = 1;
        for (int octave = 0; octave < primitive.Octaves; octave++)
        {
            double noise = Noise(channel, x, y, stitch is not null, width, height, wrapX, wrapY);
            sum += (primitive.IsFractalNoise ? noise : Math.Abs(noise)) / ratio;
            (x, y, ratio) = (2 * x, 2 * y, 2 * ratio);
            unchecked
            {
                (width, wrapX, height, wrapY) = (2 * width, 2 * wrapX - Shift, 2 * height, 2 * wrapY - Shift);
            }
        }
        return sum;
    }

    /// <summary>The frequency nearest by ratio of which a whole number of waves fits the tile.</summary>
    private static double Stitched(double frequency, double size)
    {
        if (!(frequency > 0 && size > 0)) return frequency;
        double low = Math.Floor(size * frequency) / size, high = Math.Ceiling(size * frequency) / size;
        return frequency / low < high / frequency ? low : high;
    }

    private double Noise(int channel, double x, double y, bool stitches, int width, int height, int wrapX, int wrapY)
    {
        double tx = x + Shift, ty = y + Shift;
        int x0 = Whole(tx), y0 = Whole(ty), x1 = unchecked(x0 + 1), y1 = unchecked(y0 + 1);
        double rx = tx - Math.Truncate(tx), ry = ty - Math.Truncate(ty);
        if (stitches)
        {
            if (x0 >= wrapX) x0 -= width;
            if (x1 >= wrapX) x1 -= width;
            if (y0 >= wrapY) y0 -= height;
            if (y1 >= wrapY) y1 -= height;
        }
        const int mask = Size - 1;
        int i = _lattice[x0 & mask], j = _lattice[x1 & mask];
        (y0, y1) = (y0 & mask, y1 & mask);
        double sx = Curve(rx), sy = Curve(ry);
        double top = Mix(sx, Dot(_lattice[i + y0], rx, ry), Dot(_lattice[j + y0], rx - 1, ry));
        double bottom = Mix(sx, Dot(_lattice[i + y1], rx, ry - 1), Dot(_lattice[j + y1], rx - 1, ry - 1));
        return Mix(sy, top, bottom);

        double Dot(int at, double dx, double dy)
        {
            var (gx, gy) = _gradients[channel * (2 * Size + 2) + at];
            return dx * gx + dy * gy;
        }
    }

    private static int Whole(double value) => (int)Math.Clamp(value, int.MinValue / 2, int.MaxValue / 2);

    private static int Next(int random)
    {
        int next = A * (random % Q) - R * (random / Q);
        return next <= 0 ? next + M : next;
    }

    private static double Unit(int random) => (random % (2 * Size) - Size) / (double)Size;

    private static double Curve(double t) => t * t * (3 - 2 * t);

    private static double Mix(double t, double a, double b) => a + t * (b - a);
}
