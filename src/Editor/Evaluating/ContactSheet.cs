using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Editor.Evaluating;

/// <summary>All pictures of an evaluation in one: a line a pair, its source, what was wanted, then each row's.</summary>
internal sealed class ContactSheet(EvaluateTools tools)
{
    private const int Side = 128;
    // 26 thousand pixels high: what viewers still open.
    private const int MostLines = 200;

    private readonly List<RgbaImage?[]> _lines = [];

    /// <summary>Adds a pair's drawings, null where there is none; those beyond what a picture holds are left to the page.</summary>
    public void Add(string background, IEnumerable<(byte[]? File, string Name)> drawings)
    {
        if (_lines.Count < MostLines) _lines.Add([.. drawings.Select(d => d.File is null ? null : Draw(d.File, d.Name, background))]);
    }

    /// <summary>The picture; null where there is none.</summary>
    public byte[]? ToPng()
    {
        if (_lines.Count == 0) return null;
        var sheet = new RgbaImage(Side * _lines.Max(l => l.Length), Side * _lines.Count);
        sheet.Pixels.AsSpan().Fill(255);
        for (var y = 0; y < _lines.Count; y++)
            for (var x = 0; x < _lines[y].Length; x++)
                for (var row = 0; row < Side && _lines[y][x] is { } cell; row++)
                    cell.Pixels.AsSpan(4 * Side * row, 4 * Side).CopyTo(sheet.Pixels.AsSpan(4 * ((y * Side + row) * sheet.Width + x * Side)));
        return PngWriter.Encode(sheet);
    }

    private RgbaImage Draw(byte[] file, string name, string background)
    {
        var scene = tools.Read(file, name).Scene;
        return Pictures.Draw(scene, scene.InitialValues(), Side, Side, scene.ToSquare(Side, MeasuredDrawing.Margin), background, out _);
    }
}
