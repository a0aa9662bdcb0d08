using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SvgDistill.Distill.Reports;
using Xunit;

namespace SvgDistill.Distill.Tests.Reports;

public partial class VariantsReportTests
{
    private static readonly byte[] _svg = Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>");

    [Fact]
    public void With_several_strengths_the_sheet_has_a_row_a_seed_and_a_column_a_strength()
    {
        var sheet = VariantsSheet.Of(Report([.5, 1], [3, 4], ["a fox"]));
        Assert.Equal(["source", "strength 0.5", "strength 1"], sheet.Columns);
        Assert.Equal(["a fox\nseed 3", "a fox\nseed 4"], sheet.Rows);
        Assert.Equal(2 + 4, sheet.Cells.Count);
    }

    [Fact]
    public void With_one_strength_it_has_a_row_a_prompt_and_a_column_a_seed()
    {
        var sheet = VariantsSheet.Of(Report([1], [3, 4, 5], ["a fox", "a wolf"]));
        Assert.Equal(["source", "seed 3", "seed 4", "seed 5"], sheet.Columns);
        Assert.Equal(["a fox", "a wolf"], sheet.Rows);
    }

    [Fact]
    public void The_sheet_is_an_svg_that_names_nothing_outside_itself()
    {
        var root = XDocument.Parse(VariantsSheet.Of(Report([1], [0, 1], ["a <fox> & \"cub\""])).ToSvg()).Root!;
        var images = root.Descendants(root.Name.Namespace + "image").ToArray();
        Assert.Equal(3, images.Length);
        Assert.All(images, i => Assert.StartsWith("data:", (string)i.Attribute("href")!));
        Assert.Contains(root.Descendants(root.Name.Namespace + "text"), t => t.Value == "a <fox> & \"cub\"");
    }

    [Fact]
    public void The_pages_policy_admits_its_own_script_and_nothing_else()
    {
        var page = VariantsHtml.Write(Report([1], [0], ["</script><script>alert(1)</script>"]));
        var script = Script().Match(page).Groups[1].Value;
        Assert.Contains($"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'\">", page);
        Assert.Single(Script().Matches(page));
        Assert.DoesNotContain("alert(1)</script>", page);
    }

    [Fact]
    public void The_table_has_a_line_a_candidate_with_an_empty_rank_for_those_left_out()
    {
        var lines = VariantsCsv.Write(Report([.5, 1], [0], ["a fox"])).TrimEnd().Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("1,a fox,0,0.5,", lines[1]);
        Assert.StartsWith(",a fox,0,1,", lines[2]);
    }

    private static VariantsReport Report(double[] strengths, long[] seeds, string[] prompts) => new()
    {
        Input = "owl.svg", SourcePrompt = "an owl", Source = _svg, Background = "#ffffff", Wanted = 1, Command = "svgdistill variants owl.svg", Facts = [],
        Prompts = prompts, Strengths = strengths, Seeds = seeds,
        Variants = [.. prompts.SelectMany(p => seeds.SelectMany(s => strengths.Select(x => (p, s, x)))).Select((v, i) => new ReportVariant
        {
            Prompt = v.p, Seed = v.s, Strength = v.x, Picture = _svg, File = $"runs/{i}.svg", Sha256 = "00", PromptGain = .01, Identity = .9, Score = .5,
            Rank = i == 0 ? 1 : null, EditCommand = "svgdistill edit owl.svg",
        })],
    };

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
