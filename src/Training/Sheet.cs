using SvgDistill.Rasterizer.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training;

/// <summary>Pictures of one size in rows, as one picture for people to look at.</summary>
internal sealed class Sheet(int side)
{
    private const int Gap = 4;

    private readonly List<List<RgbaImage>> _rows = [];

    /// <summary>Adds a row of pictures [N,3,side,side] in 0..1.</summary>
    public void Add(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var values = pictures.to(ScalarType.Float32).clamp(0, 1).cpu().contiguous().data<float>().ToArray();
        var size = 3 * side * side;
        _rows.Add([.. Enumerable.Range(0, values.Length / size).Select(i => RgbaImage.FromOpaque(values.AsSpan(i * size, size), side, side))]);
    }

    /// <summary>The PNG's bytes, on grey.</summary>
    public byte[] ToPng()
    {
        var step = side + Gap;
        var sheet = new RgbaImage(_rows.Max(r => r.Count) * step + Gap, _rows.Count * step + Gap);
        sheet.Pixels.AsSpan().Fill(0xCC);
        for (var i = 3; i < sheet.Pixels.Length; i += 4) sheet.Pixels[i] = 0xFF;
        for (var y = 0; y < _rows.Count; y++)
            for (var x = 0; x < _rows[y].Count; x++)
                for (var line = 0; line < side; line++)
                    _rows[y][x].Pixels.AsSpan(4 * side * line, 4 * side)
                        .CopyTo(sheet.Pixels.AsSpan(4 * ((y * step + Gap + line) * sheet.Width + x * step + Gap)));
        return PngWriter.Encode(sheet);
    }
}
