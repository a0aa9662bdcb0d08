using System.Text;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Distill.Fitting;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Distill.Tests.Fitting;

public sealed class PictureFitTests
{
    private const string Scene = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#fff"/>
        <circle cx="30" cy="32" r="20" fill="#d33"/><circle cx="30" cy="32" r="8" fill="#35c"/></svg>
        """;

    [Fact]
    public void A_flat_drawing_is_drawn_anew_almost_exactly()
    {
        var result = new PictureFit(new(Drawn(Scene, 64)), new FitOptions { Paths = 8, Steps = 120 }).Draw(CancellationToken.None);

        Assert.InRange(result.Psnr, 32, 200);
        Assert.InRange(result.Paths, 3, 8);
        Assert.Equal(result.Paths, Encoding.UTF8.GetString(result.Svg).Split("<path").Length - 1);
    }

    /// <summary>Mirror images are so in the file's own digits, though their sum has one more than the file: each would be rounded by itself.</summary>
    [Fact]
    public void What_rules_hold_is_written_in_digits_that_hold()
    {
        var pairs = string.Concat(Enumerable.Range(0, 8).Select(i => FormattableString.Invariant($"<circle cx=\"14\" cy=\"{4 + 7 * i}\" r=\"3\"/><circle cx=\"49.99995\" cy=\"{4 + 7 * i}\" r=\"3\"/>")));
        var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">" + pairs + "</svg>";
        var source = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(text), "drawing"));
        var rules = new DrawingRelations(source.Scene, new());
        // Pairs go different ways, so that none is like another.
        var wanted = string.Concat(text.Split("cx=\"14\"").Select((part, i) => i == 0 ? part : FormattableString.Invariant($"cx=\"{14 + .37 * i}\"") + part));

        var result = new PictureFit(new(Drawn(wanted, 64)), FitOptions.Moved(64, 64) with { Steps = 30, Finish = null, Rules = [rules] }).Move(source, CancellationToken.None);

        var centers = Encoding.UTF8.GetString(result.Svg).Split("cx=\"")[1..].Select(part => decimal.Parse(part.Split('"')[0], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.NotEqual(14, centers[0]);
        Assert.Single(centers.Chunk(2).Select(pair => pair[0] + pair[1]).Distinct());
    }

    /// <summary>Stripes of two pixels are flat nowhere; that a margin is must not take their colours away.</summary>
    [Fact]
    public void Parts_that_are_thin_everywhere_keep_their_colours_beside_flat_ones()
    {
        var stripes = string.Concat(Enumerable.Range(0, 10).Select(i => $"<rect x=\"{6 + 2 * i}\" y=\"6\" width=\"2\" height=\"20\" fill=\"{(i % 2 == 0 ? "#d22" : "#24c")}\"/>"));
        var picture = Drawn($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" fill=\"#fff\"/>{stripes}</svg>", 32);

        var result = new PictureFit(new(picture), new FitOptions { Paths = 16, Steps = 60 }).Draw(CancellationToken.None);

        Assert.InRange(result.Psnr, 30, 200);
    }

    [Fact]
    public void Holes_that_show_what_lies_behind_stay_open()
    {
        const string Ring = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path fill-rule="evenodd" fill="#264" d="M4 4H60V60H4ZM20 20H44V44H20Z"/></svg>""";

        var result = new PictureFit(new(Drawn(Ring, 64)), new FitOptions { Paths = 4, Steps = 60 }).Draw(CancellationToken.None);

        Assert.InRange(result.Picture.Plane(3)[32 * 64 + 32], 0, .02);
        Assert.InRange(result.Psnr, 30, 200);
    }

    [Fact]
    public void An_existing_drawing_moves_to_the_picture_and_keeps_its_tree()
    {
        var moved = Scene.Replace("cx=\"30\" cy=\"32\" r=\"20\"", "cx=\"35\" cy=\"30\" r=\"22\"", StringComparison.Ordinal);
        var fit = new PictureFit(new(Drawn(moved, 64)), new FitOptions { Steps = 150, PointRate = .5 });

        var result = fit.Move(SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Scene), "scene.svg")), CancellationToken.None);

        var text = Encoding.UTF8.GetString(result.Svg);
        Assert.Equal(2, text.Split("<circle").Length - 1);
        Assert.InRange(result.Psnr, 38, 200);
    }

    [Fact]
    public void The_anchor_holds_points_back()
    {
        var moved = Scene.Replace("cx=\"30\"", "cx=\"36\"", StringComparison.Ordinal);
        var document = SvgDocument.Parse(Encoding.UTF8.GetBytes(Scene), "scene.svg");
        double Reached(double anchor) => new PictureFit(new(Drawn(moved, 64)), new FitOptions { Steps = 100, AnchorPosition = anchor })
            .Move(SvgSceneReader.Read(document), CancellationToken.None).Psnr;

        Assert.True(Reached(1000) < Reached(0) - 3);
    }

    [Fact]
    public void The_shape_anchor_lets_shapes_travel_but_not_bend()
    {
        const string Square = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path d="M10 20h24v24H10z"/></svg>""";
        (double Bent, double Left) Moved(string target, double weight)
        {
            var svg = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Square), "square.svg"));
            var anchor = new ShapeAnchor(svg.Scene, svg.Scene.InitialValues());
            double[] theta = [];
            var fit = new PictureFit(new(Drawn(target, 64)), new FitOptions { Steps = 150, PointRate = .5, BlurWidth = 9, AnchorShape = weight })
            {
                Progress = (step, _) => theta = step.Theta.ToArray(),
            };
            fit.Move(svg, CancellationToken.None);
            return (anchor.Energy(theta), theta.Zip(svg.Scene.Parameters).Where(p => p.Second.Kind == ParameterKind.PointX).Min(p => p.First));
        }

        // A place 12 px to the right is reached all the same; a triangle is not.
        var travelled = Moved(Square.Replace("M10", "M22", StringComparison.Ordinal).Replace("H10", "H22", StringComparison.Ordinal), 100);
        Assert.Equal(22, travelled.Left, .3);
        var triangle = Square.Replace("M10 20h24v24H10z", "M22 16l16 30H6z", StringComparison.Ordinal);
        Assert.True(Moved(triangle, 100).Bent < .5 * Moved(triangle, 0).Bent);
    }

    /// <summary>No pixel of a small shape far away tells where it went; pictures on the way do.</summary>
    [Fact]
    public void A_shape_follows_pictures_on_the_way_where_the_last_one_alone_says_nothing()
    {
        const string At = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" fill=\"#fff\"/><path d=\"M{0} 20h10v10h-10z\" fill=\"#222\"/></svg>";
        string Square(int left) => At.Replace("{0}", left.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        double Arrived(Func<double, Picture>? led)
        {
            var svg = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Square(4)), "test.svg"));
            var result = new PictureFit(new FitTarget(Drawn(Square(48), 64)) { Led = led }, new FitOptions { Steps = 300, PointRate = .5, AnchorShape = 100 }).Move(svg, CancellationToken.None);
            return result.Theta.Zip(svg.Scene.Parameters).Where(p => p.Second.Kind == ParameterKind.PointX).Min(p => p.First);
        }

        var way = Enumerable.Range(1, 11).Select(k => Drawn(Square(4 + 4 * k), 64)).ToArray();
        Assert.True(Arrived(null) < 20);
        Assert.Equal(48, Arrived(progress => way[Math.Min((int)(16 * progress), 10)]), .3);
    }

    /// <summary>Where the shapes do not overlap, only a blur that both pictures are compared under says which way to go; squares and robust differences alike.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    public void A_wide_blur_feels_what_lies_beside(double robust)
    {
        const string At = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" fill=\"#fff\"/><path d=\"M{0} 20h10v10h-10z\" fill=\"#222\"/></svg>";
        string Square(int left) => At.Replace("{0}", left.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        double Arrived(double blur)
        {
            var svg = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Square(14)), "test.svg"), new() { Optimize = OptimizeKinds.Points });
            var options = new FitOptions { Steps = 200, PointRate = .5, AnchorShape = 100, Fairness = FitOptions.MovedFairness, BlurWidth = blur, Robust = robust };
            var result = new PictureFit(new(Drawn(Square(34), 64)), options).Move(svg, CancellationToken.None);
            return result.Theta.Zip(svg.Scene.Parameters).Where(p => p.Second is { Kind: ParameterKind.PointX, IsLeaf: true }).Max(p => p.First) - 10;
        }

        Assert.True(Arrived(1) < 30);
        Assert.Equal(34, Arrived(21), .3);
    }

    /// <summary>Of what a shape covers, three fifths are red: squares mix its colour, counted by their size differences leave it red.</summary>
    [Fact]
    public void A_colour_that_differences_are_robust_for_is_the_middle_one_not_the_mean()
    {
        const string Shape = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 50"><rect width="50" height="50" fill="#888"/></svg>""";
        var wanted = Drawn("""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 50"><rect width="50" height="50" fill="#f00"/><rect width="20" height="50" fill="#00f"/></svg>""", 50);
        (double Red, double Blue) Colour(double robust)
        {
            var svg = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(Shape), "test.svg"), new() { Optimize = OptimizeKinds.Colors });
            var picture = new PictureFit(new(wanted), new FitOptions { Steps = 200, ColorRate = .05, Robust = robust }).Move(svg, CancellationToken.None).Picture;
            return (picture.Plane(0)[0], picture.Plane(2)[0]);
        }

        var mean = Colour(0);
        Assert.Equal(.6, mean.Red, .02);
        Assert.Equal(.4, mean.Blue, .02);
        var middle = Colour(.05);
        Assert.InRange(middle.Red, .93, 1);
        Assert.InRange(middle.Blue, 0, .07);
    }

    [Fact]
    public void Equal_runs_give_equal_bytes()
    {
        byte[] Run() => new PictureFit(new(Drawn(Scene, 64)), new FitOptions { Paths = 6, Steps = 20 }).Draw(CancellationToken.None).Svg;
        Assert.Equal(Run(), Run());
    }

    private static Picture Drawn(string svg, int size)
    {
        var scene = SvgSceneReader.Read(SvgDocument.Parse(Encoding.UTF8.GetBytes(svg), "test.svg")).Scene;
        var rasterizer = new SceneRasterizer(scene, size, size);
        rasterizer.Forward(scene.InitialValues());
        return rasterizer.Picture;
    }
}
