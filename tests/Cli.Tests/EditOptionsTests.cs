using SvgDistill.Cli.Options;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Pictures;
using SvgDistill.Editor.Controlling;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Every option of an edit reaches the request; what requests do is shown where it is done.</summary>
public sealed class EditOptionsTests
{
    private static readonly Dictionary<string, (string Value, Func<EditRequest, bool> Arrives)> _asked = new(StringComparer.Ordinal)
    {
        ["--trg"] = ("a fox", r => r.Target == "a fox"),
        ["--src"] = ("an owl", r => r.Source == "an owl"),
        ["--negative"] = ("a cat", r => r.Negative == "a cat"),
        ["--style"] = ("noto", r => r.Style == "noto"),
        ["--preset"] = ("recolor", r => r.Scene.Optimize == OptimizeKinds.Colors),
        ["--method"] = ("dds", r => r.Method == new MethodName(MethodKind.Dds)),
        ["--via"] = ("p2p", r => r.Via == new PictureMethod(SamplerKind.PromptToPrompt)),
        ["--strength"] = ("0.4", r => r.Settings.Strength == .4),
        ["--model"] = ("folder", r => r.Model == "folder"),
        ["--lora-in"] = ("both", r => r.LoraPlace == LoraPlace.Both),
        ["--steps"] = ("7", r => r.Settings.Steps == 7),
        ["--seed"] = ("8", r => r.Seed == 8),
        ["--guidance"] = ("3.5", r => r.Settings.Guidance == 3.5),
        ["--t-range"] = ("10:20", r => r.Settings.Timesteps == new TimestepRange(10, 20)),
        ["--timesteps"] = ("falling", r => r.Settings.Order == TimestepOrder.Falling),
        ["--eta"] = ("0.25", r => r.Settings.Eta == .25),
        ["--point-rate"] = ("0.001", r => r.Settings.PointRate == .001),
        ["--color-rate"] = ("0.002", r => r.Settings.ColorRate == .002),
        ["--fpr-steps"] = ("5", r => r.Settings.FprSteps == 5),
        ["--fpr-lambda"] = ("0.5", r => r.Settings.FprLambda == .5),
        ["--fpr-distance"] = ("l1", r => r.Settings.FprDistance == FprDistance.L1),
        ["--fpr-target"] = ("noise", r => r.Settings.FprTarget == FprTarget.Noise),
        ["--clip-guidance"] = ("0.7", r => r.Settings.ClipGuidance == .7),
        ["--fairness"] = ("0.3", r => r.Settings.Fairness == .3),
        ["--anchor-shape"] = ("2", r => r.Settings.AnchorShape == 2),
        ["--filter-width"] = ("4", r => r.Settings.FilterWidth == 4),
        ["--optimize"] = ("points", r => r.Scene.Optimize == OptimizeKinds.Points),
        ["--move"] = ("groups", r => r.Scene.Move == MoveUnits.Groups),
        ["--only"] = ("#a,.b", r => r.Scene.Only is ["#a", ".b"]),
        ["--freeze"] = ("#a,.b", r => r.Scene.Lock is ["#a", ".b"]),
        ["--lock"] = ("shape,#a", r => r.Limits.Lock == AspectWords.Split(["shape"]).Aspects && r.Limits.Lock != default && r.Scene.Lock is ["#a"]),
        ["--lock-colors"] = ("red", r => r.Scene.LockColors is ["red"]),
        ["--palette"] = ("keep", r => r.Limits.Palette == PaletteChoice.Keep),
        ["--mask"] = ("#a", r => r.Limits.Mask == "#a"),
        ["--ground-contrast"] = (".2", r => r.Limits.GroundContrast == .2),
        ["--mask-softness"] = ("0.1", r => r.Limits.MaskSoftness == .1),
        ["--free-shapes"] = ("", r => r.Scene.FreeShapes),
        ["--symmetry"] = ("x", r => r.Symmetry == SymmetryMode.X),
        ["--no-clean"] = ("", r => !r.Clean),
        ["--prune"] = ("", r => r.Prune),
        ["--add-paths"] = ("3", r => r.AddPaths == 3),
        ["--restructure"] = ("", r => r.Restructure),
        ["--pictures"] = ("4", r => r.Pictures == 4),
        ["--refine"] = ("6", r => r.Refine == 6),
        ["--simplify"] = ("0.01", r => r.Simplify == .01),
        ["--units"] = ("cm", r => r.Maker.Units == "cm"),
        ["--min-feature"] = ("0.2", r => r.Maker.MinFeature == .2),
        ["--widen"] = ("", r => r.Maker.Widen),
        ["--separate"] = ("colors", r => r.Maker.SeparateColors),
        ["--outline-text"] = ("", r => r.OutlineText),
        ["--resources"] = (".", r => r.Scene.Resources == "."),
        ["--background"] = ("red", r => r.Background == "red"),
        ["--precision"] = ("bf16", r => r.Precision == "bf16"),
        ["--device"] = ("cuda:1", r => r.Device == "cuda:1"),
        ["--prediction"] = ("v", r => r.Prediction == "v"),
        ["--keep-best"] = ("", r => r.KeepBest),
        ["--put-back"] = ("", r => r.PutBack),
        ["--still"] = ("0.5", r => r.Still == .5),
        ["--no-losses"] = ("", r => !r.Losses),
    };

    // Threads are the process's; fonts and adapters need files, and their tests are FontTests' and AdapterTests'.
    private static readonly string[] _elsewhere = ["--threads", "--fonts", "--lora", "--embedding", "--control", "--control-image", "--control-scale"];

    [Fact]
    public void EveryOneReachesTheRequest()
    {
        var options = new EditOptions();
        Assert.Equal(options.Editing.Concat(options.Ending).Select(o => o.Name).Order(StringComparer.Ordinal), _asked.Keys.Concat(_elsewhere).Order(StringComparer.Ordinal));
        Assert.All(_asked, entry =>
        {
            var (value, arrives) = entry.Value;
            Assert.False(arrives(Read("--trg", "x")), "it holds without the option");
            string[] given = entry.Key == "--trg" ? [] : ["--trg", "x"];
            Assert.True(arrives(Read([.. given, entry.Key, .. value.Length > 0 ? [value] : Array.Empty<string>()])), "it does not arrive");
        });
    }

    private static EditRequest Read(params string[] words)
    {
        var options = new EditOptions();
        var command = new System.CommandLine.Command("edit") { options.Input };
        foreach (var option in options.Editing.Concat(options.Ending)) command.Options.Add(option);
        var parsed = command.Parse(["in.svg", .. words]);
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }
}
