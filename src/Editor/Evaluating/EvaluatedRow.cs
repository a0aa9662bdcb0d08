using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;

namespace SvgDistill.Editor.Evaluating;

/// <summary>Where a row's drawings come from.</summary>
internal enum RowKind
{
    /// <summary>An edit.</summary>
    Edit,
    /// <summary>The drawing as it was.</summary>
    NoOp,
    /// <summary>The wanted drawing itself.</summary>
    Perfect,
}

/// <summary>A row of an evaluation: the same thing done to every pair.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="FolderName">The name of its folders; no sign in it is special on any file system.</param>
/// <param name="Kind">Where its drawings come from.</param>
/// <param name="Apply">Makes the edit of a pair the row's.</param>
internal sealed record EvaluatedRow(string Name, string FolderName, RowKind Kind, Func<EditRequest, EditRequest> Apply)
{
    private const string PresetPrefix = "preset:";

    /// <summary>Nothing done: what every measure of likeness rewards.</summary>
    public static EvaluatedRow NoOp { get; } = new("no-op", "no-op", RowKind.NoOp, request => request);

    /// <summary>The most that can be had: the wanted drawing, where it is known.</summary>
    public static EvaluatedRow Perfect { get; } = new("perfect", "perfect", RowKind.Perfect, request => request);

    /// <summary>What <c>edit</c> does without further options.</summary>
    public static EvaluatedRow Default { get; } = new("default", "default", RowKind.Edit, request => request);

    private static EvaluatedRow OfPreset(string name)
    {
        var preset = EditPresets.Parse(name)
            ?? throw EditorException.Usage($"--methods: there is no preset '{name}'. Presets: {string.Join(", ", EditPresets.All.Select(p => p.Name()))}");
        return new(PresetPrefix + preset.Name(), "preset-" + preset.Name(), RowKind.Edit, request => preset.Apply(request));
    }

    /// <summary>Reads a name of <c>--methods</c>: <c>default</c>, <c>preset:NAME</c>, or a method as <c>compare</c> takes it.</summary>
    /// <exception cref="EditorException">There is no such row.</exception>
    public static EvaluatedRow Parse(string text)
    {
        if (text.Equals(Default.Name, StringComparison.OrdinalIgnoreCase)) return Default;
        foreach (var always in new[] { NoOp, Perfect })
            if (text.Equals(always.Name, StringComparison.OrdinalIgnoreCase)) throw EditorException.Usage($"--methods: {always.Name} is always there: leave it out");
        if (text.StartsWith(PresetPrefix, StringComparison.OrdinalIgnoreCase)) return OfPreset(text[PresetPrefix.Length..]);
        var method = ComparedMethod.Parse(text);
        return new(method.Label, method.FolderName, RowKind.Edit, request => request with
        {
            Method = method.Name, Via = method.Via, Settings = method.Settings.Over(request.Settings),
            Limits = method.Via is null ? request.Limits : request.Limits with { Strength = 1 },
        });
    }
}
