using System.CommandLine;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Editor.Editing;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Cli.Options;

/// <summary>Options and arguments that several commands take: one name, one meaning, one check.</summary>
internal static class Shared
{
    public static Argument<string> InputSvg() => new("input.svg") { Description = "The SVG file to read, plain or compressed; - is standard input." };

    /// <summary>Any number of files. An option that the command does not have is no file.</summary>
    public static Argument<string[]> Files(string name, string description, bool atLeastOne) => new(name)
    {
        Description = description,
        Arity = atLeastOne ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Select(t => t.Value).FirstOrDefault(IsOption) is { } option) result.AddError($"Unrecognized command or argument '{option}'.");
            },
        },
    };

    /// <summary>Whether a word among files is an option that is misspelt.</summary>
    public static bool IsOption(string word) => word.Length > 1 && word[0] == '-' && !File.Exists(word);

    public static Option<string?> Output(string description)
    {
        var option = Values.Text("-o", "FILE", description);
        option.Aliases.Add("--output");
        return option;
    }

    public static Option<string?> Resources() => Values.Create<string>("--resources", "DIR",
        "A folder whose files the drawing's images may be (addresses start at the SVG's own folder). Default: only images inside the SVG are drawn.",
        "a folder that exists", text => Directory.Exists(text) ? text : null);

    public static Option<string?> Match() => Values.Text("--match", "PATTERN", "Of folders and icon sets, only drawings whose name matches, as in 'a*'.");

    public static Option<bool> Quiet() => new("--quiet") { Description = "Say nothing but errors and notes." };

    public static Option<bool> Json() => new("--json") { Description = "Print the result's record as JSON on standard output." };

    public static Option<long> Seed() => Values.Seed("--seed", "The random numbers' seed; the same seed gives the same bytes.");

    public static Option<int?> Size(string description) => Values.Integer("--size", "PIXELS", description, 1, 16384);

    public static Option<string?> Background(string description) =>
        Values.Create("--background", "COLOR", description, "a CSS colour, 'none' or 'auto'", Backgrounds.Check);

    public static Option<string?> Model() => Values.Text("--model", "MODEL",
        "A diffusers folder, a single-file checkpoint (.safetensors), or a name in the Hugging Face cache. Default: the embedded icon prior.");

    public static Option<int?> Steps(string description) => Values.Integer("--steps", "N", description, 0, 1_000_000);

    public static Option<double?> Guidance(string description) => Values.Number("--guidance", "W", description, -1000, 1000);

    public static Option<double?> Fairness(string description) => Values.Number("--fairness", "LENGTH",
        "How far along an outline a push on one place is felt, in canvas diagonals: more keeps forms, less lets them change; 0 moves every number by itself. " + description, 0, 100);

    public static Option<SymmetryMode?> Symmetry(string more = "") => Values.Words<SymmetryMode>("--symmetry",
        "Which of the drawing's own symmetries stay: auto (all), none, x (left is right) or y (top is bottom). Default: auto." + more, ["auto", "none", "x", "y"]);

    public static Option<string?> Negative(string more = "") =>
        Values.Text("--negative", "PROMPT", "What the picture should move away from; replaces the empty text in the guidance." + more, allowEmpty: true);

    public static Option<string> Precision() => Values.Word("--precision",
        "What the network computes in. auto: bf16 where the CPU's flags say that it is fast, fp16 on a GPU, else fp32.",
        "auto", "auto", "fp32", "bf16", "fp16");

    public static Option<string?> Device() => Values.Create("--device", "cpu|cuda[:N]", "Where the network runs. Default: cpu.",
        "'cpu', 'cuda', or 'cuda:N' with N from 0 to 63", text => text is "cpu" or "cuda" || (text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text["cuda:".Length..], out var index) && index is >= 0 and < 64) ? text : null);

    public static Option<int?> Threads() => Values.Integer("--threads", "N",
        "How many CPU cores to use. Default: all. It never changes the result.", 1, 1024);

    public static Option<string?> Fonts() => Values.Text("--fonts", "DIR",
        "Draw text with the fonts in this folder and no others. Default: the system's.");

    /// <summary>The fonts of <see cref="Fonts()"/>.</summary>
    /// <exception cref="FontException">There is no such folder, or no font in it.</exception>
    public static FontDatabase FontsOf(string? folder) => folder is null ? FontDatabase.System : FontDatabase.FromFolder(folder);

    public static Option<string?> Prediction() => Values.Create<string>("--prediction", "epsilon|v",
        "What a single-file checkpoint predicts, where its shapes cannot tell.", "'epsilon' or 'v'", text => text is "epsilon" or "v" ? text : null);
}
