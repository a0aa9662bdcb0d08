using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using SvgDistill.Rasterizer.Tests.Svg;
using TorchSharp;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Filters;

/// <summary>Filters from the file to the picture and back.</summary>
public sealed class FilterSceneTests
{
    private const int Side = 64;

    private static SvgScene Read(string content, OptimizeKinds kinds = OptimizeKinds.All) => SvgSceneReader.Read(
        SvgDocument.Parse(Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>{content}</svg>"), "filter.svg"), new SceneOptions { Optimize = kinds });

    private static float[] Draw(SvgScene scene, double[] theta) => new SceneRasterizer(scene.Scene, Side, Side).Forward(theta).Data.ToArray();

    /// <summary>The gradient of a fixed linear loss, and by finite differences of the float picture.</summary>
    private static (double Actual, double Expected) Derivative(SvgScene scene, string name, double step)
    {
        double[] theta = scene.Scene.InitialValues(), gradient = new double[theta.Length];
        // A smooth weight: float32 pictures have no derivative finer than their rounding.
        var weights = new float[4 * Side * Side];
        for (var i = 0; i < weights.Length; i++) weights[i] = MathF.Sin(.11f * (i % Side)) + MathF.Cos(.07f * (i / Side % Side)) + (i >= 3 * Side * Side ? .5f : 0);
        var rasterizer = new SceneRasterizer(scene.Scene, Side, Side);
        rasterizer.Forward(theta);
        rasterizer.Backward(weights, gradient);
        var at = Enumerable.Range(0, theta.Length).Single(i => scene.Scene.Parameters[i].Name == name);
        double Loss(double change)
        {
            double[] moved = [.. theta];
            moved[at] += change;
            var picture = Draw(scene, moved);
            double sum = 0;
            for (var i = 0; i < picture.Length; i++) sum += picture[i] * (double)weights[i];
            return sum;
        }
        return (gradient[at], (Loss(step) - Loss(-step)) / (2 * step));
    }

    [Theory]
    // What is filtered moves, its colour changes.
    [InlineData("<filter id='f'><feGaussianBlur stdDeviation='3 1.5'/></filter><circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "cx", .05, .01)]
    [InlineData("<filter id='f'><feGaussianBlur stdDeviation='3 1.5'/></filter><circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "fill.g", .02, .01)]
    [InlineData("<circle cx='30' cy='33' r='12' fill='#a3c' filter='drop-shadow(#2a6 4px 3px 2px)'/>", "filter.b", .02, .01)]
    [InlineData("<circle cx='30' cy='33' r='12' fill='#a3c' filter='blur(1.2px) brightness(.8) hue-rotate(40deg)'/>", "filter", .02, .01)]
    // Beneath a transform, in a group, with a mask and an opacity over it.
    [InlineData("<filter id='f'><feGaussianBlur stdDeviation='1'/><feOffset dx='2'/></filter><g opacity='.7' transform='rotate(20 32 32)' filter='url(#f)'>" +
        "<rect x='20' y='18' width='20' height='16' fill='#c62'/></g>", "width", .05, .01)]
    [InlineData("<filter id='f'><feFlood flood-color='#37a' flood-opacity='.8'/><feComposite in2='SourceAlpha' operator='in'/><feMerge><feMergeNode in='SourceGraphic'/><feMergeNode/></feMerge></filter>" +
        "<circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "flood-color.r", .02, .01)]
    [InlineData("<filter id='f'><feDiffuseLighting lighting-color='#dc8' surfaceScale='4'><feDistantLight azimuth='40' elevation='40'/></feDiffuseLighting></filter>" +
        "<circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "lighting-color.g", .02, .01)]
    [InlineData("<filter id='f'><feImage href='#c'/><feBlend in='SourceGraphic' mode='multiply'/></filter><defs><circle id='c' cx='24' cy='24' r='15' fill='#5c9'/></defs>" +
        "<rect x='10' y='12' width='40' height='40' fill='black' fill-opacity='.6' stroke='#fb8' filter='url(#f)'/>", "stroke.b", .02, .01)]
    [InlineData("<filter id='f'><feGaussianBlur stdDeviation='1.3'/></filter><circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "stdDeviation", .02, .01)]
    // From a deviation of 2 on the boxes' widths jump: the derivative is that of the Gaussian they stand for.
    [InlineData("<filter id='f' x='-1' y='-1' width='3' height='3'><feGaussianBlur stdDeviation='5'/></filter><circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "stdDeviation", 1.1, .25)]
    [InlineData("<filter id='f' x='-1' y='-1' width='3' height='3'><feGaussianBlur stdDeviation='2'/><feOffset dx='3' dy='2'/></filter><circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f)'/>", "dx", 1, .05)]
    public void A_drawing_with_filters_is_differentiated(string content, string name, double step, double tolerance)
    {
        var scene = Read(content);
        var (actual, expected) = Derivative(scene, name, step);
        Assert.True(Math.Abs(expected) > 1e-3, $"{name} moves nothing");
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected), $"{name}: {actual}, by finite differences {expected}");
    }

    [Fact]
    public void Flood_and_lighting_colours_are_leaves_by_default_and_deviations_and_offsets_when_asked()
    {
        const string content = "<filter id='f'><feFlood flood-color='#123456'/><feGaussianBlur stdDeviation='2'/><feOffset dx='1' dy='-1'/>" +
            "<feDiffuseLighting lighting-color='#abc'><fePointLight z='9'/></feDiffuseLighting></filter><circle r='9' fill='none' filter='url(#f)'/>";
        string Leaves(OptimizeKinds kinds) =>
            string.Join(' ', Read(content, kinds).Scene.Parameters.Where(p => p.IsLeaf && p.Element.TagName.StartsWith("fe", StringComparison.Ordinal)).Select(p => p.Name));
        Assert.Equal("flood-color.r flood-color.g flood-color.b lighting-color.r lighting-color.g lighting-color.b", Leaves(OptimizeKinds.Default));
        Assert.Equal("stdDeviation dx dy", Leaves(OptimizeKinds.Filters));
    }

    [Fact]
    public void What_moved_is_written_where_it_stands()
    {
        var scene = Read("<filter id='f'><feDropShadow dx='1' dy='2' stdDeviation='3 4' flood-color='red'/></filter><rect width='9' height='9' filter='url(#f) blur(2px) drop-shadow(0 1px 2px #00f)'/>");
        var theta = scene.Scene.InitialValues();
        foreach (var (i, p) in scene.Scene.Parameters.Index())
            if (p.Kind == ParameterKind.Filter) theta[i] += .5;
            else if (p.Name is "flood-color.g" or "filter.r") theta[i] = 1;
        var text = Encoding.UTF8.GetString(SvgWriter.Write(scene, theta));
        Assert.Contains("<feDropShadow dx='1.5' dy='2.5' stdDeviation='3.5 4.5' flood-color='#ffff00'/>", text, StringComparison.Ordinal);
        Assert.Contains("filter='url(#f) blur(2.5px) drop-shadow(.5 1.5px 2.5px #ff00ff)'", text, StringComparison.Ordinal);
    }

    /// <summary>CSS knows no such space: a word that nothing is called, and no loop without end.</summary>
    [Theory]
    [InlineData("url&#160;(#f)")]
    [InlineData("url&#x2003;(#f)")]
    public void A_space_that_is_none_of_CSS_makes_no_reference(string value) =>
        Assert.Empty(Read($"<filter id='f'><feFlood/></filter><rect width='9' height='9' filter='{value}'/>").Scene.Root.Children.OfType<GroupNode>().SelectMany(g => g.Filters));

    /// <summary>The filter shows it as it is: as a path it would be two things.</summary>
    [Fact]
    public void A_free_shape_that_its_own_filter_shows_stays_what_it_is()
    {
        var text = Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'><filter id='f'><feImage href='#r'/></filter><rect id='r' width='9' height='9' filter='url(#f)'/></svg>");
        var scene = SvgSceneReader.Read(SvgDocument.Parse(text, "filter.svg"), new SceneOptions { FreeShapes = true });
        var written = Encoding.UTF8.GetString(SvgWriter.Write(scene, [.. scene.Scene.InitialValues().Select(v => v + .25)]));
        Assert.DoesNotContain("path", written, StringComparison.Ordinal);
        Assert.Single(SvgDocument.Parse(Encoding.UTF8.GetBytes(written), "written.svg").Elements, e => e.LocalName == "rect");
    }

    [Fact]
    public void Only_the_region_is_touched()
    {
        var scene = Read("<filter id='f' filterUnits='userSpaceOnUse' x='10' y='20' width='30' height='8'><feFlood/></filter><g filter='url(#f)'/>");
        var picture = Draw(scene, scene.Scene.InitialValues());
        for (var i = 0; i < Side * Side; i++)
            Assert.Equal(i % Side is >= 10 and < 40 && i / Side is >= 20 and < 28 ? 1 : 0, picture[3 * Side * Side + i]);
    }

    [Fact]
    public void A_strip_of_a_picture_is_the_same_as_in_the_whole()
    {
        var scene = Read("<filter id='f' x='-1' y='-1' width='3' height='3'><feGaussianBlur stdDeviation='3'/></filter><circle cx='32' cy='32' r='14' fill='#a3c' filter='url(#f)'/>" +
            "<path d='M5 5h40v50z' fill='#6a2' filter='drop-shadow(3px 4px 2px)'/>");
        var theta = scene.Scene.InitialValues();
        var strips = new SceneRasterizer(scene.Scene, Side, Side) { StripVertices = 5000 };
        var (drawn, whole) = (strips.Forward(theta).Data.ToArray(), Draw(scene, theta));
        Assert.True(strips.StripsAt(theta).Count > 1);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], drawn[i], 1e-4f);
    }

    [Fact]
    public void Tensor_paths_draw_filters_on_the_CPU()
    {
        var scene = Read("<circle cx='30' cy='33' r='12' fill='#a3c' filter='blur(2px)'/>");
        var renderer = new SceneRenderer(scene.Scene, Side, Side, path: RenderPath.Tensor);
        using var theta = renderer.InitialParameters();
        using var drawn = renderer.Draw(theta);
        Assert.Equal(Draw(scene, scene.Scene.InitialValues()), drawn.Picture.data<float>().ToArray());
    }

    [Theory]
    [InlineData("<filter id='f' filterUnits='userSpaceOnUse' x='-1e8' y='-1e8' width='2e8' height='2e8'><feGaussianBlur stdDeviation='1e8'/></filter>")]
    [InlineData("<filter id='f' filterUnits='userSpaceOnUse' x='-1e8' y='-1e8' width='2e8' height='2e8'><feFlood/><feTile/><feMorphology radius='1e6' operator='dilate'/></filter>")]
    [InlineData("<filter id='f'><feTurbulence baseFrequency='1e9' numOctaves='1e9' seed='-1e9' stitchTiles='stitch'/><feDisplacementMap in2='SourceGraphic' scale='1e9'/></filter>")]
    [InlineData("<filter id='f'><feConvolveMatrix order='1e5' kernelMatrix='1'/></filter>")]
    [InlineData("<filter id='f'><feImage href='#c'/><feMerge><feMergeNode/></feMerge></filter>")]
    [InlineData("<filter id='f'><feSpecularLighting surfaceScale='1e9' specularExponent='128'><feSpotLight x='1e9' limitingConeAngle='-1e9'/></feSpecularLighting></filter>")]
    public void Hostile_filters_are_drawn_or_refused_and_harm_nothing(string filter)
    {
        try
        {
            var scene = Read($"{filter}<g id='c' filter='url(#f)'><circle cx='30' cy='33' r='12' fill='#a3c' filter='url(#f) url(#f)'/></g>");
            var theta = scene.Scene.InitialValues();
            var rasterizer = new SceneRasterizer(scene.Scene, Side, Side);
            foreach (var value in rasterizer.Forward(theta).Data) Assert.InRange(value, 0, 1.001f);
            var gradient = new double[theta.Length];
            rasterizer.Backward(Enumerable.Repeat(1f, 4 * Side * Side).ToArray(), gradient);
            Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
        }
        catch (SvgException refused)
        {
            Assert.Contains("kernel", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Too_many_filtered_pixels_are_refused()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 1_500; i++) text.Append("<path d='M0 0h9v9' filter='blur(1px)'/>");
        var scene = Read(text.ToString(), OptimizeKinds.None).Scene;
        var error = Assert.Throws<SvgDistillException>(() => new SceneRasterizer(scene, 1024, 16).Forward(scene.InitialValues(), keep: false));
        Assert.Contains("too much", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_inside_filters_are_drawn_and_refused_where_they_grow_without_end()
    {
        var open = string.Concat(Enumerable.Repeat("<g filter='blur(.1px)'>", 40));
        var scene = Read($"{open}<circle cx='32' cy='32' r='20' fill='#a3c'/>{string.Concat(Enumerable.Repeat("</g>", 40))}");
        Assert.Equal(1, Draw(scene, scene.Scene.InitialValues())[3 * Side * Side + 32 * Side + 32], 1e-3f);
        // Each of these needs thrice the width of what it is in.
        var wide = Read($"{string.Concat(Enumerable.Repeat("<g filter='blur(1e6px)'>", 20))}<circle r='9'/>{string.Concat(Enumerable.Repeat("</g>", 20))}");
        Assert.Throws<SvgDistillException>(() => Draw(wide, wide.Scene.InitialValues()));
    }

    [Fact]
    public void A_chain_has_a_limit() => Assert.Contains("primitives", Assert.Throws<SvgException>(() =>
        Read($"<filter id='f'>{string.Concat(Enumerable.Repeat("<feOffset/>", 129))}</filter><rect width='9' height='9' filter='url(#f)'/>")).Message, StringComparison.Ordinal);

    [Fact]
    public void Filters_are_no_longer_noted() =>
        Assert.Empty(SvgText.Read("<filter id='f'><feFlood/></filter><rect width='9' height='9' filter='url(#f)'/>").Scene.Notes);
}
