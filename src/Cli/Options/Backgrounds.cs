namespace SvgDistill.Cli.Options;

/// <summary>What <c>--background</c> takes.</summary>
internal static class Backgrounds
{
    public static string? Check(string text) => text;
}
