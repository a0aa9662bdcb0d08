using System.Collections.Immutable;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Text.Fonts;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Imaging;

/// <summary>
/// A picture as a model sees it: a picture scaled into the model's square, centred, the rest background; or a drawing rendered there as for
/// an edit. Results are cut back to the picture's own shape.
/// </summary>
internal sealed class PictureFrame
{
    private readonly (int X, int Y, int Width, int Height) _inside;
    private readonly (int Width, int Height)? _pixels;
    private readonly double _margin;
    private readonly SceneOptions _reading;
    private readonly Scene? _scene;
    private readonly float[] _values;

    /// <summary>Places a picture or a drawing.</summary>
    /// <param name="input">The file.</param>
    /// <param name="side">The model's square, in pixels.</param>
    /// <param name="margin">What a drawing leaves free on each edge, as a fraction of the side.</param>
    /// <param name="background">A CSS colour.</param>
    /// <param name="reading">How drawings are read: fonts, and the folder whose files they may name.</param>
    public PictureFrame(PictureInput input, int side, double margin, string background, SceneOptions reading)
    {
        (Side, _margin, _reading) = (side, margin, reading);
        var (r, g, b) = Backgrounds.Color(background);
        Bytes = input.Bytes;
        if (input.Image is not { } image)
        {
            var document = input.Document!;
            Title = document.Title;
            var svg = SvgSceneReader.Read(document, _reading);
            (_scene, Fonts) = (svg.Scene, svg.Fonts);
            _inside = (0, 0, side, side);
            _values = Pictures.Draw(_scene, _scene.InitialValues(), side, side, _scene.ToSquare(side, margin), Backgrounds.None, out var notes).ToOpaque([r, g, b]);
            Notes = notes;
            return;
        }
        _pixels = input.Size;
        var scale = (double)side / Math.Max(image.Width, image.Height);
        var (width, height) = (Scaled(image.Width), Scaled(image.Height));
        _inside = ((side - width) / 2, (side - height) / 2, width, height);
        var square = new float[3 * side * side];
        ReadOnlySpan<float> behind = [r, g, b];
        for (var i = 0; i < square.Length; i++) square[i] = behind[i / (side * side)];
        Put(Resized(image.ToOpaque(behind), 3, image.Width, image.Height), 3, square);
        _values = square;

        int Scaled(int length) => Math.Max(1, (int)Math.Round(length * scale));
    }

    /// <summary>The font files that a drawing's text is drawn with.</summary>
    public ImmutableArray<FontFile> Fonts { get; } = [];
    /// <summary>The square's side, pixels.</summary>
    public int Side { get; }

    /// <summary>The file's bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>A drawing's title, or null.</summary>
    public string? Title { get; }

    /// <summary>What was left out of a drawing's picture.</summary>
    public IReadOnlyList<string> Notes { get; } = [];

    /// <summary>Where the picture lies in the square, pixels.</summary>
    public (double X, double Y, double Width, double Height) Box => (_inside.X, _inside.Y, _inside.Width, _inside.Height);

    /// <summary>The picture, [1,3,S,S], 0..1, fresh.</summary>
    public Tensor ToTensor() => tensor(_values, [1, 3, Side, Side]);

    /// <summary>A picture of the square, [1,3,S,S], 0..1, without the background beside the picture.</summary>
    public RgbaImage Cut(Tensor square)
    {
        using var scope = NewDisposeScope();
        var (x, y, width, height) = _inside;
        var inside = square.detach().to(ScalarType.Float32).cpu().narrow(2, y, height).narrow(3, x, width).contiguous();
        return RgbaImage.FromOpaque(inside.data<float>().ToArray(), width, height);
    }

    /// <summary>
    /// A mask in the square, [1,1,S,S]: 1 where another of the picture's own size is white, or where an element of an SVG lies
    /// (<c>#id</c> of the drawing that is edited, or <c>FILE.svg#id</c>).
    /// </summary>
    /// <exception cref="EditorException">There is no such mask, it is empty, or of another size.</exception>
    public Tensor Mask(string mask)
    {
        var square = new float[Side * Side];
        if (mask.IndexOf('#') is var hash && hash >= 0) DrawElement(mask[..hash], mask[(hash + 1)..], square);
        else ReadMask(mask, square);
        if (!square.AsSpan().ContainsAnyExceptInRange(float.MinValue, 0)) throw Bad(mask, mask.Contains('#', StringComparison.Ordinal)
            ? "the element has neither fill nor stroke inside the picture." : "the mask is empty: nothing in it is white.");
        return tensor(square, [1, 1, Side, Side]);
    }

    private void ReadMask(string path, float[] square)
    {
        var input = PictureInput.Read(path);
        if (input.Image is not { } image) throw Bad(path, $"a mask is a picture, or one element of a drawing: {path}#ID.");
        if (_pixels is { } size ? size != input.Size : input.Size.Width != input.Size.Height)
            throw Bad(path, $"the mask is {input.Size.Width} x {input.Size.Height}; " + (_pixels is { } wanted
                ? $"it must have the picture's own size, {wanted.Width} x {wanted.Height}." : "for a drawing it must be square, as the model's picture is."));
        var (opaque, count) = (image.ToOpaque([0, 0, 0]), image.Width * image.Height);
        var light = new float[count];
        for (var i = 0; i < count; i++) light[i] = (opaque[i] + opaque[count + i] + opaque[2 * count + i]) / 3;
        Put(Resized(light, 1, image.Width, image.Height), 1, square);
    }

    private void DrawElement(string file, string id, float[] square)
    {
        if (file.Length == 0 && _scene is null)
            throw EditorException.Usage($"'#{id}' is an element of a drawing, and the input is a picture: write FILE.svg#{id}, or give an SVG as the input.");
        var scene = file.Length == 0 ? _scene! : SvgSceneReader.Read(InputFile.Load(file), _reading).Scene;
        var part = ScenePart.OfElement(scene, id)
            ?? throw new EditorException(EditorErrorKind.Input, $"{(file.Length == 0 ? "the drawing" : file)}: it draws nothing with the id '{id}'.");
        var (x, y, width, height) = _inside;
        var place = _scene is not null ? scene.ToSquare(Side, _margin)
            : new ViewBox(0, 0, scene.Width, scene.Height, .5, .5, ViewBoxFit.Meet).Fitted(x, y, width, height);
        new SceneRasterizer(part, Side, Side, place).Forward(part.InitialValues(), keep: false).Plane(3).CopyTo(square);
    }

    /// <summary>Planes at their size inside the square: means of what falls into a pixel, or cubics between pixels.</summary>
    private float[] Resized(float[] planes, int channels, int width, int height)
    {
        if ((width, height) == (_inside.Width, _inside.Height)) return planes;
        using var scope = NewDisposeScope();
        var smaller = width > _inside.Width || height > _inside.Height;
        var resized = nn.functional.interpolate(tensor(planes, [1, channels, height, width]), [_inside.Height, _inside.Width],
            mode: smaller ? InterpolationMode.Area : InterpolationMode.Bicubic, align_corners: smaller ? null : false);
        return resized.clamp(0, 1).data<float>().ToArray();
    }

    private void Put(float[] inside, int channels, float[] square)
    {
        var (x, y, width, height) = _inside;
        for (var row = 0; row < channels * height; row++)
            inside.AsSpan(row * width, width).CopyTo(square.AsSpan((row / height * Side + y + row % height) * Side + x));
    }

    private static EditorException Bad(string path, string why) => new(EditorErrorKind.Input, $"{path}: {why}");
}
