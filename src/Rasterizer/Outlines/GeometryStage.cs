using System.Globalization;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// The first half of the rasterizer: parameters to closed polylines in device pixels and resolved paint numbers, in double
/// precision, with the exact derivative (docs/rasterizer.md, "Geometry").
/// </summary>
/// <remarks>
/// What depends on structure only is built once; a step refreshes numbers and allocates nothing once the arrays have
/// grown. The result is a function of the arguments alone: the same theta gives the same list whatever came before.
/// Not safe for use by several threads at once.
/// </remarks>
public sealed class GeometryStage
{
    /// <summary>
    /// Vertices that a draw list holds at most, beside them the like in patterns' texels: with edges, gradients and what lies behind
    /// them about 3 GB of memory.
    /// </summary>
    internal const int MostVertices = 1 << 24;

    private readonly DrawBuffers _buffers = new();
    private readonly SceneCompiler _compiler;
    private readonly Frame _device = new();
    private readonly PlanNode _root;
    private readonly double[] _theta;

    /// <summary>Builds the structure for a scene.</summary>
    public GeometryStage(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        Scene = scene;
        _theta = new double[scene.Parameters.Length];
        _compiler = new(scene.Parameters);
        _root = _compiler.Compile([scene.Root], _device);
    }

    /// <summary>The scene that is drawn.</summary>
    public Scene Scene { get; }

    /// <summary>What is not drawn as the drawing means it, at the theta of any build so far: one sentence a kind.</summary>
    public IReadOnlyList<string> Notes => [.. _buffers.Notes.Select(DrawingNotes.Sentence)];

    /// <summary>The draw list at theta.</summary>
    /// <param name="theta">The parameters, in the order of <see cref="Scene.Parameters"/>.</param>
    /// <param name="sceneToDevice">From the scene's space to pixels.</param>
    /// <param name="width">Picture columns.</param>
    /// <param name="height">Picture rows.</param>
    /// <returns>A list that this stage owns; the next call overwrites it.</returns>
    /// <exception cref="SvgDistillException">The drawing is too large for one list.</exception>
    public DrawList Build(ReadOnlySpan<double> theta, Matrix sceneToDevice, int width, int height) =>
        TryBuild(theta, sceneToDevice, width, height, DrawWindow.Whole(width, height), MostVertices) ?? throw TooLarge(width, height, MostVertices);

    /// <summary>What to say of a drawing that no list holds.</summary>
    internal static SvgDistillException TooLarge(int width, int rows, int vertexLimit) => new(string.Create(CultureInfo.InvariantCulture,
        $"The drawing has more than {vertexLimit:N0} corners, or as much in patterns and filters, within {rows} rows of {width} pixels: too much to hold in memory. " +
        $"Leave out repeated parts (instances, dashes, patterns, filters), or draw it in parts."));

    /// <summary>The draw list of what the window shows, or null where that takes more vertices than the limit.</summary>
    internal DrawList? TryBuild(ReadOnlySpan<double> theta, Matrix sceneToDevice, int width, int rows, in DrawWindow window, int vertexLimit)
    {
        if (theta.Length != _theta.Length)
            throw new ArgumentException($"The scene has {_theta.Length} parameters, not {theta.Length}.", nameof(theta));
        theta.CopyTo(_theta);
        _device.ToDevice = sceneToDevice;
        _buffers.Begin(width, rows, window, vertexLimit);
        foreach (var path in _compiler.Paths) path.Refresh(_theta);
        foreach (var value in _compiler.Values) value.Refresh(_theta);
        _root.Emit(_buffers, _theta, _buffers.List.Nodes);
        return _buffers.IsFull ? null : _buffers.List;
    }

    /// <summary>Adds dL/dtheta at the theta of the last <see cref="Build"/>.</summary>
    /// <param name="vertexGradient">dL/dvertices, laid out like <see cref="DrawList.Vertices"/>.</param>
    /// <param name="scalarGradient">dL/dscalars, laid out like <see cref="DrawList.Scalars"/>.</param>
    /// <param name="thetaGradient">Added to, in the order of <see cref="Scene.Parameters"/>.</param>
    public void Backward(
        ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> scalarGradient, Span<double> thetaGradient)
    {
        if (vertexGradient.Length < 2 * _buffers.List.VertexCount || scalarGradient.Length < _buffers.List.ScalarCount
            || thetaGradient.Length != _theta.Length)
            throw new ArgumentException("The gradients are not laid out like the draw list and the parameters.");
        _root.Backward(new Adjoint(vertexGradient, scalarGradient, _theta, thetaGradient));
        for (var i = _compiler.Values.Count - 1; i >= 0; i--) _compiler.Values[i].Backward(_theta, thetaGradient);
        foreach (var path in _compiler.Paths) path.Backward(_theta, thetaGradient);
    }
}
