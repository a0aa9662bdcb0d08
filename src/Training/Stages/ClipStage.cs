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
/// Some pictures are drawn in another style (<see cref="OtherStyles"/>). A teacher (<see cref="ClipTeacher"/>) says besides where pictures and names should lie, and each picture is told from all subjects at their places.
/// </summary>
internal sealed class ClipStage : IDisposable
{
    private const int Measured = 512, MeasuredAtOnce = 64, Shown = 8, Best = 4;

    // Radford 2021, section 2.5: begins at 1 / .07 and never passes 100. Table 18 has a decay of .2, for 400 million pictures.
    private const double FirstScale = 1 / .07, MostScale = 100, Decay = .1, Average = .995;

    // The part of the steps in which only some patches are seen.
    private const double Masked = .9;

    private readonly StageContext _context;
    private readonly ClipTokenizer _tokenizer;
    private readonly int[][] _named;
    private readonly PictureFeatures? _features;
    private ClipTeacher? _teacher;

    /// <summary>Prepares.</summary>
    /// <param name="context">The run.</param>
    /// <param name="tokenizer">Of the captions.</param>
    /// <param name="features">What the teacher sees by; null where the configuration wants none.</param>
    /// <exception cref="TrainingException">The learnt icons go by less than two names.</exception>
    public ClipStage(StageContext context, ClipTokenizer tokenizer, PictureFeatures? features = null)
    {
        (_context, _tokenizer) = (context, tokenizer);
        var settings = context.Config.Clip!;
        Config = settings.Model with { Text = settings.Model.Text with { VocabularySize = tokenizer.VocabularySize, EndToken = tokenizer.EndToken } };
        _features = settings.Teacher == 0 ? null : features ?? throw new ArgumentException("The configuration wants a teacher, and no features are given.", nameof(features));
        Files = context.Files("clip", [Config, settings.Plan, settings.Restyled, .. _features is null ? [] : new object[] { settings.Teacher, _features.Hash }]);
        _named = [.. context.Split.Learnt.Where(i => context.Icons[i].Subject.Length > 0).GroupBy(i => context.Icons[i].Subject).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
        if (_named.Length < 2) throw new TrainingException($"{context.Config.File}: clip: the icons go by {_named.Length} name(s); what is told apart needs two. Give names as file names, titles or in a table of captions.");
        Names = [.. _named.Select(icons => context.Icons[icons[0]].Subject)];
        var known = Names.ToHashSet(StringComparer.Ordinal);
        int[] held = [.. context.Split.HeldOut.Where(i => known.Contains(context.Icons[i].Subject))];
        IsHeldOut = held.Length > 0;
        Named = Spread(IsHeldOut ? held : [.. _named.SelectMany(icons => icons)], Measured);
    }

    /// <summary>The architecture with its vocabulary.</summary>
    public ClipConfig Config { get; }

    /// <summary>The stage's files.</summary>
    public StageFiles Files { get; }

    /// <summary>The icons that it is measured with: held out, but of subjects that other icons taught; learnt ones where there are no such.</summary>
    public int[] Named { get; }

    /// <summary>Whether these are held out.</summary>
    public bool IsHeldOut { get; }

    /// <summary>The names that each of these is looked for among: all that were learnt.</summary>
    public string[] Names { get; }

    /// <summary>Trains to the end; does nothing where that was done.</summary>
    public void Run()
    {
        if (StageResult.Exists(Files)) return;
        var plan = _context.Config.Clip!.Plan;
        if (_features is not null) _teacher = ClipTeacher.Of(_context, _features, _named, Config.EmbeddingSize);
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
    /// <param name="taught">What a teacher says of them; null without one.</param>
    internal static (double Loss, Tensor[] Gradients) Gradients(ClipModel network, IReadOnlyList<Tensor> parameters, Tensor pictures, Tensor ids, Tensor? seen = null, TeacherTargets? taught = null) =>
        Optimizing.Gradients.OfAll([.. parameters.SkipLast(1)], [parameters[^1]], (int)ids.shape[0], network.HasFewParameters,
            (first, count) => cat([network.EmbedImages(pictures.narrow(0, first, count), seen?.narrow(0, first, count)), network.EmbedIds(ids.narrow(0, first, count))], 1),
            embedded => Loss(embedded, parameters[^1], taught));

    /// <summary>
    /// The loss of embeddings [B,2D], each row a picture's, then its caption's; with a teacher also the cross entropy of the pictures among all subjects'
    /// places, and one less the cosine of each picture, and of each caption, and its place.
    /// </summary>
    /// <param name="embedded">Unit vectors.</param>
    /// <param name="logScale">The logarithm of the factor of the cosines, a scalar.</param>
    /// <param name="taught">What a teacher says of them; null without one.</param>
    internal static Tensor Loss(Tensor embedded, Tensor logScale, TeacherTargets? taught = null)
    {
        var parts = embedded.chunk(2, 1);
        var scale = logScale.clamp_max(Math.Log(MostScale)).exp();
        var logits = parts[0].matmul(parts[1].t()) * scale;
        var own = arange(embedded.shape[0], ScalarType.Int64, embedded.device);
        var loss = (nn.functional.cross_entropy(logits, own) + nn.functional.cross_entropy(logits.t(), own)) * .5;
        if (taught is null) return loss;
        var apart = nn.functional.cross_entropy(parts[0].matmul(taught.Places.t()) * scale, taught.Subjects);
        var away = 2 - (parts[0] * taught.Icons).sum(1).mean() - (parts[1] * taught.Places.index_select(0, taught.Subjects)).sum(1).mean();
        return loss + taught.Weight * (apart + away);
    }

    /// <summary>What a teacher says of a batch.</summary>
    /// <param name="Weight">How much it counts beside the cross entropy of the batch.</param>
    /// <param name="Icons">Where the rows' icons lie, [B,D].</param>
    /// <param name="Subjects">The rows' subjects, [B] int64: rows of</param>
    /// <param name="Places">where subjects lie, [subjects,D].</param>
    internal sealed record TeacherTargets(double Weight, Tensor Icons, Tensor Subjects, Tensor Places);

    private (double, Tensor[]) Learn(ClipModel network, IReadOnlyList<Tensor> parameters, long step)
    {
        var (which, words) = (new Draws(_context.Config.Seed, step, Purpose.Batch), new Draws(_context.Config.Seed, step, Purpose.Caption));
        var rows = which.Order(_named.Length).Take(_context.Config.Clip!.Plan.Batch).Select(n => (Subject: (long)n, Icon: _named[n][which.Below(_named[n].Length)], View: which.Below(_context.Pictures.Views))).ToArray();
        var seen = step < Masked * _context.Config.Clip!.Plan.Steps ? Seen(new Draws(_context.Config.Seed, step, Purpose.View), rows.Length, Config.Vision.Patches) : null;
        var taught = _teacher is null ? null : new TeacherTargets(_context.Config.Clip!.Teacher, _teacher.Icons.index_select(0, Numbers([.. rows.Select(r => (long)r.Icon)])), Numbers([.. rows.Select(r => r.Subject)]), _teacher.Subjects);
        var pictures = OtherStyles.Of(_context.Pictures.Load([.. rows.Select(r => (r.Icon, r.View))]).to(_context.Device), _context.Config.Clip!.Restyled, new Draws(_context.Config.Seed, step, Purpose.Style));
        return Gradients(network, parameters, pictures,
            Ids([.. rows.Select(r => Captions.Draw(words, _context.Icons[r.Icon]))]), seen?.to(_context.Device), taught);
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
        Note("recall", cosines);
        if (_teacher is not null) Note("teacher_recall", _teacher.Icons.index_select(0, Numbers([.. Named.Select(i => (long)i)])).matmul(_teacher.Subjects.t()).cpu());
        Show(cosines);

        void Note(string what, Tensor nearness)
        {
            var ranks = Ranks(nearness);
            _context.Log.Note("clip", step, what + "_at_1", ranks.Count(r => r < 1) / (double)ranks.Length);
            _context.Log.Measure("clip", step, what + "_at_5", ranks.Count(r => r < 5) / (double)ranks.Length);
        }
    }

    // How many names are nearer to each icon than its own.
    private int[] Ranks(Tensor nearness)
    {
        var values = nearness.data<float>().ToArray();
        return [.. Named.Select((icon, row) =>
        {
            var line = values.AsSpan(row * Names.Length, Names.Length);
            var own = line[Array.IndexOf(Names, _context.Icons[icon].Subject)];
            var before = 0;
            foreach (var value in line) before += value > own ? 1 : 0;
            return before;
        })];
    }

    // Icons of some names, and below each those that fit the name best.
    private void Show(Tensor cosines)
    {
        var columns = Spread([.. Named.Select(i => Array.IndexOf(Names, _context.Icons[i].Subject)).Distinct().Order()], Shown);
        var sheet = new Sheet(_context.Config.ImageSize);
        sheet.Add(_context.Pictures.Load([.. columns.Select(c => (Named.First(i => _context.Icons[i].Subject == Names[c]), 0))]));
        var best = columns.Select(c => cosines.select(1, c).argsort(0, descending: true).data<long>().ToArray()).ToArray();
        for (var k = 0; k < Math.Min(Best, Named.Length); k++) sheet.Add(_context.Pictures.Load([.. best.Select(b => (Named[b[k]], 0))]));
        _context.Log.Show("clip", sheet.ToPng());
    }

    private static int[] Spread(int[] from, int most) => from.Length <= most ? from : [.. Enumerable.Range(0, most).Select(i => from[(int)((long)i * from.Length / most)])];

    /// <summary>Frees what the teacher said.</summary>
    public void Dispose() => _teacher?.Dispose();

    private Tensor Numbers(long[] values) => tensor(values, device: _context.Device);

    private Tensor Ids(IReadOnlyList<string> captions) => Ids(_tokenizer, captions).to(_context.Device);

    /// <summary>Tokens of captions, [B,L], as long as the longest: no token sees those behind it, so that what pads the others changes nothing.</summary>
    internal static Tensor Ids(ClipTokenizer tokenizer, IReadOnlyList<string> captions)
    {
        var ids = captions.Select(c => tokenizer.Encode(c).ToArray()).ToArray();
        var longest = ids.Max(row => Array.IndexOf(row, tokenizer.EndToken) + 1);
        return tensor(ids.SelectMany(row => row.Take(longest)).ToArray(), [captions.Count, longest]);
    }
}
