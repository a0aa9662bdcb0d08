using System.Globalization;
using System.Text;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Distill.Metrics;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Distill.Tests.Metrics;

public class EditMeasurerTests
{
    private const string NoClip = "no CLIP here.", NoLpips = "no weights here.", NoModel = "no model here.";

    private static readonly EditMeasurer _plain = new()
    {
        Side = 64,
        Clip = new Tool<ClipScorer>(NoClip),
        Lpips = new Tool<Lpips>(NoLpips),
        DenoisingLosses = new Tool<Func<MeasuredDrawing, DenoisingLosses>>(NoModel),
    };

    private static MeasuredDrawing Square(double x, string fill = "#c00", string more = "") => MeasuredDrawing.Read(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'><path d='M{x} 20h40v40h-40z' fill='{fill}'/>{more}</svg>")), "test");

    [Fact]
    public void A_drawing_against_itself_has_the_best_of_every_identity_measure()
    {
        var square = Square(20);
        var set = _plain.Of(square, square, "a square", "a circle");
        Assert.Equal(double.PositiveInfinity, set[Measure.Psnr]);
        Assert.Equal(1, set[Measure.Ssim]!.Value, 10);
        Assert.Equal(1, set[Measure.Iou]);
        Assert.Equal(0, set[Measure.LargestDisplacement]);
        Assert.Equal(0, set[Measure.SelfIntersectionsAdded]);
        Assert.Equal(1, set[Measure.Untouched]);
        Assert.Equal(4, set[Measure.Nodes]);
        Assert.Equal(square.Bytes, set[Measure.Bytes]);
    }

    [Fact]
    public void Every_measure_is_there_or_is_said_not_to_be()
    {
        var other = Square(20, more: "<circle r='9'/>");
        foreach (var (edited, target) in new[] { (Square(30), "a circle"), (other, "a circle"), (Square(30), null) })
        {
            var set = _plain.Of(Square(20), edited, "a square", target);
            Assert.All(Measure.All, m => Assert.True(set[m] is null == set.Missing.ContainsKey(m), m.Key));
        }
        var missing = _plain.Of(Square(20), other, "a square", "a circle").Missing;
        Assert.Equal(NoClip, missing[Measure.ClipScore]);
        Assert.Equal(NoLpips, missing[Measure.Lpips]);
        Assert.Equal(NoModel, missing[Measure.DenoisingGain]);
        Assert.Equal("the drawings have different trees: 1 shapes against 2.", missing[Measure.MeanDisplacement]);
    }

    [Fact]
    public void Known_moves_give_known_figures()
    {
        // A square of 40 moved by 10: the overlap is 30 of 50, every point moves by 10 of a diagonal of 141.4.
        var set = _plain.Of(Square(20), Square(30), null, null);
        Assert.Equal(.6, set[Measure.Iou]!.Value, 3);
        Assert.Equal(10 / Math.Sqrt(2) / 1, set[Measure.MeanDisplacement]!.Value, 8);
        Assert.Equal(0, set[Measure.Untouched]);
        var green = _plain.Of(Square(20, "#f00"), Square(20, "#0f0"), null, null);
        Assert.Equal(1, green[Measure.Iou]!.Value, 6);
        Assert.Equal(86.6, green[Measure.MeanPaletteChange]!.Value, .1); // sRGB red to green, as commonly tabulated
    }

    [Fact]
    public void The_denoising_gain_is_the_drop_of_the_margin_in_thousandths()
    {
        var (source, edited) = (Square(20), Square(30));
        var measurer = new EditMeasurer
        {
            Clip = _plain.Clip, Lpips = _plain.Lpips,
            DenoisingLosses = (Func<MeasuredDrawing, DenoisingLosses>)(d => ReferenceEquals(d, source) ? new(.112, .1) : new(.104, .1)),
        };
        var set = measurer.Of(source, edited, "a", "b");
        Assert.Equal(8, set[Measure.DenoisingGain]!.Value, 9);
        Assert.Equal(.104, set[Measure.DenoisingLoss]);
    }

    [Fact]
    public void Clip_figures_are_cosines_of_its_embeddings()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var clip = ClipModel.Open(TestPaths.Fixture("tiny-clip"));
        using var scorer = new ClipScorer(clip);
        var measurer = new EditMeasurer { Side = 64, Clip = scorer, Lpips = _plain.Lpips, DenoisingLosses = _plain.DenoisingLosses, Classes = ["a cat", "a dog"] };
        var (source, edited) = (Square(20), Square(30, "#00c"));
        var set = measurer.Of(source, edited, "a red square", "a blue square");

        var side = clip.Config.Vision.ImageSize;
        float[] Embed(MeasuredDrawing drawing) => clip.EmbedImages(drawing.Draw(side, (1, 1, 1)).ToTensor()).data<float>().ToArray();
        float[] Text(string text) => clip.EmbedTexts(text).data<float>().ToArray();
        double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
        double[] Minus(float[] a, float[] b) => [.. a.Zip(b, (x, y) => (double)x - y)];
        double[] Wide(float[] a) => [.. a.Select(x => (double)x)];

        var (before, after) = (Embed(source), Embed(edited));
        Assert.Equal(Cosine(Wide(after), Wide(Text("a blue square"))), set[Measure.ClipScore]!.Value, 1e-5);
        Assert.Equal(Cosine(Minus(after, before), Minus(Text("a blue square"), Text("a red square"))), set[Measure.ClipDirectional]!.Value, 1e-3);
        var best = new[] { "a red square", "a blue square", "a cat", "a dog" }.MaxBy(c => Cosine(Wide(after), Wide(Text(c))));
        Assert.Equal(best == "a blue square" ? 1 : 0, set[Measure.Success]);
        Assert.Contains("there is no direction", measurer.Of(source, source, "a", "b").Missing[Measure.ClipDirectional], StringComparison.Ordinal);
    }
}
