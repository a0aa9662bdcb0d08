using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Doctor;

/// <summary>The rasterizer against a disc: its area is pi r^2, and the derivative of that with respect to r is 2 pi r.</summary>
internal static class RasterizerProbe
{
    private const double Radius = 10.3;
    private const double Tolerance = 1e-3;
    private const int Side = 32;

    public static Finding Run()
    {
        var svg = FormattableString.Invariant(
            $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Side} {Side}'><circle cx='15.7' cy='16.4' r='{Radius}'/></svg>");
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(svg), "disc")).Scene;
        var rasterizer = new SceneRasterizer(scene, Side, Side);
        var area = 0.0;
        foreach (var alpha in rasterizer.Forward(scene.InitialValues()).Plane(3)) area += alpha;

        var pictureGradient = new float[4 * Side * Side];
        pictureGradient.AsSpan(3 * Side * Side).Fill(1); // L = the sum of alpha = the area in pixels
        var gradient = new double[scene.Parameters.Length];
        rasterizer.Backward(pictureGradient, gradient);
        var derivative = 0.0;
        for (var i = 0; i < gradient.Length; i++)
            if (scene.Parameters[i].Kind == ParameterKind.Size) derivative += gradient[i];

        var areaError = Math.Abs(area / (Math.PI * Radius * Radius) - 1);
        var derivativeError = Math.Abs(derivative / (2 * Math.PI * Radius) - 1);
        var good = areaError <= Tolerance && derivativeError <= Tolerance;
        return new("rasterizer", good ? Health.Ok : Health.Broken,
            string.Create(CultureInfo.InvariantCulture, $"a disc's area within {areaError:0.0e+0}, its derivative by the radius within {derivativeError:0.0e+0}")
                + (good ? "" : $": more than {Tolerance}; please report this with the processor's name"),
            new JsonObject { ["area_error"] = areaError, ["derivative_error"] = derivativeError });
    }
}
