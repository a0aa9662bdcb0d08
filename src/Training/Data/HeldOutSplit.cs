namespace SvgDistill.Training.Data;

/// <summary>Which icons are learnt and which are only measured with: all of some subjects, and some of the other icons.</summary>
/// <param name="Learnt">Indices of those that are learnt.</param>
/// <param name="HeldOut">Indices of the others.</param>
internal sealed record HeldOutSplit(int[] Learnt, int[] HeldOut)
{
    /// <summary>Splits; at least one icon is held out unless the part is 0.</summary>
    /// <exception cref="TrainingException">None would be left to learn from.</exception>
    public static HeldOutSplit Of(IReadOnlyList<Icon> icons, double part, long seed)
    {
        if (part == 0) return new([.. Enumerable.Range(0, icons.Count)], []);
        var subjects = icons.Select(i => i.Subject).Where(s => s.Length > 0).Distinct().Order(StringComparer.Ordinal).ToArray();
        var draws = new Draws(seed, 0, Purpose.Split);
        var unseen = draws.Order(subjects.Length).Take((int)(part * subjects.Length)).Select(i => subjects[i]).ToHashSet();
        var others = draws.Order(icons.Count).Where(i => !unseen.Contains(icons[i].Subject)).Take(Math.Max(1, (int)(part * icons.Count))).ToHashSet();
        var held = Enumerable.Range(0, icons.Count).Where(i => others.Contains(i) || unseen.Contains(icons[i].Subject)).ToArray();
        if (held.Length == icons.Count) throw new TrainingException($"{icons.Count} usable icons, of which {held.Length} are held out: none is left to learn from. Give more icons, or \"held_out\": 0.");
        return new([.. Enumerable.Range(0, icons.Count).Except(held)], held);
    }
}
