using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Finishing;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Tests.Support;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Distill.Tests.Finishing;

public class FinisherTests
{
    // A house of curves whose top gets a loop; only its handles move.
    private const string Arch = "<path d='M50 60C55 48 65 48 70 60V100H50Z'/>", Looped = "<path d='M50 60C78 46 42 46 70 60V100H50Z'/>";

    private const string Face = "<path d='M64 16C92 16 112 38 112 64C112 92 92 112 64 112C36 112 16 92 16 64C16 38 36 16 64 16Z' fill='#fc0'/>" +
        "<path d='M40 70C48 88 80 88 88 70C80 80 48 80 40 70Z' fill='#500'/><circle cx='46' cy='50' r='7' fill='#222'/><circle cx='82' cy='50' r='7' fill='#222'/>" +
        "<path d='M60 52L68 52L70 66L64 70L58 66Z' fill='#c80'/>";

    [Fact]
    public void A_loop_that_the_source_had_not_is_taken_out()
    {
        var edit = SvgEdit.Of(Arch, Looped);
        Assert.Equal(1, edit.Cleanness.CrossingsAdded.Crossings);
        var (done, report) = edit.Finish();
        Assert.Equal(0, done.Cleanness.CrossingsAdded.Crossings);
        Assert.Equal((1, 0), (report.ContourFaults, report.ContourFaultsKept));
        Assert.InRange(report.PictureChange, 0, .02);
        // Points beside the loop go a little with it, the rest stays where the edit put it.
        Assert.Equal(edit.After[0].Points[4].X, done.After[0].Points[4].X, .5);
    }

    [Fact]
    public void A_hole_that_broke_through_its_outline_goes_back_in()
    {
        const string Before = "M20 20H100V100H20ZM40 40V80H80V40Z";
        var edit = SvgEdit.Of($"<path d='{Before}'/>", "<path d='M20 20H100V100H20ZM40 40V80H102V40Z'/>");
        Assert.Equal(2, edit.Cleanness.CrossingsAdded.Crossings);
        var (done, report) = edit.Finish();
        Assert.Equal(0, done.Cleanness.CrossingsAdded.Crossings);
        Assert.InRange(report.PictureChange, 0, .02);
    }

    [Fact]
    public void A_sliver_is_opened()
    {
        var edit = SvgEdit.Of("<path d='M20 60L58 60L58 40L62 40L62 60L100 60L100 100L20 100Z'/>", "<path d='M20 60L58 60L58 40L58.5 40L58.5 60L100 60L100 100L20 100Z'/>");
        Assert.Equal(1, edit.Cleanness.Slivers);
        Assert.Equal(0, edit.Finish().Edit.Cleanness.Slivers);
    }

    [Fact]
    public void What_cannot_be_mended_within_the_bound_stays_and_is_reported()
    {
        var edit = SvgEdit.Of("<polygon points='20 20 100 20 100 100 20 100'/>", "<polygon points='20 20 100 100 100 20 20 100'/>");
        var (done, report) = edit.Finish();
        Assert.Equal(1, report.ContourFaultsKept);
        Assert.Equal(edit.Edited, done.Edited);
        Assert.Equal(0, edit.Finish(new() { PictureBound = 1 }).Edit.Cleanness.CrossingsAdded.Crossings);
    }

    [Fact]
    public void What_is_locked_stays()
    {
        var (edit, all) = (SvgEdit.Of(Arch, Looped), new HashSet<int>());
        for (var i = 0; i < edit.Scene.Parameters.Length; i++) all.Add(i);
        Assert.Equal(edit.Edited, edit.Finish(new() { Locked = all }).Edit.Edited);
    }

    [Theory]
    [InlineData("<circle cx='40' cy='40' r='.1' fill='red'/>")]
    [InlineData("<circle cx='90' cy='30' r='9' fill='red'/>")] // under the square
    [InlineData("<circle cx='140' cy='40' r='9' fill='red'/>")] // off the canvas
    public void A_shape_that_is_lost_is_put_back_until_it_shows(string circle)
    {
        const string Cover = "<rect x='70' y='10' width='40' height='40' fill='blue'/>";
        var edit = SvgEdit.Of("<circle cx='40' cy='40' r='9' fill='red'/>" + Cover, circle + Cover);
        Assert.Equal(1, edit.Cleanness.Flecks);
        var (done, report) = edit.Finish();
        Assert.Equal((1, 0, 0), (report.Flecks, report.FlecksKept, done.Cleanness.Flecks));
        Assert.InRange(new VisibleAreas(done.Scene, SvgEdit.Side, 0).At(done.Edited)[0], 3.5, 5);
    }

    [Fact]
    public void A_lost_shape_is_left_out_where_that_is_asked_for_and_nothing_refers_to_it()
    {
        static string Three(string r, string more = "") => $"<rect width='90' height='90' fill='blue'/>\n<circle cx='40' cy='40' r='{r}' fill='red'>\n<title>an eye</title></circle>{more}";
        var edit = SvgEdit.Of(Three("9"), Three(".1"));
        var (done, report) = edit.Finish(new() { Prunable = PlainShapes.Of(edit.Svg.Document) });
        var circle = Assert.Single(report.Pruned);
        var text = System.Text.Encoding.UTF8.GetString(SvgWriter.Write(done.Svg, done.Edited, new() { Removed = new HashSet<int> { circle } }));
        Assert.EndsWith("<rect width='90' height='90' fill='blue'/></svg>", text, StringComparison.Ordinal);
        Assert.Equal(0, report.FlecksKept);

        const string Moving = "<animate attributeName='x'/>";
        var referred = SvgEdit.Read("<circle id='a' r='9'/><use href='#a'/><circle id='b' r='9'/><g id='c'><circle r='9'/></g><use href='#c'/>" +
            $"<defs><circle r='9'/></defs><rect width='9' height='9'>{Moving}</rect>").Document;
        // Markers are inherited, and rules may give them to any shape.
        foreach (var content in (string[])["<g marker-mid='url(#m)'><path d='M0 0L1 0L2 0'/></g>", "<style>.p{marker-mid:url(#m)}</style><path class='p' d='M0 0L1 0L2 0'/>"])
            Assert.Empty(PlainShapes.Of(SvgDocument.Parse(System.Text.Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg'><marker id='m'/>{content}</svg>"), "a.svg")));
        Assert.Equal([3], PlainShapes.Of(referred).Order()); // b alone: the root is 0, circle a 1, use 2
    }

    [Theory]
    [InlineData("#ff0000", "#0000ff", "#808080", "#828180", true)] // .9 apart
    [InlineData("#ff0000", "#0000ff", "#808080", "#8c8c8c", false)] // 4.4 apart
    [InlineData("#ff0000", "#ff0000", "#808080", "#8c8c8c", true)]
    [InlineData("#ff0000", "#ff0000", "#808080", "#ffffff", false)]
    public void Colours_that_are_all_but_equal_become_equal(string a, string b, string editedA, string editedB, bool joined)
    {
        static string Two(string a, string b) => $"<rect width='60' height='90' fill='{a}'/><rect x='60' width='20' height='90' fill='{b}'/>";
        var (done, report) = SvgEdit.Of(Two(a, b), Two(editedA, editedB)).Finish();
        Assert.Equal(joined ? 1 : 2, done.Cleanness.Colors);
        Assert.Equal(joined ? 1 : 0, report.ColorsJoined);
        if (joined) Assert.Contains($"fill='{editedA}'/><rect x='60' width='20' height='90' fill='{editedA}'", done.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_colour_that_is_locked_is_the_one_that_others_take()
    {
        static string Two(string b) => $"<rect width='20' height='90' fill='#808080'/><rect x='60' width='60' height='90' fill='{b}'/>";
        var options = SceneOptions.Default with { LockColors = ["#808080"] };
        Assert.Contains("fill='#808080'/></svg>", SvgEdit.Of(Two("#0000ff"), Two("#818080"), options).Finish().Edit.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_faint_gradient_stays_one()
    {
        static string Gradient(string a, string b) => $"<linearGradient id='g'><stop stop-color='{a}'/><stop offset='1' stop-color='{b}'/></linearGradient><rect width='99' height='99' fill='url(#g)'/>";
        Assert.Equal(2, SvgEdit.Of(Gradient("#ff0000", "#00ff00"), Gradient("#808080", "#818181")).Finish().Edit.Cleanness.Colors);
    }

    [Fact]
    public void Moved_numbers_get_the_digits_that_can_be_seen()
    {
        var edit = SvgEdit.Of("<path d='M20 20.12345H90V90Z'/>", "<path d='M20.12345 20.12345H90.98765V90Z'/>");
        var done = edit.Finish().Edit;
        Assert.Contains("M20.12 20.123L90.99 20.123 90.99 90Z", done.Text, StringComparison.Ordinal);
        Assert.All(edit.Edited.Zip(done.Edited), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, 1.0 / 64));
    }

    [Fact]
    public void An_edit_of_no_steps_stays_as_it_is()
    {
        var edit = SvgEdit.Of("<path d='M20.123456 20H90V90Z' fill='#808080'/><path d='M20.123456 20H90V90Z' fill='#818080'/>",
            "<path d='M20.123456 20H90V90Z' fill='#808080'/><path d='M20.123456 20H90V90Z' fill='#818080'/>");
        Assert.Equal(edit.Source, edit.Finish().Edit.Edited);
    }

    /// <summary>Keeps two numbers the same distance from the middle.</summary>
    private sealed class Mirrored((int Left, int Right)[] pairs, double sum) : IDrawingRule
    {
        public void Project(ReadOnlySpan<double> theta, Span<double> gradient) { }

        public void Restore(Span<double> theta)
        {
            foreach (var (left, right) in pairs)
            {
                if (theta[left] + theta[right] == sum) continue;
                var half = (theta[left] + sum - theta[right]) / 2;
                (theta[left], theta[right]) = (half, sum - half);
            }
        }
    }

    [Fact]
    public void Repairs_keep_the_rules_of_the_drawing()
    {
        // Both arches get a loop; a rule keeps their x mirrored.
        var edit = SvgEdit.Of("<path d='M20 60C25 48 35 48 40 60V100H20Z'/><path d='M108 60C103 48 93 48 88 60V100H108Z'/>",
            "<path d='M20 60C48 46 12 46 40 60V100H20Z'/><path d='M108 60C80 46 116 46 88 60V100H108Z'/>");
        var xs = edit.Scene.Parameters.Select((p, i) => (p, i)).Where(p => p.p.Kind == Rasterizer.Scenes.ParameterKind.PointX).Select(p => p.i).ToArray();
        var rule = new Mirrored([.. xs.Take(xs.Length / 2).Zip(xs.Skip(xs.Length / 2))], 128);
        var (done, report) = edit.Finish(new() { Rules = [rule] });
        Assert.Equal(0, done.Cleanness.CrossingsAdded.Crossings);
        Assert.Equal((2, 0), (report.ContourFaults, report.ContourFaultsKept));
        foreach (var (left, right) in xs.Take(xs.Length / 2).Zip(xs.Skip(xs.Length / 2))) Assert.Equal(128, done.Edited[left] + done.Edited[right]);
    }

    [Fact]
    public void Random_edits_come_out_clean_within_the_bound_and_finishing_again_changes_nothing()
    {
        var scene = SvgEdit.Read(Face);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var edited = scene.Scene.InitialValues();
            for (var i = 0; i < edited.Length; i++)
                edited[i] += scene.Scene.Parameters[i].Kind == Rasterizer.Scenes.ParameterKind.Color ? .1 * (random.NextDouble() - .5) : 10 * (random.NextDouble() - .5);
            var edit = new SvgEdit(scene, edited);
            var (done, report) = edit.Finish();
            Assert.Equal(0, done.Cleanness.CrossingsAdded.Crossings);
            Assert.Equal(0, report.ContourFaultsKept);
            Assert.InRange(report.PictureChange, 0, .045);
            Assert.Equal(done.Edited, done.Finish().Edit.Edited);
        }).Check(RandomCases.Of(40));
    }
}
