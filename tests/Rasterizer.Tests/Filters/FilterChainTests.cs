using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Filters;
using SvgDistill.Rasterizer.Scenes;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Filters;

/// <summary>The adjoint of random chains of filter primitives against finite differences, both in double precision.</summary>
public sealed class FilterChainTests
{
    private const int Width = 13, Height = 11, Count = Width * Height;
    private const double Step = 1e-6;

    private sealed record Component(string Chain, string Of, double Actual, double Expected)
    {
        public double RelativeError => Math.Abs(Actual - Expected) / Math.Max(Math.Abs(Actual), Math.Abs(Expected));
    }

    [Fact]
    public void The_adjoint_of_random_chains_is_their_derivative()
    {
        List<double> errors = [];
        var kinds = new HashSet<Type>();
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var chain = new Chain(new Random(seed));
            foreach (var primitive in chain.Primitives) kinds.Add(primitive.Primitive.GetType());
            foreach (var c in chain.Components())
            {
                Assert.True(Math.Sign(c.Actual) == Math.Sign(c.Expected), $"{c} has the wrong sign");
                errors.Add(c.RelativeError);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(12345, 678901));
        errors.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{errors.Count} components, relative error: median {errors[errors.Count / 2]:g2}, 99 % {errors[errors.Count * 99 / 100]:g2}, worst {errors[^1]:g2}"));
        Assert.True(errors.Count > 2000, $"only {errors.Count} components");
        Assert.True(errors[errors.Count / 2] < 1e-6, $"median relative error {errors[errors.Count / 2]}");
        Assert.True(errors[errors.Count * 98 / 100] < 1e-3, $"98 % within {errors[errors.Count * 98 / 100]}");
        // All that a graph can hold but pictures, which are sources like the graphic itself.
        Assert.Equal(typeof(FilterPrimitive).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(FilterPrimitive)) && t != typeof(ImagePrimitive)).OrderBy(t => t.Name),
            kinds.OrderBy(t => t.Name));
    }

    /// <summary>A random source, a chain over it and a linear loss.</summary>
    private sealed class Chain
    {
        private readonly Random _random;
        private readonly double[] _source = new double[4 * Count], _weights = new double[4 * Count];
        private readonly List<double> _scalars = [];
        // Scalars that a finite difference can be taken of, by position.
        private readonly List<int> _smooth = [];
        private readonly FilterGraph<double> _graph;

        public Chain(Random random)
        {
            _random = random;
            for (var i = 0; i < Count; i++)
            {
                _source[3 * Count + i] = Number(.2, .95);
                for (var plane = 0; plane < 3; plane++) _source[plane * Count + i] = _source[3 * Count + i] * Number(.05, .95);
            }
            for (var i = 0; i < _weights.Length; i++) _weights[i] = Number(-1, 1);
            for (int i = 0, count = 1 + random.Next(5); i < count; i++) Primitives.Add(Primitive(i));
            _graph = new(Primitives);
        }

        public List<DrawPrimitive> Primitives { get; } = [];

        public IEnumerable<Component> Components()
        {
            Loss();
            var gradient = new double[_scalars.Count];
            _graph.BeginBackward();
            _weights.CopyTo(_graph.Result.Gradient.Data);
            double[] numbers = [.. _scalars];
            _graph.Backward(numbers, gradient);
            double[] ofSource = [.. _graph.Source.Gradient.Data];
            var found = new List<Component>();
            for (var n = 0; n < 12; n++)
            {
                var at = _random.Next(_source.Length);
                Add($"source {at / Count}:{at % Count}", ofSource[at], step => _source[at] += step);
            }
            foreach (var at in _smooth) Add($"scalar {at}", gradient[at], step => _scalars[at] += step);
            var scale = found.Select(c => Math.Abs(c.Expected)).DefaultIfEmpty().Max();
            return found.Where(c => Math.Abs(c.Expected) > 1e-3 * scale);

            void Add(string of, double actual, Action<double> move)
            {
                var here = Loss();
                move(Step);
                var above = (Loss() - here) / Step;
                move(-2 * Step);
                var below = (here - Loss()) / Step;
                move(Step);
                // At a kink there is no derivative to compare with.
                if (Math.Abs(above - below) > 1e-3 * Math.Max(Math.Abs(above), Math.Abs(below)) + 1e-7) return;
                found.Add(new(string.Join(" ", Primitives.Select(p => p.Primitive.GetType().Name)), of, actual, .5 * (above + below)));
            }
        }

        private double Loss()
        {
            _graph.Source.Output.Resize(Width, Height);
            _source.CopyTo(_graph.Source.Output.Data);
            _graph.Forward(Width, Height, [.. _scalars]);
            double sum = 0;
            var result = _graph.Result.Output.Data;
            for (var i = 0; i < result.Length; i++) sum += _weights[i] * result[i];
            return sum;
        }

        private double Number(double low, double high) => low + (high - low) * _random.NextDouble();

        private DrawPrimitive Primitive(int position)
        {
            int Input() => _random.Next(3) switch { 0 => FilterPrimitive.SourceGraphic, 1 when position > 1 => _random.Next(position), _ => position - 1 };
            ImmutableArray<int> one = [Input()], two = [Input(), Input()];
            var isLinear = _random.Next(2) == 0;
            var first = _scalars.Count;
            var constant = Scalar.Constant(0);
            var color = ScalarColor.Constant(0, 0, 0, 0);
            FilterPrimitive primitive = _random.Next(16) switch
            {
                0 => Smooth(new GaussianBlurPrimitive { Inputs = one, IsLinear = isLinear, DeviationX = constant, DeviationY = constant }, Number(.3, 1.9), Number(.3, 1.9)),
                // The boxes' pixels are differentiated exactly; their deviations are not, by design.
                1 => Held(new GaussianBlurPrimitive { Inputs = one, IsLinear = isLinear, DeviationX = constant, DeviationY = constant }, Number(2, 4), Number(0, 4)),
                // Offsets go by whole pixels.
                2 => Held(new OffsetPrimitive { Inputs = one, IsLinear = isLinear, Dx = constant, Dy = constant }, Number(-4, 4), Number(-4, 4)),
                3 => Shadow(one, isLinear, constant, color),
                4 => Smooth(new FloodPrimitive { IsLinear = isLinear, Color = color }, Number(.1, .9), Number(.1, .9), Number(.1, .9), Number(.1, .9)),
                5 => new BlendPrimitive { Inputs = two, IsLinear = isLinear, Mode = (BlendMode)_random.Next(16) },
                6 => new CompositePrimitive { Inputs = two, IsLinear = isLinear, Operator = (CompositeOperator)_random.Next(5) },
                7 => new CompositePrimitive { Inputs = two, IsLinear = isLinear, Operator = CompositeOperator.Arithmetic, K = [Number(-1, 1), Number(-1, 1), Number(-1, 1), Number(0, .2)] },
                8 => new MergePrimitive { Inputs = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Input())], IsLinear = isLinear },
                9 => _random.Next(4) == 0 ? new TilePrimitive { Inputs = one, IsLinear = isLinear }
                    : new ColorMatrixPrimitive { Inputs = one, IsLinear = isLinear, Values = [.. Enumerable.Range(0, 20).Select(i => i % 6 == 0 && i < 19 ? Number(.4, .9) : Number(-.1, .2))] },
                10 => new ComponentTransferPrimitive { Inputs = one, IsLinear = isLinear, Functions = [new GammaFunction(.8, 1.7, .1), new LinearFunction(.6, .2), new TableFunction([.1, .7, .3], false), null] },
                11 => new ConvolveMatrixPrimitive
                {
                    Inputs = one, IsLinear = isLinear, Columns = 3, Rows = 2, Kernel = [.. Enumerable.Range(0, 6).Select(_ => Number(-.2, .4))], TargetX = 1, TargetY = 0,
                    Bias = Number(-.1, .2), Edge = (EdgeMode)_random.Next(3), PreserveAlpha = _random.Next(2) == 0,
                },
                12 => Held(new MorphologyPrimitive { Inputs = one, IsLinear = isLinear, IsDilation = _random.Next(2) == 0, RadiusX = 0, RadiusY = 0 }, Number(.5, 3), Number(.5, 3)),
                13 => Held(new DisplacementMapPrimitive { Inputs = two, IsLinear = isLinear, Scale = 0, ChannelX = _random.Next(4), ChannelY = _random.Next(4) }, Number(-6, 6), Number(-6, 6)),
                14 => Held(new TurbulencePrimitive { IsLinear = isLinear, FrequencyX = .13, FrequencyY = .07, Octaves = 2, Seed = _random.Next(), Stitch = _random.Next(2) == 0, IsFractalNoise = true },
                    1.5, -2, 1.3, 1.3, 0, 0, 10, 10),
                _ => Lighting(one, isLinear, color),
            };
            var draw = new DrawPrimitive { Primitive = primitive, Scalars = first, ScalarsMove = true, Area = new(0, 0, Width, Height) };
            if (_random.Next(3) == 0) draw.Area = new(_random.Next(4), _random.Next(4), _random.Next(5, 12), _random.Next(5, 12));
            return draw;
        }

        private FilterPrimitive Shadow(ImmutableArray<int> input, bool isLinear, Scalar constant, ScalarColor color)
        {
            _scalars.AddRange([Number(-4, 4), Number(-4, 4)]);
            return Smooth(
                new DropShadowPrimitive { Inputs = input, IsLinear = isLinear, Dx = constant, Dy = constant, DeviationX = constant, DeviationY = constant, Color = color },
                Number(.3, 1.9), Number(.3, 1.9), Number(.1, .9), Number(.1, .9), Number(.1, .9), Number(.1, .9));
        }

        private LightingPrimitive Lighting(ImmutableArray<int> input, bool isLinear, ScalarColor color)
        {
            LightSource light = _random.Next(3) switch
            {
                0 => new DistantLight(Number(0, 360), Number(20, 80)),
                1 => new PointLight(0, 0, 0),
                _ => new SpotLight(0, 0, 0, 0, 0, 0, Number(.5, 3), null),
            };
            var isSpecular = _random.Next(2) == 0;
            var primitive = new LightingPrimitive
            {
                Inputs = input, IsLinear = isLinear, IsSpecular = isSpecular, SurfaceScale = Number(-2, 2), Constant = Number(.3, .9),
                Exponent = isSpecular ? Number(1, 6) : 1, Color = color, Light = light,
            };
            Smooth(primitive, Number(.2, .9), Number(.2, .9), Number(.2, .9));
            _scalars.AddRange([Number(0, 12), Number(0, 12), Number(4, 12), Number(0, 12), Number(0, 12), 0]);
            return primitive;
        }

        private FilterPrimitive Smooth(FilterPrimitive primitive, params ReadOnlySpan<double> scalars)
        {
            for (var i = 0; i < scalars.Length; i++) _smooth.Add(_scalars.Count + i);
            return Held(primitive, scalars);
        }

        private FilterPrimitive Held(FilterPrimitive primitive, params ReadOnlySpan<double> scalars)
        {
            _scalars.AddRange(scalars);
            return primitive;
        }
    }
}
