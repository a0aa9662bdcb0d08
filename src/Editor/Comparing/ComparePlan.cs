using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Editing;

namespace SvgDistill.Editor.Comparing;

/// <summary>What a comparison runs.</summary>
/// <param name="Base">The edit without its method and seed.</param>
/// <param name="Methods">Its rows.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="Moments">Pictures a run, the source not counted.</param>
/// <param name="Preset">The experiment that it repeats, or null.</param>
/// <param name="Arguments">The arguments of <c>edit</c> that all runs share, for the commands in the report.</param>
/// <param name="Command">The whole command, for the report.</param>
internal sealed record ComparePlan(
    EditRequest Base, IReadOnlyList<ComparedMethod> Methods, IReadOnlyList<long> Seeds, int Moments, ComparePreset? Preset,
    IReadOnlyList<string> Arguments, string Command)
{
    /// <summary>All runs, seed by seed, so that every method has a result early.</summary>
    public IEnumerable<(ComparedMethod Method, long Seed)> Runs => Seeds.SelectMany(seed => Methods.Select(method => (method, seed)));

    /// <summary>How many runs.</summary>
    public int RunCount => Methods.Count * Seeds.Count;

    /// <summary>After which of a run's steps a picture is kept, evenly spread, the last among them.</summary>
    public int[] MomentSteps(int steps) =>
        [.. Enumerable.Range(1, Moments).Select(i => (int)Math.Round((double)i * steps / Moments)).Where(s => s > 0).Distinct()];

    /// <summary>The edit of one run.</summary>
    public EditRequest Request(ComparedMethod method, long seed) =>
        Base with
        {
            Method = method.Name, Via = method.Via, Seed = seed, Settings = method.Settings.Over(Base.Settings),
            Limits = Base.Limits with { Strength = 1 }, // --strength is the pictures' here
        };

    /// <summary>The command that makes a run's result alone.</summary>
    public string EditCommand(ComparedMethod method, long seed)
    {
        // Settings of the label replace those of the command line.
        var given = new List<string>();
        for (var i = 0; i < Arguments.Count; i += 2)
            if (!method.Arguments.Contains(Arguments[i]) && (method.Via is not null || Arguments[i] != "--strength")) given.AddRange([Arguments[i], Arguments[i + 1]]);
        return string.Join(' ', new[] { "svgdistill", "edit", Base.Input }.Concat(method.Arguments).Append("--seed")
            .Append(seed.ToString(System.Globalization.CultureInfo.InvariantCulture)).Concat(given).Select(ShellWord.Quote));
    }
}
