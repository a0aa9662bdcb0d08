using System.Collections.Immutable;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>Images: pictures and SVG in the file, and beside it where that is allowed, are drawn and frozen; all else is kept and left out.</summary>
internal sealed partial class SceneBuilder
{
    /// <summary>A decoded image in its own space: pixels, or a picture's units.</summary>
    private sealed record EmbeddedImage(double Width, double Height, RgbaImage? Pixels, ImmutableArray<SceneNode> Nodes)
    {
        /// <summary>How many parts it has, and how many points, which every place draws again.</summary>
        public int Parts { get; init; }
        public int Points { get; init; }
    }

    // Each level grows by a third in base64; designers nest one picture in another, not more.
    private const int MostEmbeddings = 4;

    private const string OutsideNote = "Images outside the file are kept but not drawn; --resources DIR draws those below DIR ({0}).";
    private const string DamagedNote = "Images that are damaged are kept but not drawn ({0}).";

    private readonly Dictionary<(SourceText Href, bool Upright), EmbeddedImage?> _images = [];
    private readonly ResourceFolder? _resources;
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
        _nodes += image.Parts;
        CountNode(frame.Element);
        CountPoints(image.Points, frame.Element);
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
        // Turned or not is the element's own choice; what an address holds is the same for all that have it.
        var upright = frame.Style.Word("image-orientation") != "none";
        if (_images.TryGetValue((href, upright), out var known)) return known;
        var isData = DataUri.Is(href.Value);
        EmbeddedImage? image = null;
        if (!isData && _resources is null) _notes.Add(OutsideNote, frame.Element.Order);
        else if ((isData ? DataUri.Decode(href.Value) : _resources!.Read(href.Value)) is not { } bytes)
            _notes.Add(isData ? DamagedNote : "Images that lead out of the folder of --resources or cannot be read are kept but not drawn ({0}).",
                frame.Element.Order);
        else if (PictureFile.FormatOf(bytes) is not null) image = DecodePicture(frame, bytes, upright);
        else if (IsSvg(bytes)) image = DecodeSvg(frame, bytes);
        else _notes.Add("Images in other formats than PNG, JPEG, WebP, GIF, BMP and SVG are kept but not drawn ({0}).", frame.Element.Order);
        return _images[(href, upright)] = image;
    }

    // Packed, or with a root element near its beginning.
    private static bool IsSvg(byte[] bytes) =>
        bytes.AsSpan().StartsWith<byte>([0x1F, 0x8B]) || bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).IndexOf("<svg"u8) >= 0;

    private EmbeddedImage? DecodePicture(Frame frame, byte[] bytes, bool upright)
    {
        try
        {
            using var file = PictureFile.Open(bytes);
            _imagePixels += (long)file.StoredWidth * file.StoredHeight;
            if (_imagePixels > _limits.ImagePixels)
                throw _document.Error(frame.Element, $"The images have more than {_limits.ImagePixels} pixels in all.", "Make them smaller.");
            var pixels = file.Decode(upright);
            return new EmbeddedImage(pixels.Width, pixels.Height, pixels, []);
        }
        catch (PictureSizeException error)
        {
            throw _document.Error(frame.Element, $"The image cannot be drawn: {error.Message}", "Make it smaller.");
        }
        catch (FormatException)
        {
            _notes.Add(DamagedNote, frame.Element.Order);
            return null;
        }
    }

    private const int MostFaults = 16;

    // Characters of the SVG images so far, and what was wrong with those that could not be read.
    private long _embeddedText;
    private readonly HashSet<string> _faults = [];

    private EmbeddedImage? DecodeSvg(Frame frame, byte[] bytes)
    {
        if (_embedding == MostEmbeddings)
        {
            _notes.Add("SVG images nested more than four deep are kept but not drawn ({0}).", frame.Element.Order);
            return null;
        }
        if (_embeddedText > _limits.Bytes)
            throw _document.Error(frame.Element, $"The SVG images have more than {_limits.Bytes} bytes in all.", "Embed fewer, or smaller ones.");
        try
        {
            var builder = Embedded(bytes, _options.Fonts);
            builder._embeddedText = _embeddedText + builder._document.Text.Length;
            builder._shaper = _shaper;
            builder.NoteDocument();
            var (canvas, nodes) = builder.BuildNodes(frame.Depth);
            (_shaper, _embeddedText) = (builder._shaper, builder._embeddedText);
            var (parts, points) = (builder._nodes - _nodes, builder._points - _points);
            (builder._nodes, builder._points) = (_nodes, _points); // counted where it is placed
            Count(builder);
            _notes.AddAll(builder._notes, frame.Element.Order);
            return new EmbeddedImage(canvas.Width, canvas.Height, null, nodes) { Parts = parts, Points = points };
        }
        catch (SvgException error)
        {
            // A limit is named; a list that is longer tells nobody more.
            var note = _faults.Count < MostFaults || _faults.Contains(error.Problem)
                ? $"SVG images that cannot be read are kept but not drawn: {Notes.Plain(error.Problem.TrimEnd('.'))} ({{0}})."
                : DamagedNote;
            _faults.Add(error.Problem);
            _notes.Add(note, frame.Element.Order);
            return null;
        }
    }

    /// <summary>A builder for a document inside this one, which spends of the same limits.</summary>
    private SceneBuilder Embedded(byte[] bytes, FontDatabase fonts) =>
        new(SvgDocument.Parse(bytes, _document.Name, _limits), new SceneOptions { Languages = _options.Languages, Fonts = fonts }, _embedding + 1)
        {
            _nodes = _nodes, _visits = _visits, _points = _points, _imagePixels = _imagePixels, _characters = _characters,
        };

    /// <summary>Takes over what an embedded document has spent.</summary>
    private void Count(SceneBuilder inner) =>
        (_nodes, _visits, _points, _imagePixels, _characters) =
            (inner._nodes, inner._visits, inner._points, inner._imagePixels, inner._characters);
}
