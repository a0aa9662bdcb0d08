using System.Globalization;
using System.Net;
using System.Text;

namespace SvgDistill.Distill.Reports;

/// <summary>A line of a chart: points in the order in which they are joined.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Style">Which colour, mark and dash it has; the same number looks the same in all charts.</param>
/// <param name="Points">Its points.</param>
public sealed record ChartLine(string Name, int Style, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A small line chart as inline SVG: axes with round numbers and a mark at each point.</summary>
/// <param name="Title">What it shows, for those who cannot see it.</param>
/// <param name="XLabel">What goes to the right.</param>
/// <param name="YLabel">What goes up.</param>
/// <param name="Lines">The lines.</param>
public sealed record LineChart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Whether each point has a mark; many of them hide the line.</summary>
    public bool HasMarks { get; init; } = true;

    private const int Width = 460, Height = 320, Left = 62, Right = 26, Top = 12, Bottom = 46;

    // Okabe and Ito's colours, told apart in all common forms of colour blindness; yellow, which is faint on white, left out.
    private static readonly string[] _colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
    private static readonly string[] _dashes = ["none", "6 3", "2 3"];

    /// <summary>A line's sample for legends.</summary>
    public static string Sample(int style) =>
        $"""<svg class="sample" width="34" height="12" aria-hidden="true"><path d="M1 6H33" {Stroke(style)}/>{Mark(style, 17, 6)}</svg>""";

    /// <summary>The chart as an SVG element for a page.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.Append($"""<svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{Escape(Describe())}">""");
        var all = Lines.SelectMany(l => l.Points).Where(IsFinite).ToArray();
        if (all.Length > 0)
        {
            var x = Axis.Covering([.. all.Select(p => p.X)], Left, Width - Right);
            var y = Axis.Covering([.. all.Select(p => p.Y)], Height - Bottom, Top);
            DrawAxes(svg, x, y);
            foreach (var line in Lines) DrawLine(svg, line, x, y);
        }
        return svg.Append("</svg>").ToString();
    }

    private void DrawAxes(StringBuilder svg, Axis x, Axis y)
    {
        svg.Append("""<g class="axis">""");
        foreach (var tick in x.Ticks)
            svg.Append(Inv($"""<path d="M{x.At(tick):0.#} {Top}V{Height - Bottom}"/>"""))
                .Append(Inv($"""<text x="{x.At(tick):0.#}" y="{Height - Bottom + 16}" text-anchor="middle">{x.Label(tick)}</text>"""));
        foreach (var tick in y.Ticks)
            svg.Append(Inv($"""<path d="M{Left} {y.At(tick):0.#}H{Width - Right}"/>"""))
                .Append(Inv($"""<text x="{Left - 6}" y="{y.At(tick) + 4:0.#}" text-anchor="end">{y.Label(tick)}</text>"""));
        svg.Append($"""<text x="{(Left + Width - Right) / 2}" y="{Height - 8}" text-anchor="middle">{Escape(XLabel)}</text>""");
        svg.Append($"""<text transform="translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle">{Escape(YLabel)}</text></g>""");
    }

    private void DrawLine(StringBuilder svg, ChartLine line, Axis x, Axis y)
    {
        var points = line.Points.Where(IsFinite).Select(p => (X: x.At(p.X), Y: y.At(p.Y))).ToArray();
        if (points.Length == 0) return;
        var path = string.Join('L', points.Select(p => Inv($"{p.X:0.#} {p.Y:0.#}")));
        svg.Append($"""<g><title>{Escape(line.Name)}</title><path d="M{path}" {Stroke(line.Style)}/>""");
        foreach (var p in HasMarks ? points : []) svg.Append(Mark(line.Style, p.X, p.Y));
        svg.Append("</g>");
    }

    private static bool IsFinite((double X, double Y) p) => double.IsFinite(p.X) && double.IsFinite(p.Y);

    private static string Stroke(int style) =>
        $"fill=\"none\" stroke=\"{_colors[style % _colors.Length]}\" stroke-width=\"2\" " +
        $"stroke-dasharray=\"{_dashes[style / _colors.Length % _dashes.Length]}\"";

    // A second sign besides the colour: disc, square, diamond, triangle.
    private static string Mark(int style, double x, double y)
    {
        var shape = (style % 4) switch
        {
            0 => "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0",
            1 => "m-3-3h6v6h-6z",
            2 => "m0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5z",
            _ => "m0-4.2l4 7h-8z",
        };
        return Inv($"""<path d="M{x:0.#} {y:0.#}{shape}" fill="{_colors[style % _colors.Length]}"/>""");
    }

    private string Describe() => Title + ". " + string.Join("; ", Lines.Where(l => l.Points.Count > 0).Select(l =>
        Inv($"{l.Name} from ({l.Points[0].X:0.###}, {l.Points[0].Y:0.###}) to ({l.Points[^1].X:0.###}, {l.Points[^1].Y:0.###})")));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>An axis from one round number to another.</summary>
    private sealed record Axis(double From, double To, double Step, double FromPixel, double ToPixel)
    {
        public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((To - From) / Step) + 1).Select(i => From + i * Step);

        public double At(double value) => FromPixel + (value - From) / (To - From) * (ToPixel - FromPixel);

        public string Label(double tick) => (Math.Abs(tick) < Step / 2 ? 0 : tick)
            .ToString("F" + Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 9), CultureInfo.InvariantCulture);

        /// <summary>Steps of 1, 2 or 5 times a power of ten, about five of them.</summary>
        public static Axis Covering(double[] values, double fromPixel, double toPixel)
        {
            var (least, most) = (values.Min(), values.Max());
            if (most - least < 1e-9 * Math.Max(1, Math.Abs(most))) (least, most) = (least - .5, most + .5);
            var rough = (most - least) / 5;
            var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
            return new(Math.Floor(least / step + 1e-9) * step, Math.Ceiling(most / step - 1e-9) * step, step, fromPixel, toPixel);
        }
    }
}
