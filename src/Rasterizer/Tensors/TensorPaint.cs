using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>Paints in tensor operations. Values of the draw list decide the branches, tensors carry the derivatives.</summary>
internal sealed class TensorPaint(DrawList list, Tensor scalars, ScalarType type, Device device)
{
    /// <summary>The premultiplied paint of a box's pixels, opacity included: [4, rows, columns] or [4, 1, 1].</summary>
    public Tensor Premultiplied(DrawFill fill, int x0, int y0, int x1, int y1)
    {
        var straight = fill.Paint switch
        {
            DrawSolid solid => scalars.narrow(0, solid.Color, 4).view(4, 1, 1),
            DrawLinear linear => Gradient(linear, Linear(linear, x0, y0, x1, y1), null),
            DrawRadial radial => Radial(radial, x0, y0, x1, y1),
            _ => throw new ArgumentException($"Unknown paint {fill.Paint.GetType().Name}.", nameof(fill)),
        };
        var alpha = straight.narrow(0, 3, 1);
        if (fill.Opacity >= 0) alpha = alpha * S(fill.Opacity);
        return cat([straight.narrow(0, 0, 3) * alpha, alpha.expand_as(straight.narrow(0, 3, 1))], 0);
    }

    private Tensor S(int index) => scalars.narrow(0, index, 1);

    /// <summary>Pixel centres: x [1, columns], y [rows, 1].</summary>
    private (Tensor X, Tensor Y) Centres(int x0, int y0, int x1, int y1) =>
        ((arange(x0, x1, dtype: type, device: device) + .5).unsqueeze(0), (arange(y0, y1, dtype: type, device: device) + .5).unsqueeze(1));

    private Tensor Linear(DrawLinear linear, int x0, int y0, int x1, int y1)
    {
        var (x, y) = Centres(x0, y0, x1, y1);
        int at = linear.Coefficients;
        return S(at) * x + S(at + 1) * y + S(at + 2);
    }

    private Tensor Radial(DrawRadial radial, int x0, int y0, int x1, int y1)
    {
        var (x, y) = Centres(x0, y0, x1, y1);
        int m = radial.DeviceToGradient, o = radial.Circles;
        Tensor fx = S(o + 3), fy = S(o + 4), fr = S(o + 5), dx = S(o) - fx, dy = S(o + 1) - fy, dr = S(o + 2) - fr;
        Tensor qx = S(m) * x + S(m + 2) * y + S(m + 4) - fx, qy = S(m + 1) * x + S(m + 3) * y + S(m + 5) - fy;
        Tensor a = dx * dx + dy * dy - dr * dr, b = qx * dx + qy * dy + fr * dr, c = qx * qx + qy * qy - fr * fr;
        Tensor high, low, exists;
        double[] v = list.Scalars;
        double dxv = v[o] - v[o + 3], dyv = v[o + 1] - v[o + 4], drv = v[o + 2] - v[o + 5];
        double av = dxv * dxv + dyv * dyv - drv * drv;
        // Two equal circles: the start's colour inside, the end's outside.
        if (dxv == 0 && dyv == 0 && drv == 0) return Gradient(radial, (c.detach() > 0).to(type), null);
        if (Math.Abs(av) < 1e-7 * (dxv * dxv + dyv * dyv + drv * drv))
        {
            exists = b != 0;
            high = low = c / (2 * where(exists, b, ones_like(b)));
        }
        else
        {
            var square = b * b - a * c;
            exists = av < 0 ? ones_like(square, dtype: ScalarType.Bool) : square >= 0;
            // The root's derivative is infinite at 0, where none is wanted.
            var positive = square > 0;
            var root = where(positive, where(positive, square, ones_like(square)).sqrt(), zeros_like(square));
            var sum = where(b > 0, b + root, b - root);
            var some = sum != 0;
            Tensor first = sum / a, second = where(some, c / where(some, sum, ones_like(sum)), zeros_like(sum));
            (high, low) = (maximum(first, second), minimum(first, second));
        }
        Tensor good = fr + high * dr >= 0, other = fr + low * dr >= 0;
        exists = exists & (good | other);
        var t = where(good, high, low);
        return Gradient(radial, where(exists, t, zeros_like(t)), exists);
    }

    /// <summary>Straight colours [4, rows, columns] at t [rows, columns]; transparent where <paramref name="exists"/> is false.</summary>
    private Tensor Gradient(DrawGradient gradient, Tensor t, Tensor? exists)
    {
        if (gradient.Spread == SpreadMethod.Repeat) t = t - t.detach().floor();
        if (gradient.Spread == SpreadMethod.Reflect)
        {
            t = t - 2 * (t.detach() / 2).floor();
            t = where(t > 1, 2 - t, t);
        }
        t = t.unsqueeze(0);
        var color = Stop(gradient, 0).expand(4, t.shape[1], t.shape[2]);
        for (int k = 0; k < gradient.StopCount; k++)
        {
            int at = gradient.Stops + 5 * k;
            var inside = t >= S(at).detach();
            bool last = k == gradient.StopCount - 1;
            if (!last && list.Scalars[at + 5] <= list.Scalars[at]) continue;
            var here = Stop(gradient, k);
            if (!last) here = here + (t - S(at)) / (S(at + 5) - S(at)) * (Stop(gradient, k + 1) - here);
            color = where(inside, here, color);
        }
        return exists is null ? color : color * exists.unsqueeze(0).to(type);
    }

    private Tensor Stop(DrawGradient gradient, int k) => scalars.narrow(0, gradient.Stops + 5 * k + 1, 4).view(4, 1, 1);
}
