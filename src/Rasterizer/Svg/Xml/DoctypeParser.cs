using System.Text;

namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>
/// Reads a DOCTYPE for the general entities of its internal subset. Nothing outside the file is ever fetched: external
/// entities stand for nothing, parameter entities and other declarations are passed over.
/// </summary>
internal static class DoctypeParser
{
    public static void Read(XmlInput input)
    {
        input.Position += "<!DOCTYPE".Length;
        input.SkipSpace();
        input.ReadName("the document type");
        input.SkipSpace();
        if (input.StartsWith("SYSTEM") || input.StartsWith("PUBLIC"))
        {
            input.HasExternalSubset = true;
            input.Position += "SYSTEM".Length;
            for (input.SkipSpace(); input.Current is '"' or '\''; input.SkipSpace()) ReadLiteral(input);
        }
        if (input.Take("[")) ReadSubset(input);
        input.SkipSpace();
        if (!input.Take(">")) throw input.Fail("The DOCTYPE is not closed.", "Add \">\"; the file may be truncated.");
    }

    private static void ReadSubset(XmlInput input)
    {
        while (true)
        {
            input.SkipSpace();
            if (input.Take("]")) return;
            if (input.AtEnd) throw input.Fail("The DOCTYPE is not closed.", "Add \"]>\"; the file may be truncated.");
            if (input.Take("<!--")) input.SkipPast("-->", "The comment");
            else if (input.Take("<?")) input.SkipPast("?>", "The processing instruction");
            else if (input.Take("<!ENTITY")) ReadEntity(input);
            else if (input.Take("<!")) SkipDeclaration(input);
            else if (input.Current == '%') SkipParameterEntity(input);
            else throw input.Fail("This is no declaration.", "Correct the DOCTYPE, or remove it.");
        }
    }

    private static void ReadEntity(XmlInput input)
    {
        input.SkipSpace();
        var parameter = input.Take("%");
        input.SkipSpace();
        var name = input.ReadName("an entity");
        input.SkipSpace();
        if (input.Current is '"' or '\'')
        {
            var value = ReadLiteral(input);
            if (!parameter) input.Declare(name, ResolveCharacters(input, value));
            input.SkipSpace();
            if (!input.Take(">"))
                throw input.Fail($"The declaration of the entity {name} is not closed.", "Add \">\".");
            return;
        }
        if (!parameter) input.Declare(name, null);
        SkipDeclaration(input);
    }

    // An internal entity's text is its literal with character references replaced, others left (XML 1.0 section 4.5).
    private static string ResolveCharacters(XmlInput input, string literal)
    {
        if (!literal.Contains("&#", StringComparison.Ordinal)) return literal;
        var (text, local) = (new StringBuilder(), new XmlInput(literal, "", SvgLimits.Default));
        while (!local.AtEnd)
        {
            if (!local.StartsWith("&#"))
            {
                text.Append(local.Text[local.Position++]);
                continue;
            }
            try
            {
                text.Append(local.ReadReference().Character);
            }
            catch (SvgException)
            {
                // Placed in the literal; say it again with the document's place.
                throw input.Fail("A character reference in this entity is not well-formed.", "Correct it.");
            }
        }
        return text.ToString();
    }

    private static string ReadLiteral(XmlInput input)
    {
        var quote = input.Current;
        var start = ++input.Position;
        return input.Text[start..input.SkipPast(quote.ToString(), "The literal")];
    }

    private static void SkipDeclaration(XmlInput input)
    {
        while (!input.Take(">"))
        {
            if (input.AtEnd) throw input.Fail("A declaration is not closed.", "Add \">\"; the file may be truncated.");
            if (input.Current is '"' or '\'') ReadLiteral(input);
            else input.Position++;
        }
    }

    private static void SkipParameterEntity(XmlInput input)
    {
        input.Position++;
        input.ReadName("a parameter entity");
        if (!input.Take(";")) throw input.Fail("This reference is not well-formed.", "End it with \";\".");
    }
}
