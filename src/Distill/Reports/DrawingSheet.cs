using System.Globalization;
using System.Text;

namespace SvgDistill.Distill.Reports;

/// <summary>Drawings side by side as one picture, each with a line below it.</summary>
/// <param name="title">What they are.</param>
/// <param name="cells">Each an SVG or PNG file's bytes, and its line.</param>
public sealed class DrawingSheet(string title, IReadOnlyList<(ReadOnlyMemory<byte> Picture, string Line)> cells)
{
    /// <summary>A picture's side.</summary>
    public const int Side = 160;

    private const int MostColumns = 4, Gap = 12, LineHeight = 22;

    private int Columns => Math.Clamp(cells.Count, 1, MostColumns);

    /// <summary>The sheet's width.</summary>
    public int Width => Gap + Columns * (Side + Gap);

    /// <summary>The sheet's height.</summary>
    public int Height => Gap + (cells.Count + Columns - 1) / Columns * (Side + LineHeight + Gap);

    /// <summary>The sheet as an SVG file. Every drawing is a picture in it, so that ids of different drawings do not meet.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="sans-serif" font-size="13" fill="#1b1b1b">""");
        svg.Append($"\n<title>{Html.Text(title)}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        for (var i = 0; i < cells.Count; i++)
        {
            var (x, y) = (Gap + i % Columns * (Side + Gap), Gap + i / Columns * (Side + LineHeight + Gap));
            svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{x}\" y=\"{y}\" width=\"{Side}\" height=\"{Side}\" href=\"{Html.DataUri(cells[i].Picture.Span)}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + Side / 2}\" y=\"{y + Side + 16}\" text-anchor=\"middle\">{Html.Text(cells[i].Line)}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }
}
