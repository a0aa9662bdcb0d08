using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tests.Tensors;

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

    private static Scene Read() =>
        SvgSceneReader.Read(SvgDocument.Parse(System.Text.Encoding.UTF8.GetBytes(Drawing), "test.svg")).Scene;

    private static double[] Gradient(SceneRenderer renderer, Tensor theta, out double[] image)
    {
        using var scope = NewDisposeScope();
        theta = theta.detach().requires_grad_(true);
        var picture = renderer.RenderOver(theta, (1, .9, .2));
        Assert.Equal([1, 3, 40, 40], picture.shape);
        image = picture.detach().to(ScalarType.Float64).flatten().data<double>().ToArray();
        (picture - .5).pow(2).sum().backward();
        return theta.grad!.to(ScalarType.Float64).data<double>().ToArray();
    }

    [Fact]
    public void Both_paths_agree_in_picture_and_gradient()
    {
        var scene = Read();
        var matrix = scene.ToSquare(40, .05);
        SceneRenderer cpu = new(scene, 40, 40, matrix), tensors = new(scene, 40, 40, matrix, RenderPath.Tensor);
        using var theta = cpu.InitialParameters();
        double[] expected = Gradient(tensors, theta, out double[] image), actual = Gradient(cpu, theta, out double[] drawn);
        double scale = expected.Max(Math.Abs);
        Assert.All(image.Zip(drawn), p => Assert.Equal(p.First, p.Second, 1e-5));
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-5 * scale));
        Assert.True(expected.Count(g => Math.Abs(g) > 1e-6 * scale) > 30);
    }

    [Fact]
    public void The_gradient_is_a_finite_difference_of_the_tensor_path_in_double()
    {
        var scene = Read();
        var renderer = new SceneRenderer(scene, 40, 40, path: RenderPath.Tensor);
        using var theta = renderer.InitialParameters();
        double[] values = scene.InitialValues(), gradient = Gradient(renderer, theta, out _);
        double Loss(double[] at)
        {
            using var scope = NewDisposeScope();
            return (renderer.RenderOver(tensor(at), (1, .9, .2)) - .5).pow(2).sum().item<double>();
        }
        double scale = gradient.Max(Math.Abs);
        int checkedCount = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double step = 1e-5, kept = values[i], here = Loss(values);
            values[i] = kept + step;
            double above = (Loss(values) - here) / step;
            values[i] = kept - step;
            double below = (here - Loss(values)) / step;
            values[i] = kept;
            if (Math.Abs(above - below) > .01 * Math.Abs(above) + 1e-4 * scale) continue;
            Assert.Equal(.5 * (above + below), gradient[i], 1e-3 * Math.Abs(above) + 1e-5 * scale);
            checkedCount++;
        }
        Assert.InRange(checkedCount, .8 * values.Length, values.Length);
    }

    [Theory]
    [InlineData(RenderPath.Cpu)]
    [InlineData(RenderPath.Tensor)]
    public void Several_pictures_may_await_their_gradients(RenderPath path)
    {
        var scene = Read();
        var renderer = new SceneRenderer(scene, 40, 40, path: path);
        using var theta = renderer.InitialParameters();
        double[] alone = Gradient(renderer, theta, out _);
        using var scope = NewDisposeScope();
        var leaf = theta.detach().requires_grad_(true);
        var first = (renderer.RenderOver(leaf, (1, .9, .2)) - .5).pow(2).sum();
        renderer.FilterWidth = 5;
        var other = renderer.RenderOver(theta.detach() * 1.1, (0, 0, 0));
        Assert.False(other.requires_grad);
        first.backward();
        Assert.Equal(alone, leaf.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Tensors_do_not_pile_up()
    {
        var scene = Read();
        SceneRenderer cpu = new(scene, 40, 40), tensors = new(scene, 40, 40, path: RenderPath.Tensor);
        using var theta = cpu.InitialParameters();
        foreach (var renderer in new[] { cpu, tensors })
        {
            Gradient(renderer, theta, out _);
            long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            for (int i = 0; i < 5; i++) Gradient(renderer, theta, out _);
            Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }
    }

    [Fact]
    public void A_theta_of_the_wrong_size_is_refused()
    {
        using var theta = zeros(3);
        Assert.Throws<ArgumentException>(() => new SceneRenderer(Read(), 40, 40).Render(theta));
    }
}
