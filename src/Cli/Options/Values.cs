using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SvgDistill.Cli.Options;

/// <summary>Options with one value that is checked while parsing: the message names the option, what it takes and what it got.</summary>
internal static class Values
{
    /// <summary>A whole number in a range; null where it is not given.</summary>
    public static Option<int?> Integer(string name, string value, string description, int minimum, int maximum) =>
        Create<int?>(name, value, description, $"a whole number from {minimum} to {maximum}",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n >= minimum && n <= maximum ? n : null);

    /// <summary>A seed: any whole number that fits the generator.</summary>
    public static Option<long> Seed(string name, string description)
    {
        var option = Create<long?>(name, "N", description, FormattableString.Invariant($"a whole number from 0 to {long.MaxValue}"),
            text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null);
        return new Option<long>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = result => option.CustomParser!(result) ?? 0,
        };
    }

    /// <summary>A finite number in a range (ends included); null where it is not given.</summary>
    public static Option<double?> Number(string name, string value, string description, double minimum, double maximum) =>
        Create<double?>(name, value, description, FormattableString.Invariant($"a number from {minimum} to {maximum}"),
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && x >= minimum && x <= maximum ? x : null);

    /// <summary>One of a few words.</summary>
    public static Option<string> Word(string name, string description, string defaultValue, params string[] words)
    {
        var option = Create<string?>(name, string.Join('|', words), description, "one of " + string.Join(", ", words),
            text => words.Contains(text, StringComparer.Ordinal) ? text : null);
        return new Option<string>(name)
        {
            Description = description,
            HelpName = option.HelpName,
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => option.CustomParser!(result) ?? defaultValue,
        }.Offering(words);
    }

    /// <summary>A word of an enumeration.</summary>
    public static Option<T?> Words<T>(string name, string description, string[]? all = null) where T : struct, Enum
    {
        // "None" of an enumeration is what holds where the option is not given.
        var words = all ?? Enum.GetNames<T>().Where(w => w != "None").Select(w => w.ToLowerInvariant()).ToArray();
        return Create<T?>(name, string.Join('|', words), description, "one of " + string.Join(", ", words),
            text => Enum.TryParse<T>(text, ignoreCase: true, out var value) && words.Contains(text) ? value : null);
    }

    /// <summary>A text; blank ones are refused where <paramref name="allowEmpty"/> is false.</summary>
    public static Option<string?> Text(string name, string value, string description, bool allowEmpty = false) =>
        Create<string?>(name, value, description, "a text that is not empty", text => allowEmpty || !string.IsNullOrWhiteSpace(text) ? text : null);

    /// <summary>A value of any kind that <paramref name="parse"/> reads; its null means that the text does not do.</summary>
    public static Option<T?> Create<T>(string name, string value, string description, string takes, Func<string, T?> parse) => new Option<T?>(name)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Parse(result, name, takes, parse),
    }.Offering(value.Contains('|', StringComparison.Ordinal) ? value.Split('|').Select(word => word.Split('[')[0]) : []);

    /// <summary>The words that shells complete the option's value from, in place of the value's type's own.</summary>
    public static Option<T> Offering<T>(this Option<T> option, IEnumerable<string> words)
    {
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. words]);
        return option;
    }

    /// <summary>A comma-separated list that may also be given several times.</summary>
    public static Option<string[]> List(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = result => ParseList(result, name),
    };

    // An empty list would mean that the option was not given: everything instead of nothing.
    private static string[] ParseList(ArgumentResult result, string name)
    {
        var lists = result.Tokens.Select(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();
        if (Array.FindIndex(lists, l => l.Length == 0) is >= 0 and var empty)
            result.AddError($"{name} takes a list with at least one entry, not '{result.Tokens[empty].Value}'");
        return [.. lists.SelectMany(l => l)];
    }

    private static T? Parse<T>(ArgumentResult result, string name, string takes, Func<string, T?> parse)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (parse(text) is { } value) return value;
        result.AddError($"{name} takes {takes}, not '{text}'");
        return default;
    }
}
