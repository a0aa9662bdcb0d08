using System.Runtime.InteropServices;
using SvgDistill.Rasterizer.Drawing;
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
/// A scene's picture as a tensor, and the gradient by the scene's parameters. Both paths draw the same picture by the same definition
/// (within 1e-5); a scene with filters is drawn by the CPU path wherever theta lies. The geometry stage runs on the CPU in double precision on either path. Not safe for use by several threads at once.
/// </summary>
public sealed class SceneRenderer
{
    private readonly RenderState _state;
    private readonly RenderPath _path;
    private readonly bool _hasFilters;

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
        (_state, _path, _hasFilters) = (new(new(scene, width, height, sceneToDevice, threads)), path, FilterSearch.HasFilters(scene));

    /// <summary>Draws by a rasterizer as it is set up.</summary>
    internal SceneRenderer(SceneRasterizer rasterizer, RenderPath path) =>
        (_state, _path, _hasFilters) = (new(rasterizer), path, FilterSearch.HasFilters(rasterizer.Scene));

    /// <summary>The scene.</summary>
    public Scene Scene => _state.Rasterizer.Scene;

    /// <inheritdoc cref="Compositing.PixelStage.FilterWidth"/>
    public double FilterWidth
    {
        get => _state.Rasterizer.FilterWidth;
        set => _state.Rasterizer.FilterWidth = value;
    }

    /// <summary>Theta as the file has it, [parameters].</summary>
    public Tensor InitialParameters(ScalarType dtype = ScalarType.Float64, Device? device = null) =>
        tensor(Scene.InitialValues(), dtype: dtype, device: device);

    /// <summary>Draws the scene on transparent ground, with a way back. Autograd does not see theta: <see cref="Drawn.Backward"/> does.</summary>
    /// <param name="theta">[parameters], float32 or float64.</param>
    /// <returns>The picture and its adjoint, for the caller to dispose.</returns>
    public Drawn Draw(Tensor theta)
    {
        using var scope = NewDisposeScope();
        // The caller's inference mode would leave the graph out, whatever the gradient mode.
        using var mode = inference_mode(false);
        var values = Checked(theta);
        if (OnCpu(theta))
        {
            var request = _state.Run(values, static (rasterizer, at) => rasterizer.Forward(at));
            return new(Copied(theta.device), theta, _state, [new(PictureStrip.Whole(_state.Rasterizer.Picture.Height), request, null)]);
        }
        var parts = DrawStrips(values, theta, keep: true);
        return new(Joined(parts).detach(), theta, _state, parts);
    }

    /// <summary>Draws the scene on transparent ground, without a way back.</summary>
    /// <param name="theta">[parameters], float32 or float64.</param>
    /// <returns>[1, 4, H, W], premultiplied sRGB RGBA, 0..1.</returns>
    public Tensor Render(Tensor theta)
    {
        using var scope = NewDisposeScope();
        var values = Checked(theta);
        if (OnCpu(theta))
        {
            _state.Run(values, static (rasterizer, at) => rasterizer.Forward(at, keep: false));
            return Copied(theta.device).MoveToOuterDisposeScope();
        }
        return Joined(DrawStrips(values, theta, keep: false)).MoveToOuterDisposeScope();
    }

    /// <summary>A tensor's values in double precision.</summary>
    internal static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, double>(tensor.detach().to(ScalarType.Float64).cpu().contiguous().bytes).ToArray();
    }

    private double[] Checked(Tensor theta) => theta.dim() == 1 && theta.shape[0] == Scene.Parameters.Length
        ? Values(theta)
        : throw new ArgumentException(
            $"The scene has {Scene.Parameters.Length} parameters, theta the shape [{string.Join(", ", theta.shape)}].", nameof(theta));

    private bool OnCpu(Tensor theta) =>
        _hasFilters || _path == RenderPath.Cpu || (_path == RenderPath.Automatic && theta.device_type == DeviceType.CPU);

    /// <summary>Draws by tensor operations: all at once, or a drawing too large for that in strips.</summary>
    private List<DrawnStrip> DrawStrips(double[] values, Tensor theta, bool keep)
    {
        IReadOnlyList<PictureStrip> strips = [];
        var whole = _state.Run(values, (rasterizer, at) => strips = rasterizer.StripsAt(at));
        List<DrawnStrip> parts = [];
        foreach (var strip in strips)
        {
            // What finds the strips builds them, and of a single one nothing else.
            var request = strips.Count == 1 ? whole : _state.Run(values, (rasterizer, at) => rasterizer.Build(at, strip));
            var stage = new TensorPixelStage(_state.Rasterizer.DrawList, theta.dtype, theta.device, FilterWidth);
            parts.Add(new(strip, request, stage.Draw(keep)));
        }
        return parts;
    }

    private static Tensor Joined(List<DrawnStrip> parts) =>
        parts is [{ Tensors: { } only }] ? only.Picture : cat([.. parts.Select(p => p.Tensors!.Picture)], 2);

    private Tensor Copied(Device device)
    {
        var picture = _state.Rasterizer.Picture;
        var result = empty(1, 4, picture.Height, picture.Width, dtype: ScalarType.Float32);
        picture.Data.CopyTo(MemoryMarshal.Cast<byte, float>(result.bytes));
        return result.to(device);
    }
}
