using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

/// <summary>
/// The CPU path's gradient, from a picture to the numbers of a file, against finite differences in double precision through the tensor
/// path, on drawings by chance with every kind of shape, stroke, paint and layer.
/// </summary>
[Collection(nameof(TensorTests))]
public sealed class GradientTruthTests
{
    private const int Side = 36;

    /// <summary>Components whose one-sided differences agree within 10 %, and that matter: above 1e-3 of the largest.</summary>
    private sealed record Component(ParameterKind Kind, string Name, double Actual, double Expected, double Scale)
    {
        public double RelativeError => Math.Abs(Actual - Expected) / Math.Abs(Expected);
    }

    [Fact]
    public void Gradients_of_random_drawings_are_finite_differences() => Check(10);

    [Fact]
    [Trait("Category", "Slow")]
    public void Gradients_of_many_random_drawings_are_finite_differences() => Check(80);

    private static void Check(int drawings)
    {
        var errors = new List<double>();
        var kinds = new HashSet<ParameterKind>();
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            string drawing = Drawing(new Random(seed));
            foreach (var c in Components(drawing, seed))
            {
                Assert.True(Math.Sign(c.Actual) == Math.Sign(c.Expected), $"{c} has the wrong sign in\n{drawing}");
                errors.Add(c.RelativeError);
                kinds.Add(c.Kind);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(drawings).WithReplay(12345, 678901));
        errors.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{errors.Count} components, relative error: median {errors[errors.Count / 2]:g2}, 99 % {errors[errors.Count * 99 / 100]:g2}, worst {errors[^1]:g2}"));
        Assert.True(errors.Count > 30 * drawings, $"only {errors.Count} components");
        Assert.True(errors[errors.Count / 2] < 1e-5, $"median relative error {errors[errors.Count / 2]}");
        Assert.True(errors[errors.Count * 98 / 100] < 1e-3, $"98 % within {errors[errors.Count * 98 / 100]}");
        // Filters have a test of their own in double precision, which this path does not draw them in; their regions have no gradient.
        Assert.Equal(Enum.GetValues<ParameterKind>().Except([ParameterKind.Filter, ParameterKind.FilterRegion]), kinds.Order());
    }

    private static IEnumerable<Component> Components(string drawing, int seed)
    {
        var options = SceneOptions.Default with { Optimize = OptimizeKinds.All };
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(drawing), "random.svg"), options).Scene;
        var renderer = new SceneRenderer(scene, Side, Side, path: RenderPath.Tensor);
        var random = new Random(seed);
        float[] weights = [.. Enumerable.Range(0, 4 * Side * Side).Select(_ => random.NextSingle() - .5f)];
        using var scope = NewDisposeScope();
        var weight = tensor(weights).to(ScalarType.Float64);
        double Loss(double[] at)
        {
            using var inner = NewDisposeScope();
            return (renderer.Render(tensor(at)).flatten() * weight).sum().item<double>();
        }
        double[] theta = scene.InitialValues(), actual = new double[theta.Length];
        var rasterizer = new SceneRasterizer(scene, Side, Side);
        rasterizer.Forward(theta);
        rasterizer.Backward(weights, actual);
        double here = Loss(theta);
        var found = new List<Component>();
        for (int i = 0; i < theta.Length; i++)
        {
            double kept = theta[i], step = 1e-7 * Math.Max(scene.Parameters[i].Unit, 1e-3);
            theta[i] = kept + step;
            double above = (Loss(theta) - here) / step;
            theta[i] = kept - step;
            double below = (here - Loss(theta)) / step;
            theta[i] = kept;
            if (Math.Abs(above - below) > .1 * Math.Max(Math.Abs(above), Math.Abs(below))) continue;
            // Parameters of different kinds are compared in units that count as one.
            double unit = scene.Parameters[i].Unit;
            found.Add(new(scene.Parameters[i].Kind, scene.Parameters[i].Name, actual[i] * unit, .5 * (above + below) * unit, 0));
        }
        double scale = found.Select(c => Math.Abs(c.Expected)).DefaultIfEmpty().Max();
        return found.Where(c => Math.Abs(c.Expected) > 1e-3 * scale).Select(c => c with { Scale = scale });
    }

    private static string Drawing(Random random)
    {
        double Number(double low, double high) => low + (high - low) * random.NextDouble();
        string N(double low, double high) => Number(low, high).ToString("f2", CultureInfo.InvariantCulture);
        string Color() => $"#{random.Next(1 << 24):x6}";
        T Any<T>(params T[] of) => of[random.Next(of.Length)];

        string Paint() => random.Next(4) switch { 0 => "url(#l)", 1 => "url(#r)", _ => Color() };
        string Style()
        {
            string fill = random.Next(4) == 0 ? "none" : Paint();
            string style = $" fill='{fill}' fill-opacity='{N(.4, 1)}' fill-rule='{Any("nonzero", "evenodd")}'";
            if (fill != "none" && random.Next(2) == 0) return style;
            style += $" stroke='{Paint()}' stroke-width='{N(1, 8)}' stroke-linejoin='{Any("miter", "round", "bevel")}'";
            style += $" stroke-linecap='{Any("butt", "round", "square")}' stroke-opacity='{N(.4, 1)}'";
            return random.Next(3) == 0 ? $"{style} stroke-dasharray='{N(4, 15)} {N(3, 9)}' stroke-dashoffset='{N(0, 9)}'" : style;
        }
        string P() => $"{N(5, 95)} {N(5, 95)}";
        string Shape() => random.Next(6) switch
        {
            0 => $"<rect x='{N(5, 40)}' y='{N(5, 40)}' width='{N(20, 50)}' height='{N(20, 50)}' rx='{N(1, 9)}'{Style()}/>",
            1 => $"<circle cx='{N(20, 80)}' cy='{N(20, 80)}' r='{N(8, 30)}'{Style()}/>",
            2 => $"<ellipse cx='{N(20, 80)}' cy='{N(20, 80)}' rx='{N(8, 30)}' ry='{N(8, 30)}'{Style()}/>",
            3 => $"<polygon points='{P()} {P()} {P()} {P()}'{Style()}/>",
            4 => $"<path d='M{P()}L{P()}L{P()}C{P()} {P()} {P()}'{Style()}/>",
            _ => $"<path d='M{P()}C{P()} {P()} {P()}S{P()} {P()}Q{P()} {P()}Z'{Style()}/>",
        };
        string Group(int depth)
        {
            var text = new StringBuilder();
            for (int i = random.Next(1, 3); i > 0; i--) text.Append(depth > 0 && random.Next(3) == 0 ? Group(depth - 1) : Shape());
            string attributes = random.Next(3) switch
            {
                0 => $" opacity='{N(.4, 1)}'",
                1 => $" transform='rotate({N(-40, 40)} 50 50) scale({N(.6, 1.2)} {N(.6, 1.2)})'",
                _ => random.Next(2) == 0 ? " clip-path='url(#c)'" : " mask='url(#m)'",
            };
            return $"<g{attributes}>{text}</g>";
        }
        return $"""
            <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>
            <linearGradient id='l' x1='{N(0, .3)}' y1='{N(0, .3)}' x2='{N(.6, 1)}' y2='{N(.3, 1)}' spreadMethod='{Any("pad", "reflect", "repeat")}'>
            <stop offset='{N(0, .2)}' stop-color='{Color()}'/><stop offset='{N(.4, .6)}' stop-color='{Color()}' stop-opacity='{N(.4, 1)}'/>
            <stop offset='{N(.7, .9)}' stop-color='{Color()}'/></linearGradient>
            <radialGradient id='r' cx='{N(.4, .6)}' cy='{N(.4, .6)}' r='{N(.4, .6)}' fx='{N(.35, .65)}' fy='{N(.35, .65)}'>
            <stop offset='{N(0, .2)}' stop-color='{Color()}'/><stop offset='{N(.7, 1)}' stop-color='{Color()}' stop-opacity='{N(.4, 1)}'/>
            </radialGradient>
            <clipPath id='c'><circle cx='{N(30, 70)}' cy='{N(30, 70)}' r='{N(25, 45)}'/></clipPath>
            <mask id='m'><rect x='{N(0, 20)}' y='{N(0, 20)}' width='{N(50, 80)}' height='{N(50, 80)}' fill='{Color()}'/></mask>
            {Group(1)}{Shape()}{Group(1)}
            </svg>
            """;
    }
}
