using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Controlling;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>Editing from code.</summary>
public sealed class DrawingEditorTests : IDisposable
{
    private static readonly DrawingEditOptions _short = new() { Method = new MethodName(MethodKind.Sds), Settings = new EditSettings { Steps = 3 } };

    private readonly TempFolder _folder = new();
    private readonly DrawingEditor _editor = new(new EditorOptions { Model = TestPaths.TinyModel });

    public void Dispose()
    {
        _editor.Dispose();
        _folder.Dispose();
    }

    private SvgDocument Apple() => SvgDocument.Load(_folder.Example("apple.svg"));

    /// <summary>A host that shuts down: the edit in progress gives what it has, those that wait end, and nothing hangs.</summary>
    [Fact]
    public async Task DisposingStopsTheEditAndEndsThoseThatWait()
    {
        var editor = new DrawingEditor(new EditorOptions { Model = TestPaths.TinyModel });
        var (apple, begun) = (Apple(), new TaskCompletionSource());
        var many = _short with { Settings = new EditSettings { Steps = 100_000 }, Still = 0 };
        var running = editor.EditAsync(apple, "a pear", many, new Told(p =>
        {
            if (p.Step > 0) begun.TrySetResult();
        }), TestContext.Current.CancellationToken);
        var waiting = editor.EditAsync(apple, "a plum", many, cancellation: TestContext.Current.CancellationToken);
        await begun.Task;
        await Task.Run(editor.Dispose, TestContext.Current.CancellationToken);
        Assert.True((await running).Interrupted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => editor.EditAsync(apple, "a pear", _short, cancellation: TestContext.Current.CancellationToken));
        editor.Dispose();
    }

    private sealed class Told(Action<EditorProgress> action) : IProgress<EditorProgress>
    {
        public void Report(EditorProgress value) => action(value);
    }

    [Theory]
    [InlineData("FP32", null, null, "precision 'FP32'")]
    [InlineData("auto", "velocity", null, "prediction 'velocity'")]
    [InlineData("auto", null, "gpu", "--device gpu")]
    [InlineData("auto", null, "cuda:x", "--device cuda:x")]
    public void WordsThatAreNoneAreRefused(string precision, string? prediction, string? device, string message)
    {
        var error = Assert.Throws<EditorException>(() => new DrawingEditor(new EditorOptions { Model = TestPaths.TinyModel, Precision = precision, Prediction = prediction, Device = device }));
        Assert.Equal(EditorErrorKind.Usage, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEditGivesADrawingItsRecordAndProgress()
    {
        var said = new Said();
        var apple = Apple();
        var edited = await _editor.EditAsync(apple, "a pear", _short, said, TestContext.Current.CancellationToken);
        Assert.NotEqual(apple.ToBytes(), edited.Svg.ToArray());
        Assert.Equal((3, false), (edited.Steps, edited.Interrupted));
        Assert.Equal([1, 2, 3], said.All.Where(s => s.Text.StartsWith("|g|", StringComparison.Ordinal)).Select(s => s.Step));
        Assert.All(said.All.Where(s => s.Step > 0), s => Assert.Equal(3, s.Steps));
        var record = JsonNode.Parse(edited.Record!)!;
        Assert.Equal("a pear", (string?)record["options"]!["trg"]);
        Assert.Equal((double?)edited.Metrics["silhouette_overlap"], (double?)record["metrics"]!["silhouette_overlap"]);

        edited.Save(_folder["pear.svg"]);
        Assert.Equal(edited.Svg.ToArray(), File.ReadAllBytes(_folder["pear.svg"]));
        Assert.Equal(edited.Record, File.ReadAllText(_folder["pear.svg.json"]));
        var again = await _editor.EditAsync(apple, "a pear", _short, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(edited.Svg.ToArray(), again.Svg.ToArray());
    }

    [Fact]
    public async Task ZeroStepsGiveTheSameBytes()
    {
        var apple = Apple();
        var edited = await _editor.EditAsync(apple, "a pear", _short with { Settings = new EditSettings { Steps = 0 } }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(apple.ToBytes(), edited.Svg.ToArray());
    }

    [Fact]
    public async Task EditsAtOnceTakeTurns()
    {
        var apple = Apple();
        var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _editor.EditAsync(apple, "a pear", _short)));
        Assert.All(all, e => Assert.Equal(all[0].Svg.ToArray(), e.Svg.ToArray()));
    }

    [Fact]
    public async Task WhatIsStoppedGivesWhatItReached()
    {
        using var stop = new CancellationTokenSource();
        var edited = await _editor.EditAsync(Apple(), "a pear", _short with { Settings = new EditSettings { Steps = 1000 } },
            new Said { On = s => { if (s.Step == 2) stop.Cancel(); } }, stop.Token);
        Assert.Equal((2, true), (edited.Steps, edited.Interrupted));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _editor.EditAsync(Apple2(), "a pear", _short, null, stop.Token));
        SvgDocument Apple2() => SvgDocument.Load(_folder["apple.svg"]);
    }

    [Fact]
    public async Task ErrorsSayWhoseTheyAre()
    {
        var empty = SvgDocument.Parse(Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"), "empty.svg");
        var error = await Assert.ThrowsAsync<EditorException>(() => _editor.EditAsync(empty, "a pear", _short));
        Assert.Equal(EditorErrorKind.Input, error.Kind);
        Assert.StartsWith("empty.svg: ", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<EditorException>(() => _editor.EditAsync(Apple(), "a pear", _short with { Scene = SceneOptions.Default with { Lock = ["path"], Optimize = OptimizeKinds.Points } }));
        Assert.Equal(EditorErrorKind.Usage, error.Kind);
        error = Assert.Throws<EditorException>(() => new DrawingEditor(new EditorOptions { Device = "cuda:63" }));
        Assert.Equal(EditorErrorKind.Engine, error.Kind);
    }

    [Fact]
    public async Task ARunInWhichNothingMovesEnds()
    {
        var apple = Apple();
        var options = _short with { Settings = new EditSettings { Steps = 200, PointRate = 0, ColorRate = 0, AnchorShape = 0 } };
        var edited = await _editor.EditAsync(apple, "a pear", options, cancellation: TestContext.Current.CancellationToken);
        // The first steps settle what rules round.
        Assert.InRange(edited.Steps, 20, 40);
        Assert.False(edited.Interrupted);
        edited = await _editor.EditAsync(apple, "a pear", options with { Still = 0, Settings = options.Settings with { Steps = 25 } }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(25, edited.Steps);
        // One that moves goes on.
        edited = await _editor.EditAsync(apple, "a pear", _short with { Settings = new EditSettings { Steps = 25 } }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(25, edited.Steps);
    }

    [Fact]
    public async Task TheBestStepIsTheOneThatTheModelPrefers()
    {
        var apple = Apple();
        async Task<EditedDrawing> Edit(int steps, bool best) =>
            await _editor.EditAsync(apple, "a pear", _short with { Clean = false, KeepBest = best, Settings = new EditSettings { Steps = steps } });
        var kept = await Edit(40, best: true);
        var step = (int)JsonNode.Parse(kept.Record!)!["kept_step"]!;
        Assert.Contains(step, new[] { 20, 40 });
        // Preferred by the measure that the record has of the result, too: no other measured step is better.
        double Preference(EditedDrawing e) => (double)e.Metrics["denoising_loss"]!["target_after"]! - (double)e.Metrics["denoising_loss"]!["source_after"]!;
        var last = await Edit(40, best: false);
        if (step != 40) Assert.NotEqual(last.Svg.ToArray(), kept.Svg.ToArray());
        else Assert.Equal(last.Svg.ToArray(), kept.Svg.ToArray());
        Assert.True(Preference(kept) <= Preference(last) + 1e-3, $"{Preference(kept)} at step {step}, {Preference(last)} at the last");
    }

    [Fact]
    public async Task LimitsHoldAndMakersAreTold()
    {
        var apple = Apple();
        var options = _short with
        {
            Limits = new ControlRequest { Lock = Aspects.Shape, Palette = PaletteChoice.Of(CssColor.Parse("#ff0000")!.Value, CssColor.Parse("#00ff00")!.Value) },
            Maker = new MakerRequest { MinFeature = 400, Units = "px" },
        };
        var edited = await _editor.EditAsync(apple, "a pear", options, cancellation: TestContext.Current.CancellationToken);
        static string[] Values(ReadOnlySpan<byte> svg, string name) => [.. Regex.Matches(Encoding.UTF8.GetString(svg), $"\\s{name}=\"([^\"]*)\"").Select(m => m.Groups[1].Value)];
        Assert.Equal(Values(apple.ToBytes(), "d"), Values(edited.Svg.Span, "d"));
        Assert.All(Values(edited.Svg.Span, "(?:fill|stroke|stop-color)").Where(v => v[0] == '#'), color => Assert.Contains(color, new[] { "#f00", "#ff0000", "#0f0", "#00ff00" }));
        Assert.NotEmpty(JsonNode.Parse(edited.Record!)!["thin_features"]!["below"]!.AsArray());

        foreach (var wrong in new[]
                 {
                     _short with { Limits = new ControlRequest { Strength = 1.5 } }, _short with { Limits = new ControlRequest { MaskSoftness = double.NaN } },
                     _short with { Maker = new MakerRequest { Units = "ell" } }, _short with { Maker = new MakerRequest { MinFeature = 0 } }, _short with { Maker = new MakerRequest { Widen = true } },
                 })
            Assert.Equal(EditorErrorKind.Usage, (await Assert.ThrowsAsync<EditorException>(() => _editor.EditAsync(apple, "a pear", wrong))).Kind);
    }

    private sealed class Said : IProgress<EditorProgress>
    {
        public List<EditorProgress> All { get; } = [];

        public Action<EditorProgress> On { get; init; } = _ => { };

        public void Report(EditorProgress value)
        {
            All.Add(value);
            On(value);
        }
    }
}
