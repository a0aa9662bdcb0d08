using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// A filtered group. Its content is drawn onto the filter region's own pixels, which lie on the picture's. Of a region that leaves the
/// picture only so much is drawn as can be seen there through the filter.
/// </summary>
internal sealed class FilterPlan : PlanNode
{
    private readonly FilterNode _filter;
    private readonly Frame _frame;
    private readonly BoundingBox? _box;
    private readonly Frame _inner;
    private readonly PlanNode _content;
    private readonly PlanValue[] _values;
    private readonly FilterImagePlan?[] _images;
    private readonly DrawPrimitive[] _primitives;
    private readonly DrawFilter _draw;
    private readonly double _weight;
    private FilterSpace _space;
    private bool _isDrawn;

    /// <summary>Prepares the filter.</summary>
    /// <param name="compiler">Compiles the content.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="frame">The filtered group's space.</param>
    /// <param name="box">The group's bounding box, where the filter refers to it.</param>
    /// <param name="content">Compiles what is filtered in the frame that it is given.</param>
    public FilterPlan(SceneCompiler compiler, FilterNode filter, Frame frame, BoundingBox? box, Func<Frame, PlanNode> content)
    {
        (_filter, _frame, _box) = (filter, frame, box);
        var inner = new Frame(frame, []);
        (_content, _values) = compiler.Apart(() => content(compiler.Register(inner)));
        _inner = inner;
        _images = [.. filter.Primitives.Select(p => p is ImagePrimitive image ? new FilterImagePlan(compiler, image) : null)];
        _primitives = [.. filter.Primitives.Select(p => new DrawPrimitive { Primitive = p, ScalarsMove = FilterNumbers.DeviationsMove(p, compiler.IsLeaf) })];
        _draw = new() { Primitives = _primitives };
        _weight = 1 + filter.Primitives.Sum(FilterNumbers.Weight);
    }

    public override void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, List<DrawNode> into)
    {
        _isDrawn = false;
        if (_box is { HasArea: false } || FilterSpace.Of(_filter, _frame.ToDevice, _box, buffers.Window, theta) is not { } space) return;
        var region = space.Region;
        if (!buffers.ReserveTexels((double)region.Width * region.Height * _weight)) return;
        (_isDrawn, _space, _draw.Region) = (true, space, region);
        _inner.Shift = Matrix.Translation(-region.X, -region.Y);
        _draw.Children.Clear();
        var window = buffers.Window;
        buffers.Window = DrawWindow.Whole(region.Width, region.Height);
        foreach (var value in _values) value.Refresh(theta);
        _content.Emit(buffers, theta, _draw.Children);
        for (var i = 0; i < _primitives.Length; i++)
        {
            var draw = _primitives[i];
            draw.Area = AreaOf(draw.Primitive, space);
            draw.Scalars = FilterNumbers.Emit(draw.Primitive, space, buffers, theta);
            _images[i]?.Emit(buffers, theta, space, draw);
        }
        buffers.Window = window;
        into.Add(_draw);
    }

    /// <summary>A primitive's subregion in the region's own pixels; an offset without one of its own has that of its input, as resvg has it.</summary>
    private PixelArea AreaOf(FilterPrimitive primitive, in FilterSpace space)
    {
        if (primitive is OffsetPrimitive { IsWhole: true, Inputs: [>= 0 and var input] }) return _primitives[input].Area;
        var area = space.AreaOf(primitive);
        return area with { X = area.X - space.Region.X, Y = area.Y - space.Region.Y };
    }

    public override void Backward(in Adjoint adjoint)
    {
        if (!_isDrawn) return;
        for (var i = 0; i < _primitives.Length; i++)
        {
            FilterNumbers.Backward(_primitives[i], _space, adjoint);
            _images[i]?.Backward(adjoint);
        }
        _content.Backward(adjoint);
        for (var v = _values.Length - 1; v >= 0; v--) _values[v].Backward(adjoint.Theta, adjoint.ThetaGradient);
    }
}

/// <summary>What <c>feImage</c> shows: from the subregion's corner on, along the picture's axes, as resvg has it.</summary>
internal sealed class FilterImagePlan
{
    private readonly ImagePrimitive _image;
    private readonly Frame _frame = new();
    private readonly PlanNode _content;
    private readonly PlanValue[] _values;

    public FilterImagePlan(SceneCompiler compiler, ImagePrimitive image)
    {
        _image = image;
        (_content, _values) = compiler.Apart(() => compiler.Compile(image.Content, _frame));
    }

    /// <summary>Adds what it draws to the primitive's children.</summary>
    public void Emit(DrawBuffers buffers, ReadOnlySpan<double> theta, in FilterSpace space, DrawPrimitive draw)
    {
        var place = Matrix.Translation(draw.Area.X, draw.Area.Y) * Matrix.Scaling(space.ScaleX, space.ScaleY);
        var sub = space.UserAreaOf(_image);
        _frame.ToDevice = _image.Image is { } size ? place * size.Fitted(0, 0, sub.Width, sub.Height) : place;
        draw.Children.Clear();
        foreach (var value in _values) value.Refresh(theta);
        _content.Emit(buffers, theta, draw.Children);
    }

    /// <summary>Differentiates the last <see cref="Emit"/>, the place of which is held.</summary>
    public void Backward(in Adjoint adjoint)
    {
        _content.Backward(adjoint);
        for (var v = _values.Length - 1; v >= 0; v--) _values[v].Backward(adjoint.Theta, adjoint.ThetaGradient);
    }
}
