namespace SvgDistill.Rasterizer.Svg.Css;

/// <summary>A declaration; its value's place is in the text that it was read from.</summary>
internal readonly record struct CssDeclaration(string Property, int ValueStart, int ValueLength, bool Important);

/// <summary>A rule inside a block, nested rules and at-rules alike: its prelude and, without braces, its block.</summary>
internal readonly record struct NestedRule(int Start, int Open, int Close);

/// <summary>What a block between braces, or a <c>style</c> attribute, holds (CSS Syntax section 5.5.4).</summary>
internal static class CssBlock
{
    /// <summary>The declarations of [start, end): <c>name: value [!important];</c> ...; rules among them are passed over.</summary>
    public static List<CssDeclaration> Declarations(string text, int start, int end)
    {
        var result = new List<CssDeclaration>();
        Read(text, start, end, result.Add, _ => { });
        return result;
    }

    /// <summary>Gives the declarations and rules of [start, end) in their order.</summary>
    public static void Read(string text, int start, int end, Action<CssDeclaration> declaration, Action<NestedRule> rule)
    {
        var limited = text.AsSpan(0, end);
        for (var i = CssText.SkipSpace(limited, start); i < end; i = CssText.SkipSpace(limited, i))
        {
            if (text[i] == ';')
            {
                i++;
                continue;
            }
            // A custom property's value may hold braces; in all others they begin a rule.
            var isCustom = limited[i..].StartsWith("--");
            var next = CssText.Find(limited, i, isCustom ? ";" : ";{");
            if (next < end && text[next] == '{')
            {
                var close = CssText.Find(limited, next + 1, "}");
                rule(new NestedRule(i, next, close));
                i = close + 1;
                continue;
            }
            if (text[i] != '@' && Declaration(limited, i, next) is { } found) declaration(found);
            i = next + 1;
        }
    }

    private static CssDeclaration? Declaration(ReadOnlySpan<char> text, int at, int end)
    {
        if (CssText.ReadIdentifier(text[..end], ref at) is not { } name) return null;
        at = CssText.SkipSpace(text[..end], at);
        if (at >= end || text[at] != ':') return null;
        var (start, length) = CssText.Trim(text, at + 1, end);
        var important = TrimImportant(text, start, ref length);
        var property = name.StartsWith("--", StringComparison.Ordinal) ? name : name.ToLowerInvariant();
        return new CssDeclaration(property, start, length, important);
    }

    private static bool TrimImportant(ReadOnlySpan<char> text, int start, ref int length)
    {
        var value = text.Slice(start, length);
        var mark = value.LastIndexOf('!');
        if (mark < 0 || !value[(mark + 1)..].Trim().Equals("important", StringComparison.OrdinalIgnoreCase))
            return false;
        length = CssText.Trim(text, start, start + mark).Length;
        return true;
    }
}
