using System.Globalization;
using System.Text;

namespace SvgDistill.Distill.Reports;

/// <summary>A cell of the contact sheet.</summary>
/// <param name="Column">Its column, from 0.</param>
/// <param name="Row">Its row, from 0.</param>
/// <param name="Picture">An SVG or PNG file's bytes.</param>
/// <param name="Rank">Its place among the kept; null for the source and those that were not kept.</param>
public readonly record struct SheetCell(int Column, int Row, ReadOnlyMemory<byte> Picture, int? Rank);

/// <summary>
/// Variants as one picture with two axes: a row for each prompt and seed; the source and then a column for each strength. With one strength: a row for each
/// prompt, a column for each seed.
/// </summary>
public sealed class VariantsSheet
{
    /// <summary>A cell's side, its label included, and the room at the left and top for the axes' words.</summary>
    public const int Side = 160, Left = 150, Top = 28;

    private readonly VariantsReport _report;

    private VariantsSheet(VariantsReport report, IReadOnlyList<string> columns, IReadOnlyList<string> rows, IReadOnlyList<SheetCell> cells) =>
        (_report, Columns, Rows, Cells) = (report, columns, rows, cells);

    /// <summary>What the columns are, from the left; the first is the source.</summary>
    public IReadOnlyList<string> Columns { get; }
    /// <summary>What the rows are, from the top.</summary>
    public IReadOnlyList<string> Rows { get; }
    /// <summary>The pictures that there are.</summary>
    public IReadOnlyList<SheetCell> Cells { get; }
    /// <summary>The sheet's width.</summary>
    public int Width => Left + Side * Columns.Count;
    /// <summary>The sheet's height.</summary>
    public int Height => Top + Side * Rows.Count;

    /// <summary>Lays a report out.</summary>
    public static VariantsSheet Of(VariantsReport report)
    {
        var bySeed = report.Strengths.Count == 1;
        List<string> columns = ["source", .. bySeed ? report.Seeds.Select(s => Words("seed", s)) : report.Strengths.Select(s => Words("strength", s))];
        var rows = new List<string>();
        var cells = new List<SheetCell>();
        foreach (var prompt in report.Prompts)
            foreach (var seed in bySeed ? [report.Seeds[0]] : report.Seeds)
            {
                cells.Add(new(0, rows.Count, report.Source, null));
                for (var i = 1; i < columns.Count; i++)
                    if ((bySeed ? report.At(prompt, report.Seeds[i - 1], report.Strengths[0]) : report.At(prompt, seed, report.Strengths[i - 1])) is { } variant)
                        cells.Add(new(i, rows.Count, variant.Picture, variant.Rank));
                rows.Add(bySeed ? prompt : $"{prompt}\n{Words("seed", seed)}");
            }
        return new(report, columns, rows, cells);
    }

    /// <summary>The left edge of a cell's picture, its upper edge and its side.</summary>
    public static (int X, int Y, int Side) Place(SheetCell cell) => (Left + Side * cell.Column + 6, Top + Side * cell.Row + 6, Side - 12);

    /// <summary>The sheet as an SVG file. Every drawing is a picture in it, so that ids of different drawings do not meet.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="sans-serif" font-size="13" fill="#1b1b1b">""");
        svg.Append($"\n<title>{Html.Text($"{_report.Input}: variants")}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        for (var i = 0; i < Columns.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + Side * i + Side / 2}\" y=\"19\" text-anchor=\"middle\">{Html.Text(Columns[i])}</text>\n");
        for (var i = 0; i < Rows.Count; i++)
        {
            var lines = Rows[i].Split('\n');
            for (var line = 0; line < lines.Length; line++)
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"{Top + Side * i + Side / 2 + 18 * line}\">{Html.Text(Cut(lines[line]))}</text>\n");
        }
        foreach (var cell in Cells)
        {
            var (x, y, side) = Place(cell);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" fill=\"{Html.Text(_report.Background)}\" stroke=\"{(cell.Rank is null ? "#ddd" : "#2f7d32")}\" stroke-width=\"{(cell.Rank is null ? 1 : 3)}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" href=\"{Html.DataUri(cell.Picture.Span)}\"/>");
            if (cell.Rank is { } rank) svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 7}\" y=\"{y + 18}\" fill=\"#2f7d32\" font-weight=\"700\">{rank}</text>");
            svg.Append('\n');
        }
        return svg.Append("</svg>\n").ToString();
    }

    // What the column at the left has room for.
    private static string Cut(string text) => text.Length <= 19 ? text : text[..18] + "…";

    private static string Words(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.##}");
}
