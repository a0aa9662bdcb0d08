using System.Text.Json.Nodes;

namespace SvgDistill.Distill.Metrics;

/// <summary>The figures of one edit, and for each that is not there, why.</summary>
public sealed class MeasureSet
{
    private const string ValuesKey = "values", MissingKey = "not_computed", Infinite = "infinity";

    private readonly Dictionary<Measure, double> _values = [];
    private readonly Dictionary<Measure, string> _missing = [];

    /// <summary>The figures.</summary>
    public IReadOnlyDictionary<Measure, double> Values => _values;

    /// <summary>What was not computed, with a sentence each.</summary>
    public IReadOnlyDictionary<Measure, string> Missing => _missing;

    /// <summary>A figure, or null where it was not computed.</summary>
    public double? this[Measure measure] => _values.TryGetValue(measure, out var value) ? value : null;

    /// <summary>Takes a figure down.</summary>
    public void Set(Measure measure, double value) => _values[measure] = value;

    /// <summary>Says why some were not computed.</summary>
    public void SetMissing(string why, params ReadOnlySpan<Measure> measures)
    {
        foreach (var measure in measures) _missing[measure] = why;
    }

    /// <summary><c>{"values": {"psnr": 23.4, ...}, "not_computed": {"lpips": "..."}}</c>; infinite ones are the word "infinity".</summary>
    public JsonObject ToJson()
    {
        var (numbers, reasons) = (new JsonObject(), new JsonObject());
        foreach (var measure in Measure.All)
        {
            if (_values.TryGetValue(measure, out var value))
                numbers[measure.Key] = double.IsPositiveInfinity(value) ? Infinite : JsonValue.Create(value);
            if (_missing.TryGetValue(measure, out var why)) reasons[measure.Key] = why;
        }
        return new() { [ValuesKey] = numbers, [MissingKey] = reasons };
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; measures that are not known are left out.</summary>
    public static MeasureSet FromJson(JsonNode? json)
    {
        var set = new MeasureSet();
        foreach (var measure in Measure.All)
        {
            if (json?[ValuesKey]?[measure.Key] is JsonValue value)
                set.Set(measure, value.TryGetValue<double>(out var number) ? number : double.PositiveInfinity);
            if (json?[MissingKey]?[measure.Key] is JsonValue why) set.SetMissing(why.GetValue<string>(), measure);
        }
        return set;
    }
}
