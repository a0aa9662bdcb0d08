using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Animating;

/// <summary>
/// A drawing's way through several states as an SVG that plays it once, by SMIL (SVG Animations Level 2): an <c>animate</c> in each
/// element for each value that changes. The file itself is the last state, so that whoever does not play films shows that one.
/// </summary>
public static class SvgFilm
{
    // What of its own motion a value may be off between two key times, and of the canvas diagonal: a pixel of a picture of 512.
    private const double OwnTolerance = .02, LengthTolerance = 1.4e-3;

    private const double ColorTolerance = 2;

    // Each state is read as a document of its own: a large file is filmed through fewer.
    private const int MostCharacters = 8 << 20;

    // Of each value: enough for what is seen in a few seconds, and what bounds the file.
    private const int MostKeyTimes = 12;

    /// <summary>The film. States that change nothing give the file as it is.</summary>
    /// <param name="scene">The drawing as read.</param>
    /// <param name="states">The states, times ascending from 0 to 1; the last one is the result.</param>
    /// <param name="seconds">How long it plays.</param>
    public static AnimatedSvg Write(SvgScene scene, IReadOnlyList<DrawingState> states, double seconds)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(states);
        if (states.Count < 2 || states[0].Time != 0 || states[^1].Time != 1 || states.Zip(states.Skip(1)).Any(p => !(p.First.Time < p.Second.Time)))
            throw new ArgumentException("A film takes at least two states, their times ascending from 0 to 1.", nameof(states));
        states = Fewer(states, Math.Max(2, MostCharacters / scene.Document.Text.Length));
        var drawings = new DrawingStates(scene, [.. states.Select(s => s.Theta)]);
        var document = drawings.Last;
        var writer = new Writer([.. states.Select(s => s.Time)], seconds, Units(scene.Scene));
        var markups = new Dictionary<SvgElement, StringBuilder>();
        var still = new List<string>();
        foreach (var change in drawings.Changes())
        {
            if (writer.Markup(change) is not { } markup) still.Add(change.ToString());
            else if (markups.TryGetValue(change.Element, out var before)) before.Append(markup);
            else markups[change.Element] = new StringBuilder(markup);
        }
        var edits = new SourceEdits();
        foreach (var (element, markup) in markups) edits.Append(element, markup.ToString(), document.Text);
        return new AnimatedSvg(document.ToBytes(edits), still);
    }

    // Evenly chosen ones, the first and the last among them.
    private static IReadOnlyList<DrawingState> Fewer(IReadOnlyList<DrawingState> states, int most) => states.Count <= most ? states
        : [.. Enumerable.Range(0, most).Select(k => states[(int)Math.Round(k * (states.Count - 1.0) / (most - 1))])];

    // The canvas diagonal in the units of each element's own lengths.
    private static Dictionary<int, double> Units(Scene scene)
    {
        var units = new Dictionary<int, double>();
        foreach (var p in scene.Parameters)
            if (p.Kind is ParameterKind.PointX or ParameterKind.PointY or ParameterKind.Size or ParameterKind.StrokeWidth)
                units[p.Element.Order] = Math.Min(p.Unit, units.GetValueOrDefault(p.Element.Order, double.PositiveInfinity));
        return units;
    }

    private sealed class Writer(double[] times, double seconds, Dictionary<int, double> units)
    {
        private readonly string _duration = NumberText.Format(seconds, 3) + "s";

        // Null for what SMIL cannot move.
        public string? Markup(ChangingValue change)
        {
            var prefix = change.Element.Prefix.Length == 0 ? "" : change.Element.Prefix + ":";
            if (!change.IsTransform) return $"<{prefix}animate attributeName=\"{change.Name}\"{Values(change)}/>";
            // A list of functions is played function by function, each one added to those before it.
            if (!change.IsAttribute || TransformTexts.Functions(change.Texts) is not { } functions) return null;
            return string.Concat(functions.Select((f, i) =>
                $"<{prefix}animateTransform attributeName=\"{change.Name}\" type=\"{f.Function}\"{(i > 0 ? " additive=\"sum\"" : "")}"
                + $"{Values(change with { Texts = f.Arguments })}/>"));
        }

        private string Values(ChangingValue change)
        {
            var numbers = change.Numbers();
            var kept = numbers is null ? [.. Enumerable.Range(0, times.Length)] : KeyTimes.Of(times, numbers, Tolerance(change, numbers), MostKeyTimes);
            var result = new StringBuilder($" dur=\"{_duration}\"");
            if (kept.Count > 2)
                result.Append(" keyTimes=\"").AppendJoin(';', kept.Select(k => NumberText.Format(times[k], 4))).Append('"');
            return result.Append(" values=\"").AppendJoin(';', kept.Select(k => SourceEdits.Escape(change.Texts[k], '"'))).Append('"').ToString();
        }

        private double Tolerance(ChangingValue change, double[][] numbers)
        {
            if (change.IsColor) return ColorTolerance;
            var range = Enumerable.Range(0, numbers[0].Length).Max(n => numbers.Max(v => v[n]) - numbers.Min(v => v[n]));
            return Math.Max(OwnTolerance * range, change.IsTransform || change.IsFraction ? 0 : LengthTolerance * units.GetValueOrDefault(change.Element.Order));
        }
    }
}
