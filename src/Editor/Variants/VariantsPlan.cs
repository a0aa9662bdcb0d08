using System.Globalization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Variants;

/// <summary>What a set of variants runs: an edit for each prompt and seed, of which the strengths are stations.</summary>
/// <param name="Base">The edit without its prompt and seed, its source prompt resolved.</param>
/// <param name="Prompts">The target prompts.</param>
/// <param name="Seeds">The seeds of each.</param>
/// <param name="Strengths">How far along each edit variants are taken, ascending, in (0, 1].</param>
/// <param name="Wanted">How many variants are kept at most.</param>
/// <param name="Arguments">The arguments of <c>edit</c> that all runs share, for the commands in the report.</param>
/// <param name="Command">The whole command, for the report.</param>
internal sealed record VariantsPlan(
    EditRequest Base, IReadOnlyList<string> Prompts, IReadOnlyList<long> Seeds, IReadOnlyList<double> Strengths, int Wanted,
    IReadOnlyList<string> Arguments, string Command)
{
    // A draft: half the steps of an edit, each half as long again. docs/variants.md has the figures.
    private const double StepsShare = .5, RateFactor = 1.5;

    /// <summary>All runs, seed by seed, so that every prompt has a variant early.</summary>
    public IEnumerable<(string Prompt, long Seed)> Runs => Seeds.SelectMany(seed => Prompts.Select(prompt => (prompt, seed)));

    /// <summary>How many runs.</summary>
    public int RunCount => Prompts.Count * Seeds.Count;

    /// <summary>The edit of one run.</summary>
    public EditRequest Request(string prompt, long seed) => Base with { Target = prompt, Seed = seed };

    /// <summary>The settings of a variant where the command line does not say: those of a draft.</summary>
    public static EditSettings Draft(EditRequest request, DiffusionModel model)
    {
        // An edit by way of a picture has steps of another kind.
        if (request.Via is not null) return request.Settings;
        var full = EditSettings.Resolve(EditSession.MethodOf(request, model), request.Settings with { Steps = null, PointRate = null, ColorRate = null }, model.Defaults);
        var given = request.Settings;
        if (given.Steps is not null) return given;
        return given with
        {
            Steps = (int)Math.Ceiling(StepsShare * full.Steps!.Value),
            PointRate = given.PointRate ?? Rate(full.PointRate!.Value), ColorRate = given.ColorRate ?? Rate(full.ColorRate!.Value),
        };
    }

    // As short as the commands that name it.
    private static double Rate(double rate) => Math.Round(RateFactor * rate, 6);

    /// <summary>The name of a run's folder.</summary>
    public string FolderName(string prompt, long seed)
    {
        var slug = OutputNames.Slug(prompt);
        // Two prompts of one slug are told apart by their places.
        var number = Prompts.Where(p => OutputNames.Slug(p) == slug).TakeWhile(p => p != prompt).Count() + 1;
        return FormattableString.Invariant($"{slug}{(number > 1 ? $"-{number}" : "")}-s{seed}");
    }

    /// <summary>The command that makes a variant alone.</summary>
    public string EditCommand(string prompt, long seed, double strength)
    {
        var part = strength.ToString(CultureInfo.InvariantCulture);
        string Words(params IEnumerable<string> more) => string.Join(' ', new[] { "svgdistill", "edit", Base.Input, "--trg", prompt, "--seed", seed.ToString(CultureInfo.InvariantCulture) }
            .Concat(Arguments).Concat(more).Select(ShellWord.Quote));
        return strength == 1 ? Words() : Base.Via is null ? Words("--strength", part)
            // There --strength is the picture's own.
            : $"{Words("-o", "out.svg")} && svgdistill strength out.svg {part}";
    }
}
