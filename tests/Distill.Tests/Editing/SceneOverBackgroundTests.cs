using System.Text;
using SvgDistill.Distill.Editing;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing;

public class SceneOverBackgroundTests
{
    private const int Side = 24;
    private static readonly (double R, double G, double B) _background = (.2, .9, .4);

    private static SvgScene Read() => SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes("""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">
          <path d="M2 2C6 0 9 3 12 2S15 7 11 8 3 9 2 2Z" fill="#c04020" fill-opacity=".6"/>
          <circle cx="14.2" cy="5.1" r="3.3" fill="#3050c0"/>
        </svg>
        """), "test.svg"));

    [Fact]
    public void The_drawing_is_fitted_and_centred_and_the_rest_is_background()
    {
        var scene = Read().Scene;
        var renderer = new SceneOverBackground(scene, Side, 1 / 8.0, _background);
        var image = new float[3 * Side * Side];
        renderer.Forward(scene.InitialValues(), image);
        float At(int channel, int x, int y) => image[(channel * Side + y) * Side + x];
        // 20 x 10 units fill 18 x 9 pixels: 3 on each side, 7.5 above and below.
        foreach (var (x, y) in new[] { (2, 12), (21, 12), (12, 6), (12, 17) })
            Assert.Equal((.2f, .9f, .4f), (At(0, x, y), At(1, x, y), At(2, x, y)));
        // The disc's middle: at 3 + .9 * 14.2, 7.5 + .9 * 5.1.
        Assert.Equal(0x30 / 255.0, At(0, 15, 12), 1e-4);
        Assert.Equal(1, renderer.Alpha[12 * Side + 15], 1e-6);
        Assert.Equal(0, renderer.Alpha[0]);
    }

    /// <summary>In colours and opacity the picture is smooth, in points but for creases at pixels' borders.</summary>
    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        var scene = Read().Scene;
        var renderer = new SceneOverBackground(scene, Side, .05, _background);
        var theta = scene.InitialValues();
        var random = new Random(1);
        var weights = Enumerable.Range(0, 3 * Side * Side).Select(_ => (float)(2 * random.NextDouble() - 1)).ToArray();
        var image = new float[weights.Length];
        double Loss(double[] at)
        {
            renderer.Forward(at, image);
            return image.Zip(weights, (p, w) => (double)p * w).Sum();
        }
        Loss(theta);
        var gradient = new double[theta.Length];
        renderer.Backward(weights, gradient);
        Assert.Contains(gradient, g => Math.Abs(g) > .1);
        for (var i = 0; i < theta.Length; i++)
        {
            const double h = 2e-3;
            var (up, down) = ((double[])theta.Clone(), (double[])theta.Clone());
            (up[i], down[i]) = (theta[i] + h, theta[i] - h);
            Assert.Equal((Loss(up) - Loss(down)) / (2 * h), gradient[i], .01 * (1 + Math.Abs(gradient[i])));
        }
    }
}
