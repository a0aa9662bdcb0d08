using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A coordinate system of the drawing: the map from it to device pixels, its parent's map times its own steps.</summary>
internal sealed class Frame : PlanValue
{
    private readonly Frame? _parent;
    private readonly FrameStep[] _steps;
    private readonly Matrix[] _prefixes;

    /// <summary>A frame without parent; <see cref="ToDevice"/> is set from outside.</summary>
    public Frame() : this(null, []) { }

    public Frame(Frame? parent, List<FrameStep> steps)
    {
        _parent = parent;
        _steps = [.. steps];
        _prefixes = new Matrix[_steps.Length + 1];
        Moves = parent is { Moves: true } || Array.Exists(_steps, s => s.Moves);
    }

    /// <summary>What comes after the parent's map: whole pixels, which nothing moves.</summary>
    public Matrix Shift { get; set; } = Matrix.Identity;

    /// <summary>The map to device pixels.</summary>
    public Matrix ToDevice { get; set; } = Matrix.Identity;

    /// <summary>dL/d<see cref="ToDevice"/>, gathered only where <see cref="Moves"/>.</summary>
    public Matrix Gradient { get; set; }

    /// <summary>True where the map depends on theta.</summary>
    public bool Moves { get; }

    public override void Refresh(ReadOnlySpan<double> theta)
    {
        if (_parent is null) return;
        _prefixes[0] = Shift * _parent.ToDevice;
        for (var i = 0; i < _steps.Length; i++) _prefixes[i + 1] = _prefixes[i] * _steps[i].At(theta);
        ToDevice = _prefixes[^1];
    }

    public override void Backward(ReadOnlySpan<double> theta, Span<double> thetaGradient)
    {
        if (!Moves) return;
        var g = Gradient;
        Gradient = default;
        for (var i = _steps.Length - 1; i >= 0; i--)
        {
            if (_steps[i].Moves) _steps[i].Backward(MatrixAdjoint.OfRight(_prefixes[i], g), theta, thetaGradient);
            g = MatrixAdjoint.OfLeft(_steps[i].At(theta), g);
        }
        if (_parent is { Moves: true }) _parent.Gather(g);
    }

    /// <summary>Adds to the gradient.</summary>
    public void Gather(in Matrix g) => Gradient = MatrixAdjoint.Sum(Gradient, g);

    /// <summary>Adds the gradient of a point x that was mapped to a device point with gradient g.</summary>
    public void Gather(double x, double y, double gx, double gy) => Gather(new(gx * x, gy * x, gx * y, gy * y, gx, gy));

    /// <summary>The steps of a chain.</summary>
    public static List<FrameStep> Steps(TransformChain chain)
    {
        List<FrameStep> steps = [];
        FrameStep.Append(chain, steps);
        return steps;
    }
}
