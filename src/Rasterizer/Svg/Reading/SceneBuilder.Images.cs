using System.Buffers.Binary;
using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Images: embedded PNG and SVG are drawn and frozen; everything else is kept and left out.</summary>
internal sealed partial class SceneBuilder
{
    /// <summary>A decoded image in its own space: pixels, or a picture's units.</summary>
    private sealed record EmbeddedImage(double Width, double Height, RgbaImage? Pixels,
        ImmutableArray<SceneNode> Nodes);

    private readonly Dictionary<SourceText, EmbeddedImage?> _images = [];
    private long _imagePixels;

    private SceneNode? ReadImage(Frame frame)
    {
        if (frame.Element.Href?.Value is not { } href || Decode(frame, href) is not { } image) return null;
        return Element(frame, null, f => PlaceImage(f, image));
    }

    private ImmutableArray<SceneNode> PlaceImage(Frame frame, EmbeddedImage image)
    {
        if (frame.Style.Word("visibility") is "hidden" or "collapse") return [];
        var (x, y) = (Measure(frame, "x", Axis.X) ?? 0, Measure(frame, "y", Axis.Y) ?? 0);
        var (writtenWidth, writtenHeight) = (Measure(frame, "width", Axis.X), Measure(frame, "height", Axis.Y));
        // A missing side keeps the image's proportions; both missing, it has its own size (SVG 2 section 7.12).
        var width = writtenWidth ?? (writtenHeight ?? image.Height) * image.Width / image.Height;
        var height = writtenHeight ?? (writtenWidth ?? image.Width) * image.Height / image.Width;
        if (!(width > 0 && height > 0)) return [];
        var (alignX, alignY, fit) = ReadAspectRatio(frame.Element);
        var matrix = new ViewBox(0, 0, image.Width, image.Height, alignX, alignY, fit).Fitted(x, y, width, height);
        CheckScale(frame with { ToScene = frame.ToScene * matrix });
        CountNode(frame.Element);
        SceneNode node = image.Pixels is { } pixels
            ? new ImageNode
            {
                Element = _table.Source(frame.Element), Transform = TransformChain.Of(matrix),
                PixelWidth = pixels.Width, PixelHeight = pixels.Height,
                Rgba = pixels.Pixels,
                Smooth = frame.Style.Word("image-rendering") is not ("optimizespeed" or "pixelated" or "crisp-edges"),
            }
            : new GroupNode { Element = _table.Source(frame.Element), Transform = TransformChain.Of(matrix),
                Children = image.Nodes };
        if (image.Pixels is not null && fit != ViewBoxFit.Slice) return [node];
        return [new GroupNode { Clip = Rectangle(x, y, width, height), Children = [node] }];
    }

    private EmbeddedImage? Decode(Frame frame, SourceText href)
    {
        if (_images.TryGetValue(href, out var known)) return known;
        var bytes = DataUri.Decode(href.Value);
        EmbeddedImage? image = null;
        if (bytes is null) _notes.Add("Images outside the file are kept but not drawn ({0}).", frame.Element.Order);
        else if (bytes.AsSpan().StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']))
            image = DecodePng(frame, bytes);
        else if (IsSvg(bytes))
            image = DecodeSvg(frame, bytes);
        else _notes.Add("Images in other formats than PNG and SVG are kept but not drawn ({0}).", frame.Element.Order);
        return _images[href] = image;
    }

    // Packed, or with a root element near its beginning.
    private static bool IsSvg(byte[] bytes) =>
        bytes.AsSpan().StartsWith<byte>([0x1F, 0x8B]) || bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).IndexOf("<svg"u8) >= 0;

    private EmbeddedImage? DecodePng(Frame frame, byte[] bytes)
    {
        // The size stands in the first chunk; memory is spent only after it is known to be acceptable.
        if (bytes.Length >= 24)
            _imagePixels += (long)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(16))
                * BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(20));
        if (_imagePixels > _limits.ImagePixels || _imagePixels < 0)
            throw _document.Error(frame.Element,
                $"The embedded images have more than {_limits.ImagePixels} pixels in all.", "Make them smaller.");
        try
        {
            var pixels = PngReader.Decode(bytes, _document.Name);
            return new EmbeddedImage(pixels.Width, pixels.Height, pixels, []);
        }
        catch (SvgDistillException)
        {
            _notes.Add("Embedded images that are damaged are kept but not drawn ({0}).", frame.Element.Order);
            return null;
        }
    }

    private EmbeddedImage? DecodeSvg(Frame frame, byte[] bytes)
    {
        if (_isEmbedded)
        {
            _notes.Add("Images in other formats than PNG and SVG are kept but not drawn ({0}).", frame.Element.Order);
            return null;
        }
        try
        {
            var builder = Embedded(bytes, _options.Fonts);
            builder._shaper = _shaper;
            var (canvas, nodes) = builder.BuildNodes(frame.Depth);
            _shaper = builder._shaper;
            Count(builder);
            return new EmbeddedImage(canvas.Width, canvas.Height, null, nodes);
        }
        catch (SvgException)
        {
            _notes.Add("Embedded images that are damaged are kept but not drawn ({0}).", frame.Element.Order);
            return null;
        }
    }

    /// <summary>A builder for a document inside this one, which spends of the same limits.</summary>
    private SceneBuilder Embedded(byte[] bytes, FontDatabase fonts) =>
        new(SvgDocument.Parse(bytes, _document.Name, _limits), new SceneOptions { Languages = _options.Languages, Fonts = fonts }, isEmbedded: true)
        {
            _nodes = _nodes, _visits = _visits, _points = _points, _imagePixels = _imagePixels, _characters = _characters,
        };

    /// <summary>Takes over what an embedded document has spent.</summary>
    private void Count(SceneBuilder inner) =>
        (_nodes, _visits, _points, _imagePixels, _characters) =
            (inner._nodes, inner._visits, inner._points, inner._imagePixels, inner._characters);
}
