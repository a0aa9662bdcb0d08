using System.Text;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Editing;

/// <summary>
/// Whatever an edit may bring a number to is legal in every part of the program: each parameter of drawings that have every kind, alone
/// and with all of its kind on the element, is driven to its bounds (to zero and to its neighbours' values where it has none) and back.
/// </summary>
public sealed class BoundsTests : IDisposable
{
    private const int Side = 32;

    private static readonly SceneOptions _everything = new() { Optimize = OptimizeKinds.All, Only = ["svg"] };

    // Fractions of a box, user space, all that a style can say, and everything that a shape is drawn through.
    private static readonly Dictionary<string, string> _drawings = new()
    {
        ["rect"] = "<linearGradient id='g' x1='.1' y1='.2' x2='.9' y2='.8'><stop offset='.2' stop-color='#f80'/><stop offset='.7' stop-color='#08f' stop-opacity='.8'/></linearGradient>"
            + "<rect x='10' y='20' width='60' height='50' rx='8' ry='12' fill='url(#g) #0f0' stroke='#333' stroke-width='4' stroke-opacity='.7'/>",
        ["plain rect"] = "<rect x='30.3' y='20' width='40' height='50' fill='#c00'/>",
        ["circle"] = "<radialGradient id='g' gradientUnits='userSpaceOnUse' cx='50' cy='50' r='30' fx='45' fy='40' fr='5'><stop offset='0' stop-color='red'/><stop offset='.5' stop-color='#0a0'/><stop offset='1' stop-color='blue'/></radialGradient>"
            + "<circle cx='50' cy='50' r='25' fill='url(#g)' fill-opacity='.9' opacity='.8'/>",
        ["ellipse"] = "<g opacity='.5'><ellipse cx='40' cy='50' rx='30' ry='20' fill='rgba(20, 90, 200, .8)' stroke='#a00' stroke-width='3'/><path d='M0 0L30 0L30 30z'/></g>",
        ["path"] = "<linearGradient id='g' spreadMethod='reflect'><stop stop-color='red'/><stop offset='1' stop-color='blue'/></linearGradient>"
            + "<path d='M20 50C20 30 40 20 50 20C60 20 80 30 80 50L70 80L30 80z' fill='url(#g)' stroke='url(#g) #123456' stroke-width='5' stroke-linejoin='round'/>",
        ["polygon"] = "<polygon points='10,10 80,20 50,80' fill='none' stroke='#284' stroke-width='6' stroke-dasharray='9 4 2' stroke-dashoffset='3'/><polyline points='10,90 50,60 90,90' fill='#ff0' fill-rule='evenodd'/>",
        ["line"] = "<linearGradient id='g'><stop/><stop offset='1' stop-color='red'/></linearGradient><line x1='10' y1='20' x2='80' y2='70' stroke='url(#g) #0c0' stroke-width='8' stroke-linecap='round'/>",
        ["transforms"] = "<g transform='translate(5 8) rotate(20 50 50)'><rect x='20' y='20' width='30' height='20' transform='scale(1.2 .8) skewX(10)'/><circle cx='60' cy='60' r='15' fill='#06c' transform='matrix(1 .1 -.1 1 2 3)' stroke='red' stroke-width='2'/><path d='M10 10H40V30z' transform='skewY(-15)' fill='#a0a'/></g>",
        ["gradient transform"] = "<linearGradient id='g' gradientTransform='rotate(30 .5 .5) scale(.8)'><stop stop-color='#fa0'/><stop offset='1' stop-color='#00a'/></linearGradient><rect x='10' y='10' width='70' height='60' fill='url(#g)'/>",
        ["pattern"] = "<pattern id='p' x='.1' y='.1' width='.3' height='.4'><rect width='9' height='9' fill='#f00'/><circle cx='12' cy='12' r='5' fill='#00f'/></pattern><rect x='10' y='20' width='60' height='50' fill='url(#p) #0f0'/>",
        ["pattern view box"] = "<pattern id='p' width='20' height='30' patternUnits='userSpaceOnUse' viewBox='0 0 10 10' patternTransform='rotate(10)'><path d='M0 0H6V6z' fill='#080'/></pattern><circle cx='50' cy='50' r='40' fill='url(#p)' stroke='#000' stroke-width='2'/>",
        ["pattern of box"] = "<pattern id='p' width='.25' height='.25' patternContentUnits='objectBoundingBox'><circle cx='.1' cy='.1' r='.08' fill='#c08'/></pattern><ellipse cx='50' cy='50' rx='40' ry='30' fill='url(#p)'/>",
        ["clip"] = "<clipPath id='c'><circle cx='50' cy='50' r='30'/><rect x='10' y='10' width='20' height='30' transform='scale(1.1)'/></clipPath><g clip-path='url(#c)'><rect width='80' height='90' fill='#e62'/></g>",
        ["clip in a box"] = "<clipPath id='c' clipPathUnits='objectBoundingBox'><circle cx='.5' cy='.5' r='.4'/></clipPath><g clip-path='url(#c)'><rect x='10' y='10' width='60' height='70' fill='#e62'/><circle cx='60' cy='60' r='20'/></g>",
        ["mask"] = "<mask id='m' x='.1' y='.1' width='.7' height='.8'><rect width='70' height='60' fill='#fff' fill-opacity='.8'/></mask><g mask='url(#m)'><rect x='5' y='5' width='80' height='80' fill='#26e'/></g>",
        ["marker"] = "<marker id='a' markerWidth='4' markerHeight='4' refX='2' refY='2' orient='auto'><circle cx='2' cy='2' r='2' fill='#0a0'/></marker><path d='M20 20L60 30L70 70' fill='none' stroke='#555' stroke-width='4' marker-start='url(#a)' marker-mid='url(#a)' marker-end='url(#a)'/>",
        ["use"] = "<defs><rect id='r' width='20' height='15' fill='#b70'/><symbol id='s' viewBox='0 0 10 10'><circle cx='5' cy='5' r='4'/></symbol></defs><use href='#r' x='10' y='20'/><use href='#r' x='50' y='60' opacity='.6'/><use href='#s' x='40' y='10' width='30' height='30'/>",
        ["style"] = "<style>.a { fill: #39f; stroke: #222; stroke-width: 3; opacity: .7 } svg circle { r: 20px }</style><rect class='a' x='10' y='20' width='40%' height='30'/><circle cx='70' cy='70' style='fill: #fa0; fill-opacity: .5'/>",
        ["blend"] = "<rect width='70' height='70' fill='#fc0'/><g style='mix-blend-mode: multiply; isolation: isolate' opacity='.9'><circle cx='60' cy='60' r='30' fill='#0cf'/></g>",
        ["strokes"] = "<g transform='scale(1.5 .8)'><path d='M10 10L50 30 20 60' fill='none' stroke='oklch(60% .1 200)' stroke-width='4' vector-effect='non-scaling-stroke'/></g>"
            + "<path d='M70 20h20v30' pathLength='30' stroke-dasharray='3 2' fill='none' stroke='#000' stroke-width='3'/><path d='M50 80z' stroke='color-mix(in srgb, red, blue)' stroke-width='9' stroke-linecap='round'/>",
        ["symbol"] = "<symbol id='s' viewBox='0 0 10 10' width='40' height='40'><rect x='1' y='2' width='6' height='5' clip-path='url(#c)'/></symbol><clipPath id='c'><circle cx='4' cy='4' r='3'/></clipPath><use href='#s' x='20' y='30' fill='hwb(120 10% 20%)'/>",
        ["filter"] = "<filter id='f'><feGaussianBlur in='SourceAlpha' stdDeviation='2 1'/><feOffset dx='3' dy='2' result='o'/><feFlood flood-color='#c40' flood-opacity='.8'/>"
            + "<feComposite in2='o' operator='in'/><feMerge><feMergeNode/><feMergeNode in='SourceGraphic'/></feMerge></filter><rect x='10' y='20' width='40' height='30' fill='#2a8' filter='url(#f)'/>"
            + "<circle cx='65' cy='65' r='15' fill='#06c' filter='drop-shadow(2px 1px 3px rgba(0, 80, 160, .7)) blur(1px)'/>",
        ["crisp"] = "<rect x='10' y='20' width='30' height='30' shape-rendering='crispEdges' stroke='red' stroke-width='2'/>",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("bounds").FullName;

    public static TheoryData<string> Drawings => [.. _drawings.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_kind_of_number_is_driven()
    {
        var driven = _drawings.Keys.SelectMany(name => Read(name).Scene.Parameters).Where(p => p.IsLeaf).Select(p => p.Kind).ToHashSet();
        Assert.Equal(Enum.GetValues<ParameterKind>().Except([ParameterKind.FilterRegion]).ToHashSet(), driven);
    }

    [Theory]
    [MemberData(nameof(Drawings))]
    public void A_number_at_its_bound_is_drawn_differentiated_measured_written_and_read_again(string name)
    {
        var source = Read(name);
        foreach (var (what, theta) in Driven(source.Scene))
        {
            try
            {
                Draw(source.Scene, theta);
                HoldTogether(source.Scene, theta);
                WriteAndRead(name, source, theta);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}, {what}: {e.Message}", e);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Drawings))]
    public void A_run_goes_on_from_a_number_at_its_bound_and_from_its_saved_state(string name)
    {
        var scene = Read(name).Scene;
        foreach (var (what, theta) in Driven(scene))
        {
            using var scope = NewDisposeScope();
            using var target = Target(scene);
            target.Place(theta);
            Step(target);
            Finite(target.Theta, $"{name}, {what}: theta after a step");

            var path = Path.Combine(_folder, "state.safetensors");
            using (var state = new EditState(1, 7, target.SaveState(), new Dictionary<string, Tensor>())) state.Save(path, "run");
            using var resumed = Target(scene);
            using (var state = EditState.Load(path, "run")) resumed.LoadState(state.Target);
            Step(target);
            Step(resumed);
            Assert.Equal(target.Theta, resumed.Theta);
        }
    }

    [Fact]
    public void What_moves_as_a_whole_may_shrink_to_nothing()
    {
        var source = SvgSceneReader.Read(Document(_drawings["transforms"]), new SceneOptions { Move = MoveUnits.Elements });
        var theta = source.Scene.InitialValues();
        for (var i = 0; i < theta.Length; i++)
            if (source.Scene.Parameters[i].Name == "move.scale") theta[i] = -60;
        Draw(source.Scene, theta);
        HoldTogether(source.Scene, theta);
        var before = SvgSceneReader.Read(source.Document).Scene;
        var after = SvgSceneReader.Read(SvgDocument.Parse(SvgWriter.Write(source, theta), "after.svg")).Scene;
        var change = DrawingComparison.Between(before, after, out var difference);
        Assert.True(change is not null, difference);
        Assert.Equal(3, change.VanishedShapes);
    }

    private static void Draw(Scene scene, double[] theta)
    {
        var rasterizer = new SceneRasterizer(scene, Side, Side, threads: 1);
        var picture = rasterizer.Forward(theta);
        Finite(picture.Data.ToArray().Select(v => (double)v), "picture");
        var weights = Weights(4 * Side * Side);
        var gradient = new double[theta.Length];
        rasterizer.Backward(weights, gradient);
        Finite(gradient, "gradient");

        using var scope = NewDisposeScope();
        using var steady = Steady.Begin();
        var renderer = new SceneRenderer(scene, Side, Side, path: RenderPath.Tensor);
        using var drawn = renderer.Draw(tensor(theta));
        Assert.True((drawn.Picture.to(ScalarType.Float32).flatten() - tensor(picture.Data.ToArray())).abs().max().item<float>() < 1e-5,
            "the tensor path draws another picture");
        Finite(drawn.Backward(tensor(weights).view(1, 4, Side, Side)).data<double>(), "gradient of the tensor path");
    }

    private static void HoldTogether(Scene scene, double[] theta)
    {
        var (initial, units) = (scene.InitialValues(), scene.Parameters.Select(p => p.Unit).ToArray());
        bool[] free = [.. scene.Parameters.Select(p => p.IsLeaf)];
        foreach (var (from, to) in new[] { (initial, theta), (theta, initial), (theta, theta) })
        {
            var anchor = new ShapeAnchor(scene, from);
            var (gradient, moved) = (new double[to.Length], (double[])to.Clone());
            Assert.True(double.IsFinite(anchor.AddGradient(to, gradient)), "anchor's energy");
            Finite(gradient, "anchor's gradient");
            anchor.Pull(moved, units, free, ShapeAnchor.Strength(1, .05));
            Finite(moved, "anchored");
        }
        var smoothed = (double[])theta.Clone();
        new SmoothNodeProjection(scene, free).Apply(smoothed);
        Finite(smoothed, "smoothed");

        var change = DrawingComparison.Between(scene, initial, theta);
        Finite([change.MeanDisplacement, change.LargestDisplacement, change.MeanPaletteChange, change.LargestPaletteChange, change.UntouchedElements], "comparison");
        Assert.True(DrawingComplexity.Of(scene, theta).SelfIntersections.Complete);
    }

    private static void WriteAndRead(string name, SvgScene source, double[] theta)
    {
        var bytes = SvgWriter.Write(source, theta);
        var again = SvgSceneReader.Read(SvgDocument.Parse(bytes, "again.svg"), _everything);

        // It is drawn as it was, but for the rounding of what is written.
        var (was, now) = (Picture(source.Scene, theta), Picture(again.Scene, again.Scene.InitialValues()));
        Assert.True(was.Zip(now, (a, b) => Math.Abs(a - b)).Average() < .004, "the file read again is another picture");

        // Points that came together in a path are one from then on; all else has the same numbers, which can go back.
        var isMerged = Points(again.Scene) < Points(source.Scene);
        if (!isMerged)
        {
            Assert.Equal(Names(source.Scene), Names(again.Scene));
            Assert.Equal(Picture(source.Scene, source.Scene.InitialValues()), Picture(again.Scene, source.Scene.InitialValues()));
        }

        var (before, after) = (MeasuredDrawing.Read(source.Document.ToBytes(), name), MeasuredDrawing.Read(bytes, "again.svg"));
        var measures = _measurer.Of(before, after, null, null);
        Assert.All(Measure.All.Where(m => m.Group != MeasureGroup.Prompt && m != Measure.Lpips), m =>
            Assert.True(measures[m] is { } value && !double.IsNaN(value), $"{m.Key}: {measures.Missing.GetValueOrDefault(m)}"));
        var change = DrawingComparison.Between(source.Scene, source.Scene.InitialValues(), theta);
        Assert.Equal(change.VanishedShapes, measures[Measure.Vanished]);
        Assert.Equal(change.LargestDisplacement, measures[Measure.LargestDisplacement] ?? double.NaN, .01);
    }

    private static readonly EditMeasurer _measurer = new()
    {
        Side = Side, Clip = new Tool<ClipScorer>("none"), Lpips = new Tool<Lpips>("none"),
        DenoisingLosses = new Tool<Func<MeasuredDrawing, DenoisingLosses>>("none"),
    };

    /// <summary>Each leaf to each of its bounds, or to zero and to its neighbours of its kind; then all leaves of an element's kind together.</summary>
    private static IEnumerable<(string What, double[] Theta)> Driven(Scene scene)
    {
        var (parameters, initial) = (scene.Parameters, scene.InitialValues());
        var leaves = Enumerable.Range(0, parameters.Length).Where(i => parameters[i].IsLeaf).ToArray();
        foreach (var i in leaves)
            foreach (var value in Bounds(parameters[i]).Concat(leaves.Where(j => IsSibling(i, j)).Select(j => initial[j])).Distinct())
                if (value != initial[i]) yield return With([i], value);
        foreach (var group in leaves.GroupBy(i => (parameters[i].Element, parameters[i].Kind)))
            foreach (var value in Bounds(parameters[group.First()]).Append(initial[group.First()]).Distinct())
                yield return With([.. group], value);
        foreach (var group in leaves.Where(i => parameters[i].Kind is ParameterKind.PointX or ParameterKind.PointY).GroupBy(i => parameters[i].Element))
            yield return With([.. group], 40);

        bool IsSibling(int i, int j) => i != j && parameters[i].Element == parameters[j].Element && parameters[i].Kind == parameters[j].Kind;

        (string, double[]) With(int[] which, double value)
        {
            var theta = (double[])initial.Clone();
            foreach (var i in which) theta[i] = Math.Clamp(value, parameters[i].Minimum, parameters[i].Maximum);
            return ($"{string.Join(", ", which.Select(i => parameters[i].Name))} of <{parameters[which[0]].Element.TagName}> at {value:R}", theta);
        }
    }

    private static IEnumerable<double> Bounds(Parameter p)
    {
        if (double.IsFinite(p.Minimum)) yield return p.Minimum;
        if (double.IsFinite(p.Maximum)) yield return p.Maximum;
        if (double.IsInfinity(p.Minimum)) yield return 0;
        if (p.Name.Contains("Skew", StringComparison.Ordinal)) yield return 90;
    }

    private static SvgTarget Target(Scene scene) => new(scene, new SceneOverBackground(scene, Side, 0, (1, 1, 1), threads: 1),
        PictureEncoder.ByEngine(image => image.mean([2, 3], keepdim: true)), new SvgTargetOptions { PointRate = .05, AnchorShape = 1 });

    private static void Step(SvgTarget target)
    {
        using var scope = NewDisposeScope();
        target.Backward(target.Latents().ones_like());
        target.Step(1);
    }

    private static SvgScene Read(string name) => SvgSceneReader.Read(Document(_drawings[name]), _everything);

    private static SvgDocument Document(string content) => SvgDocument.Parse(
        Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{content}</svg>"), "drawing.svg");

    private static float[] Picture(Scene scene, double[] theta) =>
        [.. new SceneRasterizer(scene, Side, Side, threads: 1).Forward(theta, keep: false).Data];

    private static int Points(Scene scene) => scene.Parameters.Count(p => p.Kind is ParameterKind.PointX or ParameterKind.PointY);

    private static IEnumerable<string> Names(Scene scene) => scene.Parameters.Select(p => $"{p.Element.Order} {p.Kind} {p.Name}");

    private static float[] Weights(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private static void Finite(IEnumerable<double> values, string what) => Assert.True(values.All(double.IsFinite), $"{what} is not finite");
}
