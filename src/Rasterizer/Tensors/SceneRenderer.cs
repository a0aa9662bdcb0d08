using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>Which implementation of the pixel stage draws.</summary>
public enum RenderPath
{
    /// <summary>The CPU path where theta lies on the CPU, tensor operations elsewhere.</summary>
    Automatic,
    /// <summary><see cref="Compositing.PixelStage"/>; the picture is float32.</summary>
    Cpu,
    /// <summary>Tensor operations on theta's device, in theta's type.</summary>
    Tensor,
}

/// <summary>
/// A scene's picture as a tensor that autograd differentiates by the scene's parameters. Both paths draw the same picture by the same
/// definition (within 1e-5). The geometry stage runs on the CPU in double precision on either path.
/// </summary>
public sealed class SceneRenderer
{
    private readonly RenderState _state;
    private readonly RenderPath _path;

    /// <summary>Draws a scene on a canvas.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="width">Picture columns.</param>
    /// <param name="height">Picture rows.</param>
    /// <param name="sceneToDevice">From the scene's space to pixels; by default the scene stretched onto the canvas.</param>
    /// <param name="path">Which implementation draws.</param>
    /// <param name="threads">Threads used at most on the CPU, 0 for all; the result is the same for any number.</param>
    /// <exception cref="SvgDistillException">The canvas is too large.</exception>
    public SceneRenderer(
        Scene scene, int width, int height, Matrix? sceneToDevice = null, RenderPath path = RenderPath.Automatic, int threads = 0) =>
        (_state, _path) = (new(new(scene, width, height, sceneToDevice, threads)), path);

    /// <summary>Draws by a rasterizer as it is set up.</summary>
    internal SceneRenderer(SceneRasterizer rasterizer, RenderPath path) => (_state, _path) = (new(rasterizer), path);

    /// <summary>The scene.</summary>
    public Scene Scene => _state.Rasterizer.Scene;

    /// <inheritdoc cref="Compositing.PixelStage.FilterWidth"/>
    public double FilterWidth
    {
        get => _state.Rasterizer.FilterWidth;
        set => _state.Rasterizer.FilterWidth = value;
    }

    /// <summary>Theta as the file has it, [parameters]; a leaf to optimise once <c>requires_grad</c> is set.</summary>
    public Tensor InitialParameters(ScalarType dtype = ScalarType.Float64, Device? device = null) =>
        tensor(Scene.InitialValues(), dtype: dtype, device: device);

    /// <summary>Draws the scene on transparent ground.</summary>
    /// <param name="theta">[parameters], float32 or float64.</param>
    /// <returns>[1, 4, H, W], premultiplied sRGB RGBA, 0..1.</returns>
    public Tensor Render(Tensor theta)
    {
        if (theta.dim() != 1 || theta.shape[0] != Scene.Parameters.Length)
            throw new ArgumentException(
                $"The scene has {Scene.Parameters.Length} parameters, theta the shape [{string.Join(", ", theta.shape)}].", nameof(theta));
        bool cpu = _path == RenderPath.Cpu || (_path == RenderPath.Automatic && theta.device_type == DeviceType.CPU);
        using var scope = NewDisposeScope();
        if (cpu) return DrawFunction.apply(theta, _state).MoveToOuterDisposeScope();
        var values = DrawFunction.Values(theta);
        var strips = _state.StripsAt(values).Select(strip =>
        {
            var outputs = GeometryFunction.apply(theta, _state.At(values, strip));
            return new TensorPixelStage(_state.Rasterizer.DrawList, theta.dtype, theta.device, FilterWidth).Draw(outputs[0], outputs[1]);
        }).ToList();
        return (strips.Count == 1 ? strips[0] : cat(strips, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the scene over a plain colour.</summary>
    /// <param name="theta">[parameters], float32 or float64.</param>
    /// <param name="background">sRGB, 0..1.</param>
    /// <returns>[1, 3, H, W], sRGB, 0..1.</returns>
    public Tensor RenderOver(Tensor theta, (double R, double G, double B) background)
    {
        using var scope = NewDisposeScope();
        var image = Render(theta);
        var ground = tensor(new[] { background.R, background.G, background.B }, dtype: image.dtype, device: image.device).view(1, 3, 1, 1);
        return (image.narrow(1, 0, 3) + (1 - image.narrow(1, 3, 1)) * ground).MoveToOuterDisposeScope();
    }
}
