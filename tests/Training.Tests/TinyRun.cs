using System.Globalization;
using SvgDistill.Tests;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using TorchSharp;

namespace SvgDistill.Training.Tests;

/// <summary>A training run of eight drawings on a network that takes a second.</summary>
internal static class TinyRun
{
    /// <summary>Writes eight drawings: four shapes in two colours.</summary>
    public static void WriteIcons(TempFolder folder)
    {
        Directory.CreateDirectory(folder["icons"]);
        foreach (var (color, name) in new[] { ("#e33", "red"), ("#36c", "blue") })
        {
            foreach (var (shape, body) in new[] { ("ball", "<circle cx=\"8\" cy=\"8\" r=\"7\"/>"), ("box", "<rect x=\"1\" y=\"1\" width=\"14\" height=\"14\"/>"), ("hill", "<path d=\"M1 15 8 1l7 14z\"/>"), ("bar", "<rect x=\"6\" width=\"4\" height=\"16\"/>") })
                folder.Write($"icons/{name}-{shape}.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\" fill=\"{color}\">{body}</svg>");
        }
    }

    /// <summary>A configuration of them.</summary>
    public static TrainConfig Config(TempFolder folder, string name, int vaeSteps, int unetSteps, string more = "", string vae = "")
    {
        var text = string.Create(CultureInfo.InvariantCulture, $$"""
            { "name": "{{name}}", "image_size": 16, "views": 2, "held_out": 0, "mirror": false, {{more}}
              "data": [ { "path": "icons", "licence": "MIT" } ],
              "tokenizer": { "vocabulary": 540, "length": 8 },
              "vae": { {{vae}}"channels": [16, 32], "latent_channels": 4, "groups": 8, "steps": {{vaeSteps}}, "batch": 8, "rate": 0.003, "kl": 0.0001 },
              "unet": { "channels": [32, 64], "attention": [0, 1], "heads": 2, "groups": 8, "steps": {{unetSteps}}, "batch": 32, "rate": 0.003, "ema": 0.99 },
              "text": { "channels": 32, "layers": 1, "heads": 2 } }
            """);
        return TrainConfig.Read(folder.Write(name + ".json", text));
    }

    /// <summary>Runs it; cancels at a step of a stage where one is named.</summary>
    public static TrainOutcome Run(TrainConfig config, List<double>? losses = null, (string Stage, int Step)? cancelAt = null, string? stage = null, List<string>? notes = null, PictureFeatures? features = null)
    {
        using var source = new CancellationTokenSource();
        return TrainRun.Run(config, stage, torch.CPU, new Reporter(losses, (at, step) =>
        {
            if (cancelAt == (at, step)) source.Cancel();
        }, notes), source.Token, features);
    }

    private sealed class Reporter(List<double>? losses, Action<string, int> step, List<string>? notes) : ITrainReporter
    {
        public void Say(string line) { }

        public void Note(string line) => notes?.Add(line);

        public void Items(string what, int done, int all) { }

        public void Step(string stage, long done, int steps, double loss, double rate)
        {
            if (stage == "unet") losses?.Add(loss);
            step(stage, (int)done);
        }
    }
}
