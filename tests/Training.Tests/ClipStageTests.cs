using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using SvgDistill.Training.Stages;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Training.Tests;

/// <summary>The contrastive model, trained on eight drawings.</summary>
public sealed class ClipStageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ClipStageTests() => TinyRun.WriteIcons(_folder);

    public void Dispose() => _folder.Dispose();

    private static string Fields(int steps) => $$""" "clip": { "channels": 32, "layers": 2, "heads": 2, "patch": 4, "dim": 16, "steps": {{steps}}, "batch": 8, "rate": 0.003, "teacher": 0, "restyled": 0 }, """;

    /// <summary>The folder is read by what reads CLIP, and tells by the pictures what they are called.</summary>
    [Fact]
    public void EightNamesAreLearntAndTheFolderIsAClip()
    {
        var outcome = TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(120)), stage: "clip");
        Assert.False(outcome.Written);
        Assert.Null(outcome.Psnr);
        Assert.Equal(new ClipOutcome(_folder["tiny-clip"], 8, false, 8, 1, 1), outcome.Clip);
        using var scope = NewDisposeScope();
        using var clip = ClipModel.Open(_folder["tiny-clip"]);
        Assert.Equal((16, 4, 16), (clip.Config.Vision.ImageSize, clip.Config.Vision.PatchSize, clip.Config.EmbeddingSize));
        string[] names = ["red ball", "red box", "blue bar"];
        var red = full([1, 1, 16, 16], .2f);
        red = cat([red * 0 + .93f, red, red], 1); // #e33 all over: nearer to a box than to a ball, and not blue
        Assert.Equal(1, clip.EmbedImages(red).matmul(clip.EmbedTexts(names).t()).argmax().item<long>());
        Assert.InRange(clip.LogitScale, 1, 100);
        // Captions of a batch are cut to the longest, whose end stays.
        var ids = ClipStage.Ids(ClipTokenizer.Open(_folder["tiny-clip"], clip.Config.Text.MaxTokens), names);
        Assert.InRange(ids.shape[1], 3, clip.Config.Text.MaxTokens);
        Assert.InRange((clip.EmbedIds(ids) - clip.EmbedTexts(names)).abs().max().item<float>(), 0, 1e-5f);
        Assert.InRange(new FileInfo(_folder["tiny-clip/model.safetensors"]).Length, 1, 2 * clip.ParameterCount + 20_000);
        Assert.Contains("among 8 names the right name is the first for 1.000", File.ReadAllText(_folder["tiny-clip/README.md"]), StringComparison.Ordinal);
        Assert.Contains("<h2>clip, step 120</h2>", File.ReadAllText(_folder["tiny.work/index.html"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["tiny.work/clip.png"]));
        Assert.False(Directory.Exists(_folder["tiny"]));
    }

    [Fact]
    public void ARunThatWasStoppedEndsInTheSameBytes()
    {
        TinyRun.Run(TinyRun.Config(_folder, "whole", 1, 1, Fields(8)), stage: "clip");
        var config = TinyRun.Config(_folder, "cut", 1, 1, Fields(8));
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("clip", 3), stage: "clip"));
        Assert.False(Directory.Exists(_folder["cut-clip"]));
        TinyRun.Run(config, stage: "clip");
        foreach (var name in new[] { "model.safetensors", "config.json", "vocab.json", "merges.txt", "preprocessor_config.json" })
            Assert.Equal(File.ReadAllBytes(_folder["whole-clip/" + name]), File.ReadAllBytes(_folder["cut-clip/" + name]));
        Assert.Equal(File.ReadAllText(_folder["whole.work/log.csv"]), File.ReadAllText(_folder["cut.work/log.csv"]));
    }

    /// <summary>Of a whole run it is the last stage.</summary>
    [Fact]
    public void AWholeRunMakesBothFoldersAndItsOwnAreReplaced()
    {
        var config = TinyRun.Config(_folder, "tiny", 1, 1, Fields(2));
        Assert.True(TinyRun.Run(config).Written);
        Assert.True(File.Exists(_folder["tiny/model_index.json"]));
        var first = File.ReadAllBytes(_folder["tiny-clip/model.safetensors"]);
        Assert.NotNull(TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(3))).Clip);
        Assert.NotEqual(first, File.ReadAllBytes(_folder["tiny-clip/model.safetensors"]));
    }

    [Fact]
    public void AnotherProgramsClipIsNotReplaced()
    {
        Directory.CreateDirectory(_folder["tiny-clip"]);
        SafetensorsWriter.Write(_folder["tiny-clip/model.safetensors"], new Dictionary<string, Tensor> { ["logit_scale"] = ones(1) }, new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Contains("no model of this program", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(2)))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["tiny.work"]));
    }

    /// <summary>
    /// What a teacher's features differ in within a subject counts little, what subjects differ in counts: of the features themselves few icons
    /// lie nearest to their own subject's mean, of the places nearly all do.
    /// </summary>
    [Fact]
    public void ATeacherPlacesIconsBySubject()
    {
        const int Subjects = 5, Each = 6, Features = 8;
        using var scope = NewDisposeScope();
        var draws = new Draws(3, 0, Purpose.Start);
        var noise = draws.Normal([Subjects * Each, Features]).to(ScalarType.Float64);
        var spread = tensor(new[] { 3, 3, .1, .1, .1, .1, .1, .1 });
        var own = zeros(Subjects * Each, Features, ScalarType.Float64);
        int[][] subjects = [.. Enumerable.Range(0, Subjects).Select(s => Enumerable.Range(s * Each, Each).ToArray())];
        foreach (var (rows, s) in subjects.Select((rows, s) => (rows, s)))
            foreach (var row in rows) own[row, 2 + s] = 1;
        var features = noise * spread + own;

        int Right(Tensor icons, Tensor means) => icons.matmul(means.t()).argmax(1).data<long>().ToArray().Select((at, row) => at == row / Each ? 1 : 0).Sum();
        var centred = features - features.mean([0L]);
        var raw = stack([.. subjects.Select(rows => centred.narrow(0, rows[0], Each).mean([0L]))], 0);
        Assert.InRange(Right(centred / centred.norm(1, true, 2f), raw / raw.norm(1, true, 2f)), 0, Subjects * Each * 3 / 4);
        var (icons, means) = ClipTeacher.Placed(features, subjects, 7);
        Assert.InRange(Right(icons, means), Subjects * Each * 7 / 8, Subjects * Each);
        Assert.Equal([7L], icons.shape[1..]);
        Assert.InRange((icons.norm(1, false, 2f) - 1).abs().max().item<double>(), 0, 1e-12);
        Assert.InRange((means.norm(1, false, 2f) - 1).abs().max().item<double>(), 0, 1e-12);
        // Five means lie in four directions.
        Assert.Equal(0, icons.narrow(1, 4, 3).abs().max().item<double>());
    }

    /// <summary>Where not all directions are kept, it is those in which subjects lie far apart for how far the icons of one do, not those in which they lie far apart.</summary>
    [Fact]
    public void DirectionsAreKeptByWhatTheyTell()
    {
        const int Subjects = 6, Each = 8;
        using var scope = NewDisposeScope();
        var features = zeros(Subjects * Each, 2, ScalarType.Float64);
        for (var row = 0; row < Subjects * Each; row++)
        {
            var subject = row / Each;
            features[row, 0] = subject % 2 + .3 * (row % 2 == 0 ? 1 : -1);
            features[row, 1] = .8 * (subject / 2) + (row % 4 < 2 ? 1 : -1);
        }
        var icons = ClipTeacher.Placed(features, [.. Enumerable.Range(0, Subjects).Select(s => Enumerable.Range(s * Each, Each).ToArray())], 1).Icons;
        Assert.Single(icons.data<double>().ToArray().Select((place, row) => place > 0 == (row / Each % 2 == 0)).Distinct());
    }

    /// <summary>The teacher looks at each icon once; a run with one, cut off, ends in the same bytes, and what the teacher says and other styles count.</summary>
    [Fact]
    public void ARunWithATeacherEndsInTheSameBytes()
    {
        var looks = 0;
        var features = new PictureFeatures(picture =>
        {
            Interlocked.Increment(ref looks);
            var means = picture.mean([2, 3]).flatten().data<float>().ToArray();
            return [means[0], means[1], means[2], 1];
        }, 16, "means");
        string With(double weight) => Fields(8).Replace("\"teacher\": 0", FormattableString.Invariant($"\"teacher\": {weight}"), StringComparison.Ordinal);
        TinyRun.Run(TinyRun.Config(_folder, "whole", 1, 1, With(1)), stage: "clip", features: features);
        Assert.Equal(8, looks);
        Assert.Contains("teacher_recall_at_5", File.ReadAllText(_folder["whole.work/log.csv"]), StringComparison.Ordinal);
        var config = TinyRun.Config(_folder, "cut", 1, 1, With(1));
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(config, cancelAt: ("clip", 3), stage: "clip", features: features));
        TinyRun.Run(config, stage: "clip", features: features);
        Assert.Equal(16, looks);
        var whole = File.ReadAllBytes(_folder["whole-clip/model.safetensors"]);
        Assert.Equal(whole, File.ReadAllBytes(_folder["cut-clip/model.safetensors"]));
        TinyRun.Run(TinyRun.Config(_folder, "none", 1, 1, With(0)), stage: "clip");
        var alone = File.ReadAllBytes(_folder["none-clip/model.safetensors"]);
        Assert.NotEqual(whole, alone);
        // Other styles count, too.
        TinyRun.Run(TinyRun.Config(_folder, "none", 1, 1, With(0).Replace("\"restyled\": 0", "\"restyled\": 0.5", StringComparison.Ordinal)), stage: "clip");
        Assert.NotEqual(alone, File.ReadAllBytes(_folder["none-clip/model.safetensors"]));
    }

    /// <summary>A picture where its teacher wants it, and a name likewise, cost only what telling subjects apart costs.</summary>
    [Fact]
    public void TheTeachersPartOfTheLossIsWhatItSays()
    {
        using var scope = NewDisposeScope();
        var places = eye(3, dtype: ScalarType.Float64);
        var subjects = tensor(new long[] { 2, 0 });
        var lesson = new ClipStage.TeacherTargets(2, places.index_select(0, subjects), subjects, places);
        var scale = tensor(Math.Log(5));
        double Part(Tensor pictures, Tensor texts)
        {
            var embedded = cat([pictures, texts], 1);
            return (ClipStage.Loss(embedded, scale, lesson) - ClipStage.Loss(embedded, scale)).item<double>();
        }
        var (right, wrong) = (places.index_select(0, subjects), places.index_select(0, tensor(new long[] { 1, 1 })));
        var sure = -Math.Log(Math.Exp(5) / (Math.Exp(5) + 2));
        Assert.Equal(2 * sure, Part(right, right), 12);
        Assert.Equal(2 * (sure + 1), Part(right, wrong), 12);
        Assert.Equal(2 * (-Math.Log(1 / (Math.Exp(5) + 2)) + 1), Part(wrong, right), 12);
    }

    /// <summary>Names that no learnt icon has are not looked for: nobody could have told their words.</summary>
    [Fact]
    public void HeldOutIconsAreLookedForAmongLearntNames()
    {
        for (var i = 0; i < 4; i++)
            foreach (var file in Directory.GetFiles(_folder["icons"], "*-b*.svg").Where(f => !f.Contains('_', StringComparison.Ordinal)).ToArray())
                File.WriteAllText(file.Replace(".svg", $"_{i}.svg", StringComparison.Ordinal), File.ReadAllText(file).Replace("<svg", $"<svg id=\"_{i}\"", StringComparison.Ordinal));
        var captions = _folder.Write("captions.csv", "file,caption\n" + string.Join('\n', Directory.GetFiles(_folder["icons"]).Order().Select(Path.GetFileName).Select(f => $"{f},{f!.Split('_', '.')[0].Replace('-', ' ')}")));
        var config = TinyRun.Config(_folder, "held", 1, 1, Fields(2)) with { HeldOut = .25, Data = [new DataSource(_folder["icons"], null, "", captions, "MIT", null)] };
        var outcome = TinyRun.Run(config, stage: "clip");
        Assert.InRange(outcome.Clip!.Names, 2, 7); // Of eight some are held out whole.
        Assert.InRange(outcome.Clip.Icons, 1, outcome.HeldOut - 1);
        Assert.True(outcome.Clip.HeldOut);
    }

    [Theory]
    [InlineData("\"heads\": 5", "clip.heads: a number that divides clip.channels (192)")]
    [InlineData("\"patch\": 5", "clip.patch: a number that divides image_size (16)")]
    [InlineData("\"channels\": 256, \"layers\": 12", "MB in fp16")]
    [InlineData("\"teacher\": -1", "clip.teacher: a number from 0 to 100")]
    [InlineData("\"restyled\": 1.5", "clip.restyled: a number from 0 to 1")]
    [InlineData("\"accumulate\": 2", "clip.accumulate: no such field")]
    public void WrongFieldsAreNamed(string field, string message) =>
        Assert.Contains(message, Assert.Throws<TrainingException>(() => TinyRun.Config(_folder, "odd", 1, 1, $$""" "clip": { {{field}}, "steps": 1 }, """)).Message, StringComparison.Ordinal);

    [Fact]
    public void ATeacherNeedsFeatures() =>
        Assert.Throws<ArgumentException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(2).Replace("\"teacher\": 0", "\"teacher\": 1", StringComparison.Ordinal)), stage: "clip"));

    [Fact]
    public void WithoutItsFieldsTheStageIsAnError() =>
        Assert.Contains("clip: the field is missing", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1), stage: "clip")).Message, StringComparison.Ordinal);

    [Fact]
    public void IconsWithoutNamesCannotBeToldApart()
    {
        foreach (var (file, i) in Directory.GetFiles(_folder["icons"]).Order().Select((f, i) => (f, i))) File.Move(file, _folder[$"icons/1F53{i}.svg"]);
        Assert.Contains("the icons go by 0 name(s)", Assert.Throws<TrainingException>(() => TinyRun.Run(TinyRun.Config(_folder, "tiny", 1, 1, Fields(2)), stage: "clip")).Message, StringComparison.Ordinal);
    }
}
