using System.CommandLine;

namespace SvgDistill.Cli.Options;

/// <summary>What a command line gave, as arguments of another command that takes the same options.</summary>
internal static class GivenOptions
{
    /// <summary>A name and a value for each option that was given.</summary>
    public static IEnumerable<string> Of(ParseResult parsed, IEnumerable<Option> options)
    {
        foreach (var option in options)
            if (parsed.GetResult(option) is { Implicit: false } result)
                foreach (var value in result.Tokens.Count == 0 ? ["true"] : result.Tokens.Select(t => t.Value))
                {
                    yield return option.Name;
                    yield return value;
                }
    }
}
