namespace SvgDistill.Editor.Comparing;

/// <summary>Words as a shell takes them.</summary>
internal static class ShellWord
{
    private const string Plain = "-_./:=+,@%";

    /// <summary>The word, in quotation marks where it needs them.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))) return word;
        // Within double quotes only these four mean something to a POSIX shell; others go into single quotes.
        return word.IndexOfAny(['"', '$', '`', '\\', '!']) < 0 ? $"\"{word}\"" : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
