namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>
/// Scanning of CSS source (CSS Syntax Level 3, as far as values and rules are told apart). Positions are indices of the
/// text.
/// </summary>
internal static class CssText
{
    /// <summary>The text with spaces in place of comments, so that what is left keeps its position.</summary>
    public static string BlankComments(string text)
    {
        if (!text.Contains("/*", StringComparison.Ordinal) && !text.Contains("--", StringComparison.Ordinal))
            return text;
        var result = text.ToCharArray();
        for (var i = 0; i < text.Length;)
        {
            var rest = text.AsSpan(i);
            if (rest[0] is '"' or '\'')
            {
                i = SkipString(text, i);
                continue;
            }
            var length = rest.StartsWith("/*") ? CommentLength(rest) : rest.StartsWith("<!--") ? 4
                : rest.StartsWith("-->") ? 3 : 0;
            result.AsSpan(i, length).Fill(' ');
            i += Math.Max(length, 1);
        }
        return new string(result);
    }

    /// <summary>Moves behind white space.</summary>
    public static int SkipSpace(ReadOnlySpan<char> text, int i)
    {
        while (i < text.Length && IsSpace(text[i])) i++;
        return i;
    }

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n' or '\f';

    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || c >= 0x80;

    private static int CommentLength(ReadOnlySpan<char> text)
    {
        var end = text[2..].IndexOf("*/");
        return end < 0 ? text.Length : end + 4;
    }

    private static int SkipString(ReadOnlySpan<char> text, int i)
    {
        var quote = text[i++];
        while (i < text.Length && text[i] != quote) i += text[i] == '\\' ? 2 : 1;
        return Math.Min(i + 1, text.Length);
    }

    /// <summary>
    /// The first position at or after <paramref name="i"/> of one of the stops outside strings and brackets, or the
    /// end. Comments are blanked before.
    /// </summary>
    public static int Find(ReadOnlySpan<char> text, int i, string stops)
    {
        var open = 0;
        ReadOnlySpan<char> special = [.. "\"'([{)]}\\", .. stops];
        while (i < text.Length)
        {
            var next = text[i..].IndexOfAny(special);
            if (next < 0) return text.Length;
            i += next;
            var c = text[i];
            if (open == 0 && stops.Contains(c)) return i;
            if (c is '"' or '\'') i = SkipString(text, i);
            else
            {
                if (c is '(' or '[' or '{') open++;
                if (c is ')' or ']' or '}') open = Math.Max(0, open - 1);
                i += c == '\\' ? 2 : 1;
            }
        }
        return text.Length;
    }

    /// <summary>A name with escapes resolved, or null; moves behind it.</summary>
    public static string? ReadName(ReadOnlySpan<char> text, ref int i)
    {
        var start = i;
        while (i < text.Length && (IsNameCharacter(text[i]) || (text[i] == '\\' && i + 1 < text.Length)))
            i += text[i] == '\\' ? 2 : 1;
        i = Math.Min(i, text.Length);
        return i == start ? null : text[start..i].ToString().Replace("\\", "", StringComparison.Ordinal);
    }

    /// <summary>[start, end) without white space at its ends.</summary>
    public static (int Start, int Length) Trim(ReadOnlySpan<char> text, int start, int end)
    {
        start = Math.Min(SkipSpace(text[..end], start), end);
        while (end > start && IsSpace(text[end - 1])) end--;
        return (start, end - start);
    }

    /// <summary>Declarations of [start, end): <c>name: value [!important];</c> ...</summary>
    public static List<CssDeclaration> Declarations(string text, int start, int end)
    {
        var result = new List<CssDeclaration>();
        var limited = text.AsSpan(0, end);
        for (var i = start; i < end;)
        {
            i = SkipSpace(limited, i);
            var next = Find(limited, i, ";");
            var at = i;
            if (ReadName(limited, ref at) is { } name)
            {
                at = SkipSpace(limited, at);
                if (at < next && text[at] == ':')
                {
                    var (valueStart, length) = Trim(limited, at + 1, next);
                    var important = TrimImportant(limited, valueStart, ref length);
                    var property = name.StartsWith("--", StringComparison.Ordinal) ? name : name.ToLowerInvariant();
                    result.Add(new CssDeclaration(property, valueStart, length, important));
                }
            }
            i = next + 1;
        }
        return result;
    }

    private static bool TrimImportant(ReadOnlySpan<char> text, int start, ref int length)
    {
        var value = text.Slice(start, length);
        var mark = value.LastIndexOf('!');
        if (mark < 0 || !value[(mark + 1)..].Trim().Equals("important", StringComparison.OrdinalIgnoreCase))
            return false;
        length = Trim(text, start, start + mark).Length;
        return true;
    }
}

/// <summary>A declaration; its value's place is in the text that it was read from.</summary>
internal readonly record struct CssDeclaration(string Property, int ValueStart, int ValueLength, bool Important);
