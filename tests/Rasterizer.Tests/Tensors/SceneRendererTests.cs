using System.Runtime.InteropServices;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

[Collection(nameof(TensorTests))]
public sealed class SceneRendererTests
{
    private const string Drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">
          <linearGradient id="g"><stop offset=".1" stop-color="#f80"/><stop offset=".9" stop-color="#08f" stop-opacity=".6"/></linearGradient>
          <radialGradient id="r" fx=".4"><stop stop-color="#fff"/><stop offset="1" stop-color="#204"/></radialGradient>
          <circle cx="20.3" cy="21.7" r="14.2" fill="url(#g)"/>
          <g transform="rotate(12) scale(1.1 .9)" opacity=".8">
            <rect x="17" y="19" width="22" height="15" rx="4" fill="url(#r)"/>
            <path d="M5 40C12 18 31 18 40 41L30 44Z" fill="#3a6" fill-opacity=".7"/>
          </g>
        </svg>
        """;

    private static Scene Read(string drawing = Drawing) =>
        SvgSceneReader.Read(SvgDocument.Parse(System.Text.Encoding.UTF8.GetBytes(drawing), "test.svg")).Scene;

    /// <summary>A loss by libtorch on the picture over a coloured ground.</summary>
    private static Tensor Loss(Tensor picture)
    {
        var ground = tensor(new[] { 1, .9, .2 }, dtype: picture.dtype, device: picture.device).view(1, 3, 1, 1);
        return (picture.narrow(1, 0, 3) + (1 - picture.narrow(1, 3, 1)) * ground - .5).pow(2).sum();
    }

    private static Tensor PictureGradient(Tensor picture, Func<Tensor, Tensor> loss)
    {
        var leaf = picture.detach().requires_grad_(true);
        return autograd.grad([loss(leaf)], [leaf])[0];
    }

    private static double[] Doubles(Tensor tensor) =>
        MemoryMarshal.Cast<byte, double>(tensor.detach().to(ScalarType.Float64).cpu().contiguous().bytes).ToArray();

    private static double[] Gradient(SceneRenderer renderer, Tensor theta, out double[] image, Func<Tensor, Tensor>? loss = null)
    {
        using var scope = NewDisposeScope();
        using var drawn = renderer.Draw(theta);
        Assert.False(drawn.Picture.requires_grad);
        image = Doubles(drawn.Picture);
        var gradient = drawn.Backward(PictureGradient(drawn.Picture, loss ?? Loss));
        Assert.Equal((theta.dtype, theta.device_type), (gradient.dtype, gradient.device_type));
        Assert.Equal(theta.shape, gradient.shape);
        return Doubles(gradient);
    }

    /// <summary>
    /// Requires a path's gradient to be the finite difference of the tensor path in double precision, wherever both sides of it agree.
    /// </summary>
    /// <returns>The gradient.</returns>
    private static double[] RequireFiniteDifferences(Scene scene, RenderPath path, Func<Tensor, Tensor> loss, double least)
    {
        var reference = new SceneRenderer(scene, 40, 40, path: RenderPath.Tensor);
        double[] values = scene.InitialValues();
        using var theta = reference.InitialParameters();
        double[] gradient = Gradient(new(scene, 40, 40, path: path), theta, out _, loss);
        double At(double[] at)
        {
            using var scope = NewDisposeScope();
            return loss(reference.Render(tensor(at))).item<double>();
        }
        double scale = gradient.Select(Math.Abs).DefaultIfEmpty().Max(), here = At(values);
        int checkedCount = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double step = 1e-5, kept = values[i];
            values[i] = kept + step;
            double above = (At(values) - here) / step;
            values[i] = kept - step;
            double below = (here - At(values)) / step;
            values[i] = kept;
            if (Math.Abs(above - below) > .01 * Math.Abs(above) + 1e-4 * scale) continue;
            Assert.Equal(.5 * (above + below), gradient[i], 1e-3 * Math.Abs(above) + 1e-5 * scale);
            checkedCount++;
        }
        Assert.InRange(checkedCount, least * values.Length, values.Length);
        return gradient;
    }

    [Fact]
    public void Both_paths_agree_in_picture_and_gradient()
    {
        var scene = Read();
        var matrix = scene.ToSquare(40, .05);
        SceneRenderer cpu = new(scene, 40, 40, matrix), tensors = new(scene, 40, 40, matrix, RenderPath.Tensor);
        using var theta = cpu.InitialParameters();
        RequireSame(tensors, theta, cpu, theta);
    }

    [Fact]
    public void A_graphics_card_draws_the_same()
    {
        Assert.SkipUnless(cuda.is_available(), "no CUDA device, or built without -p:Torch=cuda");
        var scene = Read();
        SceneRenderer cpu = new(scene, 40, 40), automatic = new(scene, 40, 40);
        using var theta = cpu.InitialParameters();
        using var there = theta.cuda();
        using (var drawn = automatic.Draw(there)) Assert.Equal(DeviceType.CUDA, drawn.Picture.device_type);
        RequireSame(cpu, theta, automatic, there);
    }

    private static void RequireSame(SceneRenderer reference, Tensor theta, SceneRenderer renderer, Tensor same)
    {
        double[] expected = Gradient(reference, theta, out double[] image), actual = Gradient(renderer, same, out double[] drawn);
        double scale = expected.Max(Math.Abs);
        Assert.All(image.Zip(drawn), p => Assert.Equal(p.First, p.Second, 1e-5));
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-5 * scale));
        Assert.True(expected.Count(g => Math.Abs(g) > 1e-6 * scale) > 30);
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void The_gradient_is_a_finite_difference(RenderPath path) => RequireFiniteDifferences(Read(), path, Loss, .8);

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void A_loss_on_alpha_alone_moves_shapes_and_no_opaque_colour(RenderPath path)
    {
        var scene = Read();
        double[] gradient = RequireFiniteDifferences(scene, path, picture => picture.narrow(1, 3, 1).pow(2).sum(), .8);
        var byKind = scene.Parameters.Zip(gradient).ToLookup(p => p.First.Kind, p => p.Second);
        Assert.All(byKind[ParameterKind.Color], g => Assert.Equal(0, g));
        Assert.Contains(byKind[ParameterKind.PointX], g => Math.Abs(g) > .1);
    }

    /// <summary>Drawings where autograd reaches no leaf, only scalars, or only winding numbers.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("<g opacity='.5'/>", false)]
    [InlineData("<circle cx='300' cy='20' r='9' fill='#48c'/>", false)]
    [InlineData("<g opacity='.5'><circle cx='300' cy='20' r='9' fill='#48c'/></g>", false)]
    [InlineData("<circle cx='300' cy='20' r='9' fill='#48c'/><path d='M9 8L31 11L17 33Z' fill='#c84'/>", true)]
    [InlineData("<path d='M9 8L31 11L17 33Z' fill='#c84' shape-rendering='crispEdges'/>", true)]
    [InlineData("<path d='M9 8L31 11L17 33Z' fill='#c84'/><path d='M30 30H46V46H30Z' fill='#4c8' opacity='0'/>", true)]
    [InlineData("<clipPath id='c'><path d='M60 0H90V9H60Z'/></clipPath><path clip-path='url(#c)' d='M9 8L31 11L17 33Z' fill='#c84'/>", false)]
    [InlineData("<mask id='m'><path d='M7 6H40V35H7Z' fill='#000'/></mask><path mask='url(#m)' d='M9 8L31 11L17 33Z' fill='#c84'/>", true)]
    public void What_the_picture_does_not_depend_on_has_the_gradient_0(string content, bool moves)
    {
        var scene = Read($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'>{content}</svg>");
        double[] cpu = RequireFiniteDifferences(scene, RenderPath.Cpu, Loss, .8);
        double[] tensors = RequireFiniteDifferences(scene, RenderPath.Tensor, Loss, .8);
        double scale = Math.Max(1, cpu.Select(Math.Abs).DefaultIfEmpty().Max());
        Assert.All(cpu.Zip(tensors), p => Assert.Equal(p.First, p.Second, 1e-5 * scale));
        Assert.Equal(moves, tensors.Any(g => g != 0));
        Assert.Equal(moves, cpu.Any(g => g != 0));
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void Several_pictures_may_await_their_gradients(RenderPath path)
    {
        var renderer = new SceneRenderer(Read(), 40, 40, path: path);
        using var theta = renderer.InitialParameters();
        double[] alone = Gradient(renderer, theta, out _);
        using var scope = NewDisposeScope();
        renderer.FilterWidth = 5;
        double[] wide = Gradient(renderer, theta, out _);
        Assert.NotEqual(alone, wide);
        renderer.FilterWidth = 1;
        using var first = renderer.Draw(theta);
        renderer.FilterWidth = 5;
        using var second = renderer.Draw(theta);
        using var third = renderer.Draw(theta * 1.1);
        renderer.Render(theta * .9);
        Assert.Throws<ArgumentException>(() => renderer.Draw(zeros(3)));
        foreach (var (drawn, expected) in new[] { (first, alone), (second, wide), (second, wide), (first, alone), (first, alone) })
            Assert.Equal(expected, Doubles(drawn.Backward(PictureGradient(drawn.Picture, Loss))));
        Assert.Equal(5, renderer.FilterWidth);
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void A_picture_without_a_way_back_is_the_same(RenderPath path)
    {
        var renderer = new SceneRenderer(Read(), 40, 40, path: path);
        using var scope = NewDisposeScope();
        var theta = renderer.InitialParameters(ScalarType.Float32);
        using var drawn = renderer.Draw(theta);
        var picture = renderer.Render(theta);
        Assert.Equal([1, 4, 40, 40], picture.shape);
        Assert.False(picture.requires_grad);
        Assert.Equal(Doubles(drawn.Picture), Doubles(picture));
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void Single_precision_and_the_callers_modes_do_not_matter(RenderPath path)
    {
        var renderer = new SceneRenderer(Read(), 40, 40, path: path);
        using var scope = NewDisposeScope();
        var theta = renderer.InitialParameters();
        double[] expected = Gradient(renderer, theta, out _), single = Gradient(renderer, theta.to(ScalarType.Float32), out _);
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(single), p => Assert.Equal(p.First, p.Second, 1e-3 * scale));
        foreach (var mode in new Func<IDisposable>[] { () => no_grad(), () => inference_mode() })
        {
            Drawn drawn;
            using (mode()) drawn = renderer.Draw(theta.requires_grad_(true));
            var gradient = PictureGradient(drawn.Picture, Loss);
            using (mode()) Assert.Equal(expected, Doubles(drawn.Backward(gradient)));
            drawn.Dispose();
        }
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void A_picture_outlives_the_scope_it_was_drawn_in_until_it_is_disposed(RenderPath path)
    {
        var renderer = new SceneRenderer(Read(), 40, 40, path: path);
        using var theta = renderer.InitialParameters();
        double[] expected = Gradient(renderer, theta, out _);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Drawn drawn;
        using (NewDisposeScope()) drawn = renderer.Draw(theta);
        using (NewDisposeScope())
        {
            var gradient = PictureGradient(drawn.Picture, Loss);
            Assert.Equal(expected, Doubles(drawn.Backward(gradient)));
            Assert.Throws<ArgumentException>(() => drawn.Backward(gradient.narrow(1, 0, 3)));
            drawn.Dispose();
            drawn.Dispose();
            Assert.Throws<ObjectDisposedException>(() => drawn.Backward(gradient));
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void Tensors_do_not_pile_up(RenderPath path)
    {
        var renderer = new SceneRenderer(Read(), 40, 40, path: path);
        using var theta = renderer.InitialParameters();
        // No scope about it: what a call leaves behind would stay.
        void Step()
        {
            using var drawn = renderer.Draw(theta);
            using (drawn.Backward(drawn.Picture)) { }
            using (renderer.Render(theta)) { }
            Assert.Throws<ArgumentException>(() => drawn.Backward(theta));
        }
        Step();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++) Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_theta_of_the_wrong_size_is_refused()
    {
        using var theta = zeros(3);
        var renderer = new SceneRenderer(Read(), 40, 40);
        Assert.Throws<ArgumentException>(() => renderer.Render(theta));
        Assert.Throws<ArgumentException>(() => renderer.Draw(theta));
    }
}
