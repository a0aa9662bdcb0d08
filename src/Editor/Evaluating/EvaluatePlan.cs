using SvgDistill.Editor.Editing;

namespace SvgDistill.Editor.Evaluating;

/// <summary>What an evaluation does.</summary>
/// <param name="List">The list's path.</param>
/// <param name="Pairs">The pairs that are taken.</param>
/// <param name="Rows">The rows, in the order of the report.</param>
/// <param name="Base">An edit without its drawing, prompts and method.</param>
/// <param name="Command">The whole command, for the report.</param>
internal sealed record EvaluatePlan(string List, IReadOnlyList<EvaluatedPair> Pairs, IReadOnlyList<EvaluatedRow> Rows, EditRequest Base, string Command)
{
    /// <summary>All runs, pair by pair, so that each pair's rows stand side by side early.</summary>
    public IEnumerable<(EvaluatedPair Pair, EvaluatedRow Row)> Runs =>
        Pairs.SelectMany(pair => Rows.Where(row => row.Kind != RowKind.Perfect || pair.After is not null).Select(row => (pair, row)));

    /// <summary>How many runs.</summary>
    public int RunCount => Runs.Count();

    /// <summary>The edit of a run. What is not edited has no settings that could differ.</summary>
    public EditRequest Request(EvaluatedPair pair, EvaluatedRow row)
    {
        var request = Base with { Input = pair.Before, Source = pair.Source, Target = pair.Target };
        return row.Kind == RowKind.Edit ? row.Apply(request) : request with { Method = null, Via = null, Seed = 0, Settings = new() { Steps = 0 } };
    }
}
