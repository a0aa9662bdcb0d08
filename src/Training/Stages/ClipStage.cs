using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>
/// Trains an image tower and a text tower so that a picture's embedding is nearest to that of its own caption (Radford 2021, figure 3): symmetric
/// cross entropy of the cosines, scaled by a learnt factor. No two rows of a batch go by one name, which would make right answers wrong. Of a
/// picture half the patches are seen, others each time, and all of them at the end (Li 2023, FLIP, arXiv:2212.00794): half the work, and less learnt by heart.
/// </summary>
internal sealed class ClipStage
{
    private const int Measured = 512, MeasuredAtOnce = 64, Shown = 8, Best = 4;

    // Radford 2021, section 2.5: begins at 1 / .07 and never passes 100. Table 18 has a decay of .2, for 400 million pictures.
    private const double FirstScale = 1 / .07, MostScale = 100, Decay = .1, Average = .995;

    // The part of the steps in which only some patches are seen.
    private const double Masked = .9;

    private readonly StageContext _context;
    private readonly ClipTokenizer _tokenizer;
    private readonly int[][] _named;

    /// <summary>Prepares.</summary>
    /// <exception cref="TrainingException">The learnt icons go by less than two names.</exception>
    public ClipStage(StageContext context, ClipTokenizer tokenizer)
    {
        (_context, _tokenizer) = (context, tokenizer);
        var settings = context.Config.Clip!;
        Config = settings.Model with { Text = settings.Model.Text with { VocabularySize = tokenizer.VocabularySize, EndToken = tokenizer.EndToken } };
        Files = context.Files("clip", Config, settings.Plan);
        _named = [.. context.Split.Learnt.Where(i => context.Icons[i].Subject.Length > 0).GroupBy(i => context.Icons[i].Subject).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
        if (_named.Length < 2) throw new TrainingException($"{context.Config.File}: clip: the icons go by {_named.Length} name(s); what is told apart needs two. Give names as file names, titles or in a table of captions.");
        Named = Spread([.. Measurable(context.Split.HeldOut) is { Length: > 0 } held ? held : Measurable(context.Split.Learnt)], Measured);
        Names = [.. Named.Select(i => context.Icons[i].Subject).Distinct()];
    }

    /// <summary>The architecture with its vocabulary.</summary>
    public ClipConfig Config { get; }

    /// <summary>The stage's files.</summary>
    public StageFiles Files { get; }

    /// <summary>The icons that it is measured with: held out, unless none of them has a name.</summary>
    public int[] Named { get; }

    /// <summary>The names that each of these is looked for among.</summary>
    public string[] Names { get; }

    /// <summary>Trains to the end; does nothing where that was done.</summary>
    public void Run()
    {
        if (StageResult.Exists(Files)) return;
        var plan = _context.Config.Clip!.Plan;
        var source = _context.Parameters(4, Start);
        using var network = new ClipModel(Config, _tokenizer, source, "");
        var parameters = Ordered(source);
        using var loop = new TrainingLoop(Files, parameters, new RateSchedule(plan.Rate, Math.Min(200, plan.Steps / 10), plan.Steps, Last: .02), Average, Decay);
        loop.Run(step => Learn(network, loop.Values, step), () =>
        {
            _context.Progress("clip", loop);
            if (loop.Done % StageContext.MeasureEvery(plan.Steps) != 0 && loop.Done != plan.Steps) return;
            loop.WithAverage(() => Measure(network, loop.Done));
        }, _context.Config.SaveEvery, _context.Tell, _context.Cancellation);
        loop.WithAverage(() => StageResult.Write(Files, parameters));
    }

    /// <summary>What new networks begin with, besides random numbers.</summary>
    internal static Tensor? Start(string name) => name == ClipModel.LogitScaleName ? tensor(Math.Log(FirstScale)) : null;

    /// <summary>The parameters, the factor of the cosines last.</summary>
    internal static (string Name, Tensor Value)[] Ordered(TrainedParameters source) =>
        [.. source.Taken.OrderBy(p => p.Key == ClipModel.LogitScaleName).Select(p => (p.Key, p.Value))];

    /// <summary>Loss and gradients of a batch, one a parameter as <see cref="Ordered"/> has them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="pictures">[B,3,S,S] in 0..1.</param>
    /// <param name="ids">Tokens of their captions, [B,L].</param>
    /// <param name="seen">Tokens of the pictures that are seen, [B,n]; null for all.</param>
    internal static (double Loss, Tensor[] Gradients) Gradients(ClipModel network, IReadOnlyList<Tensor> parameters, Tensor pictures, Tensor ids, Tensor? seen = null) =>
        Optimizing.Gradients.OfAll([.. parameters.SkipLast(1)], [parameters[^1]], (int)ids.shape[0], network.HasFewParameters,
            (first, count) => cat([network.EmbedImages(pictures.narrow(0, first, count), seen?.narrow(0, first, count)), network.EmbedIds(ids.narrow(0, first, count))], 1),
            embedded => Loss(embedded, parameters[^1]));

    /// <summary>The loss of embeddings [B,2D]: each row a picture's, then its caption's.</summary>
    internal static Tensor Loss(Tensor embedded, Tensor logScale)
    {
        var parts = embedded.chunk(2, 1);
        var logits = parts[0].matmul(parts[1].t()) * logScale.clamp_max(Math.Log(MostScale)).exp();
        var own = arange(embedded.shape[0], ScalarType.Int64, embedded.device);
        return (nn.functional.cross_entropy(logits, own) + nn.functional.cross_entropy(logits.t(), own)) * .5;
    }

    private (double, Tensor[]) Learn(ClipModel network, IReadOnlyList<Tensor> parameters, long step)
    {
        var (which, words) = (new Draws(_context.Config.Seed, step, Purpose.Batch), new Draws(_context.Config.Seed, step, Purpose.Caption));
        var rows = which.Order(_named.Length).Take(_context.Config.Clip!.Plan.Batch).Select(n => (Icon: _named[n][which.Below(_named[n].Length)], View: which.Below(_context.Pictures.Views))).ToArray();
        var seen = step < Masked * _context.Config.Clip!.Plan.Steps ? Seen(new Draws(_context.Config.Seed, step, Purpose.View), rows.Length, Config.Vision.Patches) : null;
        return Gradients(network, parameters, _context.Pictures.Load(rows).to(_context.Device), Ids([.. rows.Select(r => Captions.Draw(words, _context.Icons[r.Icon]))]), seen?.to(_context.Device));
    }

    /// <summary>The class token and a random half of the patches, in order, for each of some pictures, [B,n].</summary>
    internal static Tensor Seen(Draws draws, int count, int patches)
    {
        var (kept, tokens) = ((patches + 1) / 2, new List<long>());
        for (var i = 0; i < count; i++) tokens.AddRange([0, .. draws.Order(patches).Take(kept).Order().Select(p => p + 1L)]);
        return tensor(tokens.ToArray(), [count, kept + 1]);
    }

    private void Measure(ClipModel network, long step)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var texts = cat([.. Names.Chunk(MeasuredAtOnce).Select(c => network.EmbedIds(Ids(c)))], 0);
        var images = cat([.. Named.Chunk(MeasuredAtOnce).Select(c => network.EmbedImages(_context.Pictures.Load([.. c.Select(i => (i, 0))]).to(_context.Device)))], 0);
        var cosines = images.matmul(texts.t()).cpu();
        var (values, count) = (cosines.data<float>().ToArray(), Names.Length);
        int[] ranks = [.. Named.Select((icon, row) =>
        {
            var line = values.AsSpan(row * count, count);
            var own = line[Array.IndexOf(Names, _context.Icons[icon].Subject)];
            var before = 0;
            foreach (var value in line) before += value > own ? 1 : 0;
            return before;
        })];
        _context.Log.Note("clip", step, "recall_at_1", ranks.Count(r => r < 1) / (double)ranks.Length);
        _context.Log.Measure("clip", step, "recall_at_5", ranks.Count(r => r < 5) / (double)ranks.Length);
        Show(cosines);
    }

    // Icons of some names, and below each those that fit the name best.
    private void Show(Tensor cosines)
    {
        var columns = Spread([.. Enumerable.Range(0, Names.Length)], Shown);
        var sheet = new Sheet(_context.Config.ImageSize);
        sheet.Add(_context.Pictures.Load([.. columns.Select(c => (Named.First(i => _context.Icons[i].Subject == Names[c]), 0))]));
        var best = columns.Select(c => cosines.select(1, c).argsort(0, descending: true).data<long>().ToArray()).ToArray();
        for (var k = 0; k < Math.Min(Best, Named.Length); k++) sheet.Add(_context.Pictures.Load([.. best.Select(b => (Named[b[k]], 0))]));
        _context.Log.Show("clip", sheet.ToPng());
    }

    private int[] Measurable(int[] icons) => [.. icons.Where(i => _context.Icons[i].Subject.Length > 0)];

    private static int[] Spread(int[] from, int most) => from.Length <= most ? from : [.. Enumerable.Range(0, most).Select(i => from[(int)((long)i * from.Length / most)])];

    private Tensor Ids(string[] captions) => tensor(captions.SelectMany(_tokenizer.Encode).ToArray(), [captions.Length, _tokenizer.Length], device: _context.Device);
}
