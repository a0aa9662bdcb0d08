using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Reports;

public class ReportTests
{
    private static readonly byte[] _svg = Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"/>");

    private static ReportRun Run(string method, long seed, double psnr, double seconds = 10, double? iou = null)
    {
        var measures = new MeasureSet();
        measures.Set(Measure.Psnr, psnr);
        if (iou is { } value) measures.Set(Measure.Iou, value);
        measures.SetMissing("no weights were given <--lpips>.", Measure.Lpips);
        return new()
        {
            Method = method, Seed = seed, Command = $"svgdistill edit owl.svg --trg \"a <b> monkey\" --method {method} --seed {seed}",
            Measures = measures, Sha256 = new string('a', 64), Cost = new(seconds, 1_500_000_000, 100, 400, 0),
            Moments = [new(0, _svg, 1, 0), new(50, _svg, .8, .1 * (seed + 1)), new(100, _svg, .6, .2 * (seed + 1))],
        };
    }

    private static CompareReport Report(params ReportRun[] runs) => new()
    {
        Input = "owl & co.svg", SourcePrompt = "an owl", TargetPrompt = "a <b> monkey", Command = "svgdistill compare", Facts = [("model", "icon-prior")],
        Methods = ["sds", "ids", "via-picture"], Seeds = [0, 1], Runs = runs, IdentityLabel = "SSIM", PromptLabel = "denoising gain",
    };

    // The page is written so that it is also well-formed XML but for void elements.
    private static XElement Parse(string html) => XElement.Parse(Regex.Replace(
        html[html.IndexOf("<html", StringComparison.Ordinal)..], "<(meta|img)([^>]*)>", "<$1$2/>").Replace("&nbsp;", " ", StringComparison.Ordinal));

    [Fact]
    public void The_page_is_well_formed_and_asks_for_nothing_from_outside()
    {
        var html = CompareHtml.Write(Report(Run("sds", 0, 20), Run("ids", 0, 25)));
        var page = Parse(html);
        foreach (var attribute in page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href" or "srcset" or "data" or "action"))
            Assert.StartsWith("data:image/", attribute.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("script"));
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.All(page.Descendants("img"), img => Assert.False(string.IsNullOrWhiteSpace((string?)img.Attribute("alt"))));
    }

    [Fact]
    public void Texts_of_the_user_are_escaped()
    {
        var html = CompareHtml.Write(Report(Run("sds", 0, 20)));
        Assert.DoesNotContain("<b> monkey", html, StringComparison.Ordinal);
        Assert.Contains("a &lt;b&gt; monkey", html, StringComparison.Ordinal);
        Assert.Contains("owl &amp; co.svg", html, StringComparison.Ordinal);
        Assert.Contains("Not computed: no weights were given &lt;--lpips&gt;.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_are_mean_and_deviation_and_the_best_of_a_column_is_marked()
    {
        var page = Parse(CompareHtml.Write(Report(Run("sds", 0, 20, seconds: 5), Run("sds", 1, 22, seconds: 7), Run("ids", 0, 25), Run("ids", 1, 25))));
        var table = page.Descendants("table").First(t => t.Element("caption")?.Value == "Prompt and identity");
        var rows = table.Descendants("tbody").Single().Elements("tr").ToDictionary(r => r.Element("th")!.Value, r => r.Elements("td").Single());
        Assert.Equal("21.00 ± 1.41", rows["sds"].Value);
        Assert.Equal("25.00 ★", rows["ids"].Value);
        Assert.Null(rows["sds"].Attribute("class"));
        var cost = page.Descendants("table").First(t => t.Element("caption")?.Value == "Cost");
        Assert.Equal("6.0 ± 1.4 ★", cost.Descendants("tbody").Single().Elements("tr").First().Elements("td").First().Value);
    }

    [Fact]
    public void Where_all_methods_are_alike_none_is_best()
    {
        var html = CompareHtml.Write(Report(Run("sds", 0, 20, iou: .5), Run("ids", 0, 20.001, iou: .5)));
        Assert.DoesNotContain("class=\"best\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_without_a_run_have_no_row_and_failures_are_told()
    {
        var html = CompareHtml.Write(Report(Run("sds", 0, 20)) with { Interrupted = true, Failures = [("via-picture", 1, "the gradient is not finite")] });
        Assert.Contains("1 of 6 runs done", html, StringComparison.Ordinal);
        Assert.Contains("goes on where it stopped", html, StringComparison.Ordinal);
        Assert.Contains("<b>via-picture</b>, seed 1: the gradient is not finite", html, StringComparison.Ordinal);
        var tables = Parse(html).Descendants("table").Where(t => t.Element("caption") is not null).ToArray();
        Assert.NotEmpty(tables);
        Assert.All(tables, t => Assert.Equal(["sds"], t.Descendants("tbody").Single().Elements("tr").Select(r => r.Element("th")!.Value)));
    }

    [Fact]
    public void Results_stand_side_by_side_a_row_a_method_and_a_column_a_seed()
    {
        var results = Parse(CompareHtml.Write(Report(Run("sds", 0, 20), Run("ids", 1, 20)))).Descendants("table").First();
        Assert.Equal(["method", "seed 0", "seed 1"], results.Descendants("thead").Single().Descendants("th").Select(h => h.Value));
        var rows = results.Descendants("tbody").Single().Elements("tr").ToArray();
        Assert.Equal(["source", "sds", "ids", "via-picture"], rows.Select(r => r.Element("th")!.Value));
        Assert.Equal([1, 1, 1, 0], rows.Select(r => r.Descendants("img").Count()));
        Assert.Empty(rows[2].Elements("td").First().Elements("img"));
    }

    [Fact]
    public void A_report_without_runs_is_a_page_too() => Assert.Contains("0 of 6 runs done", Parse(CompareHtml.Write(Report())).Value, StringComparison.Ordinal);

    [Fact]
    public void Curves_are_the_means_of_the_seeds()
    {
        var page = Parse(CompareHtml.Write(Report(Run("sds", 0, 20), Run("sds", 1, 20))));
        var label = page.Descendants("svg").First(s => (string?)s.Attribute("role") == "img").Attribute("aria-label")!.Value;
        Assert.Equal("Identity against prompt. sds from (0, 1) to (0.3, 0.6)", label);
    }

    [Fact]
    public void Charts_put_points_where_their_axes_say()
    {
        // Values 0..10 give ticks of 2: the middle of the plot is 5.
        var chart = XElement.Parse(new LineChart("t", "x", "y", [new("line", 0, [(0, 0), (5, 5), (10, 10)])]).ToSvg());
        var axes = chart.Elements("g").First(g => (string?)g.Attribute("class") == "axis");
        Assert.Equal(["0", "2", "4", "6", "8", "10"], axes.Elements("text").Take(6).Select(t => t.Value));
        var numbers = Regex.Matches((string)chart.Elements("g").Last().Element("path")!.Attribute("d")!, @"[\d.]+")
            .Select(m => double.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal((numbers[0] + numbers[4]) / 2, numbers[2], .06);
        Assert.Equal((numbers[1] + numbers[5]) / 2, numbers[3], .06);
        Assert.True(numbers[5] < numbers[1]);
    }

    [Fact]
    public void A_chart_of_equal_or_infinite_values_is_drawn()
    {
        XElement.Parse(new LineChart("t", "x", "y", [new("one", 3, [(2, 7)]), new("two", 20, [(2, double.PositiveInfinity)])]).ToSvg());
        XElement.Parse(new LineChart("t", "x", "y", []).ToSvg());
    }

    [Fact]
    public void Csv_has_a_line_a_run_and_empty_cells_for_what_is_missing()
    {
        var lines = ResultsCsv.Write(Report(Run("ids", 1, double.PositiveInfinity), Run("sds", 0, 20.5))).Split("\r\n");
        Assert.Equal(4, lines.Length); // header, two runs, the end
        var header = lines[0].Split(',');
        var sds = lines[1].Split(',');
        Assert.Equal("sds", sds[Array.IndexOf(header, "method")]);
        Assert.Equal("20.5", sds[Array.IndexOf(header, "psnr")]);
        Assert.Equal("", sds[Array.IndexOf(header, "lpips")]);
        Assert.Equal("inf", lines[2].Split(',')[Array.IndexOf(header, "psnr")]);
        Assert.EndsWith(",\"svgdistill edit owl.svg --trg \"\"a <b> monkey\"\" --method sds --seed 0\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_has_no_formulas_and_numbers_stay_numbers() =>
        Assert.Equal("\"'=HYPERLINK(\"\"x\"\")\",-1.5,\"'-a\",a=b\r\n", Csv.Line(["=HYPERLINK(\"x\")", -1.5, "-a", "a=b"]));

    /// <summary>A file without a size may be one unit wide: arrows have digits enough all the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2000)]
    public void Arrows_are_as_fine_on_any_canvas(double side)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}'><rect width='{side}' height='{side}'/></svg>")), "a.svg")).Scene;
        var arrows = MovedPoints.Arrows(scene, [(new(.1 * side, .2 * side), new(.1 * side, .26789 * side))]);
        Assert.Contains("viewBox=\"0 0 1000 1000\"", arrows, StringComparison.Ordinal);
        Assert.Contains("M100 200L100 267.89M", arrows, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_a_prompt_are_blanks() => Assert.Equal("an owl &amp;\n", Html.Text("an\u000bowl &\n"));

    [Fact]
    public void Spread_is_the_sample_deviation_and_none_of_a_single_figure()
    {
        Assert.Equal(new Spread(3, 2, 3), Spread.Of([1, 3, 5]));
        Assert.Equal(new Spread(4, null, 1), Spread.Of([4]));
        Assert.Equal(new Spread(double.PositiveInfinity, null, 2), Spread.Of([4, double.PositiveInfinity]));
    }

    [Fact]
    public void Measures_survive_their_json()
    {
        var set = Run("sds", 0, double.PositiveInfinity, iou: .25).Measures;
        var read = MeasureSet.FromJson(System.Text.Json.Nodes.JsonNode.Parse(set.ToJson().ToJsonString()));
        Assert.Equal(double.PositiveInfinity, read[Measure.Psnr]);
        Assert.Equal(.25, read[Measure.Iou]);
        Assert.Null(read[Measure.Lpips]);
        Assert.Equal("no weights were given <--lpips>.", read.Missing[Measure.Lpips]);
        Assert.Equal(Measure.All.Count, Measure.All.Select(m => m.Key).Distinct().Count());
    }
}
