using System.Globalization;
using System.Text;

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

    /// <summary>The text without comments: unlike white space, they do not part what stands on both sides of them.</summary>
    public static string RemoveComments(string text)
    {
        if (!text.Contains("/*", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var rest = text.AsSpan(i);
            var length = rest[0] is '"' or '\'' ? SkipString(text, i) - i : rest.StartsWith("/*") ? -CommentLength(rest) : 1;
            if (length > 0) result.Append(text, i, length);
            i += Math.Abs(length);
        }
        return result.ToString();
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

    /// <summary>Moves behind a string; one that a line's end breaks off ends there.</summary>
    private static int SkipString(ReadOnlySpan<char> text, int i)
    {
        var quote = text[i++];
        while (i < text.Length && text[i] != quote)
        {
            if (text[i] is '\n' or '\r' or '\f') return i;
            i += text[i] == '\\' ? 2 : 1;
        }
        return Math.Min(i + 1, text.Length);
    }

    /// <summary>
    /// The first position at or after <paramref name="i"/> of one of the stops outside strings and brackets, or the
    /// end. Comments are blanked before.
    /// </summary>
    public static int Find(ReadOnlySpan<char> text, int i, string stops)
    {
        Stack<char>? open = null;
        ReadOnlySpan<char> special = [.. "\"'([{)]}\\", .. stops];
        while (i < text.Length)
        {
            var next = text[i..].IndexOfAny(special);
            if (next < 0) return text.Length;
            i += next;
            var c = text[i];
            if (open is not { Count: > 0 } && stops.Contains(c)) return i;
            if (c is '"' or '\'')
            {
                i = SkipString(text, i);
                continue;
            }
            if (c == '(' && IsPlainUrl(text, i))
            {
                // The token runs to the parenthesis whatever stands inside (CSS Syntax section 4.3.6).
                while (i < text.Length && text[i] != ')') i += text[i] == '\\' ? 2 : 1;
                i++;
                continue;
            }
            if (c is '(' or '[' or '{') (open ??= []).Push(c == '(' ? ')' : c == '[' ? ']' : '}');
            // A closing bracket that nothing opened is a token like any other.
            else if (open is { Count: > 0 } && open.Peek() == c) open.Pop();
            i += c == '\\' ? 2 : 1;
        }
        return text.Length;
    }

    private static bool IsPlainUrl(ReadOnlySpan<char> text, int bracket)
    {
        if (bracket < 3 || !text[(bracket - 3)..bracket].Equals("url", StringComparison.OrdinalIgnoreCase)
            || (bracket > 3 && IsNameCharacter(text[bracket - 4]))) return false;
        var i = SkipSpace(text, bracket + 1);
        return i >= text.Length || text[i] is not ('"' or '\'');
    }

    /// <summary>An identifier with escapes resolved, or null where none begins here; moves behind it.</summary>
    public static string? ReadIdentifier(ReadOnlySpan<char> text, ref int i)
    {
        // A digit, alone or behind a hyphen, begins a number (CSS Syntax section 4.3.9).
        var first = i < text.Length && text[i] == '-' ? i + 1 : i;
        return first < text.Length && (char.IsAsciiDigit(text[first]) || !(text[first] == '-' || IsNameStart(text, first))) ? null
            : ReadName(text, ref i);
    }

    private static bool IsNameStart(ReadOnlySpan<char> text, int i) => IsNameCharacter(text[i]) || text[i] == '\\';

    /// <summary>A name with escapes resolved, or null where none stands here; moves behind it.</summary>
    public static string? ReadName(ReadOnlySpan<char> text, ref int i)
    {
        var (start, escaped) = (i, false);
        while (i < text.Length)
        {
            if (IsNameCharacter(text[i])) i++;
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is not ('\n' or '\r' or '\f'))
                (i, escaped) = (SkipEscape(text, i), true);
            else break;
        }
        if (i == start) return null;
        return escaped ? Unescape(text[start..i]) : text[start..i].ToString();
    }

    /// <summary>A string in quotation marks with escapes resolved, or null; moves behind it.</summary>
    public static string? ReadString(ReadOnlySpan<char> text, ref int i)
    {
        if (i >= text.Length || text[i] is not ('"' or '\'')) return null;
        var end = SkipString(text, i);
        // The end of the sheet closes a string, the end of a line does not.
        if (end < text.Length && text[end - 1] != text[i]) return null;
        var closed = end > i + 1 && text[end - 1] == text[i];
        var result = Unescape(text[(i + 1)..(closed ? end - 1 : end)]);
        i = end;
        return result;
    }

    private static int SkipEscape(ReadOnlySpan<char> text, int i)
    {
        var end = ++i;
        while (end < text.Length && end - i < 6 && char.IsAsciiHexDigit(text[end])) end++;
        if (end == i) return Math.Min(i + 1, text.Length);
        // One white space belongs to the escape; a carriage return with its line feed counts as one.
        if (end < text.Length && IsSpace(text[end]))
            end += text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1;
        return end;
    }

    /// <summary>The text that escapes stand for (CSS Syntax section 4.3.7).</summary>
    public static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\')) return text.ToString();
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i++]);
                continue;
            }
            var end = SkipEscape(text, i);
            var digits = text[(i + 1)..end].TrimEnd(" \t\r\n\f");
            if (digits.Length > 0 && char.IsAsciiHexDigit(digits[0]))
            {
                var code = int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                result.Append(Rune.IsValid(code) && code != 0 ? new Rune(code).ToString() : "\uFFFD");
            }
            // A line's end behind a backslash continues a string.
            else if (text[(i + 1)..end] is not ("\n" or "\r" or "\f")) result.Append(text[(i + 1)..end]);
            i = end;
        }
        return result.ToString();
    }

    /// <summary>Where a function of this name begins outside strings, or -1.</summary>
    public static int FindFunction(ReadOnlySpan<char> text, string name)
    {
        if (text.IndexOf(name, StringComparison.OrdinalIgnoreCase) < 0) return -1;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is '"' or '\'') i = SkipString(text, i);
            else if (text[i] == '\\') i += 2;
            else if (IsNameCharacter(text[i]))
            {
                var start = i;
                while (i < text.Length && IsNameCharacter(text[i])) i++;
                if (i < text.Length && text[i] == '(' && text[start..i].Equals(name, StringComparison.OrdinalIgnoreCase))
                    return start;
            }
            else i++;
        }
        return -1;
    }

    /// <summary>The parts between separators that stand outside strings and brackets, as [start, end).</summary>
    public static List<(int Start, int End)> Split(ReadOnlySpan<char> text, int start, int end, char separator)
    {
        var (parts, stop) = (new List<(int, int)>(), separator.ToString());
        var limited = text[..end];
        for (var i = start; ; i++)
        {
            var next = Find(limited, i, stop);
            parts.Add((i, next));
            if (next >= end) return parts;
            i = next;
        }
    }

    /// <summary>The parts between white space that stand outside strings and brackets.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var i = SkipSpace(text, 0); i < text.Length; i = SkipSpace(text, i))
        {
            var end = Find(text, i, " \t\r\n\f");
            words.Add(text[i..end]);
            i = end;
        }
        return words;
    }

    /// <summary>[start, end) without white space at its ends.</summary>
    public static (int Start, int Length) Trim(ReadOnlySpan<char> text, int start, int end)
    {
        start = Math.Min(SkipSpace(text[..end], start), end);
        while (end > start && IsSpace(text[end - 1])) end--;
        return (start, end - start);
    }
}
