using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>A part of the drawing as built once from the scene; fills the draw list anew at every step.</summary>
internal abstract class PlanNode
{
    /// <summary>Adds what it draws.</summary>
    public abstract void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into);

    /// <summary>Differentiates the last <see cref="Emit"/>.</summary>
    public abstract void Backward(in Adjoint adjoint);
}

/// <summary>The gradients that come from the pixel stage, and where those of theta go.</summary>
internal readonly ref struct Adjoint(
    ReadOnlySpan<double> vertexGradient, ReadOnlySpan<double> scalarGradient, ReadOnlySpan<double> theta, Span<double> thetaGradient)
{
    /// <summary>dL/dvertices, x then y.</summary>
    public ReadOnlySpan<double> Vertices { get; } = vertexGradient;
    /// <summary>dL/dscalars.</summary>
    public ReadOnlySpan<double> Scalars { get; } = scalarGradient;
    /// <summary>The parameters of the last build.</summary>
    public ReadOnlySpan<double> Theta { get; } = theta;
    /// <summary>dL/dtheta, added to.</summary>
    public Span<double> ThetaGradient { get; } = thetaGradient;
}

/// <summary>Contours under one colour or gradient.</summary>
internal sealed class FillPlan : PlanNode
{
    private readonly Outline _outline;
    private readonly PaintEmitter _paint;
    private readonly OpacityProduct _opacity;
    private readonly DrawFill _fill;
    private bool _hasOutline, _isDrawn;

    public FillPlan(Outline outline, PaintEmitter paint, OpacityProduct opacity, FillRule rule, bool antiAlias)
    {
        (_outline, _paint, _opacity) = (outline, paint, opacity);
        _fill = new()
        {
            Paint = new DrawSolid(), Rule = rule, AntiAlias = antiAlias, AlphaMoves = paint.AlphaMoves || opacity.Moves,
        };
    }

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _isDrawn = false;
        _hasOutline = _outline.Emit(buffers, theta);
        if (!_hasOutline || _paint.Emit(buffers, theta) is not { } paint) return;
        _isDrawn = true;
        (_fill.FirstContour, _fill.ContourCount) = (_outline.FirstContour, _outline.ContourCount);
        (_fill.Paint, _fill.Opacity) = (paint, _opacity.Emit(buffers, theta));
        into.Add(_fill);
    }

    public override void Backward(in Adjoint adjoint)
    {
        if (_hasOutline) _outline.Backward(adjoint.Vertices, adjoint.Theta, adjoint.ThetaGradient);
        if (!_isDrawn) return;
        _paint.Backward(adjoint.Scalars, adjoint.Theta, adjoint.ThetaGradient);
        _opacity.Backward(adjoint.Scalars, adjoint.Theta, adjoint.ThetaGradient);
    }
}

/// <summary>A paint that may have nothing to paint with, and the one that stands for it then.</summary>
internal sealed class FallbackPlan(PlanNode plan, PlanNode fallback, Func<bool> canPaint) : PlanNode
{
    private PlanNode? _drawn;

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _drawn = canPaint() ? plan : fallback;
        _drawn.Emit(buffers, theta, into);
    }

    public override void Backward(in Adjoint adjoint) => _drawn?.Backward(adjoint);
}

/// <summary>Parts drawn one after the other.</summary>
internal sealed class SequencePlan(PlanNode[] children) : PlanNode
{
    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        foreach (var child in children) child.Emit(buffers, theta, into);
    }

    public override void Backward(in Adjoint adjoint)
    {
        foreach (var child in children) child.Backward(adjoint);
    }
}

/// <summary>Parts composited as one.</summary>
internal sealed class LayerPlan(PlanNode content, OpacityProduct opacity, BlendMode blend, MaskPlan[] masks) : PlanNode
{
    private readonly DrawLayer _layer = new() { Blend = blend };

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _layer.Children.Clear();
        _layer.Masks.Clear();
        content.Emit(buffers, theta, _layer.Children);
        if (_layer.Children.Count == 0) return;
        _layer.Opacity = opacity.Emit(buffers, theta);
        foreach (var mask in masks) _layer.Masks.Add(mask.Emit(buffers, theta));
        into.Add(_layer);
    }

    public override void Backward(in Adjoint adjoint)
    {
        content.Backward(adjoint);
        if (_layer.Children.Count == 0) return;
        opacity.Backward(adjoint.Scalars, adjoint.Theta, adjoint.ThetaGradient);
        foreach (var mask in masks) mask.Backward(adjoint);
    }
}

/// <summary>A factor of a layer; without content it hides everything.</summary>
internal sealed class MaskPlan(MaskKind kind, PlanNode content)
{
    private readonly DrawMask _mask = new() { Kind = kind };

    public DrawMask Emit(DrawBuffers buffers, ReadOnlySpan<double> theta)
    {
        _mask.Children.Clear();
        content.Emit(buffers, theta, _mask.Children);
        return _mask;
    }

    public void Backward(in Adjoint adjoint) => content.Backward(adjoint);
}

/// <summary>A raster image inside its outline.</summary>
internal sealed class ImagePlan(ImageNode image, DevicePath path) : PlanNode
{
    private readonly DrawImage _draw = new() { Image = image };
    private readonly FillOutline _outline = new(path);
    private Geometry.Matrix _fromDevice;
    private bool _isDrawn;

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _isDrawn = path.Frame.ToDevice.TryInvert(out _fromDevice) && _outline.Emit(buffers, theta);
        if (!_isDrawn) return;
        _draw.Moves = path.Frame.Moves;
        _draw.Contour = _outline.FirstContour;
        _draw.DeviceToImage = buffers.AddScalars(6);
        RadialEmitter.Write(_fromDevice, buffers.List.Scalars.AsSpan(_draw.DeviceToImage, 6));
        into.Add(_draw);
    }

    public override void Backward(in Adjoint adjoint)
    {
        if (!_isDrawn) return;
        _outline.Backward(adjoint.Vertices, adjoint.Theta, adjoint.ThetaGradient);
        if (!path.Frame.Moves) return;
        var g = RadialEmitter.Read(adjoint.Scalars.Slice(_draw.DeviceToImage, 6));
        path.Frame.Gather(MatrixAdjoint.OfInverse(_fromDevice, g));
    }
}
