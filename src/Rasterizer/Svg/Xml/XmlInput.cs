using System.Text;

namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>
/// The characters being parsed: the document's, or an entity's text while a reference in content is followed.
/// Errors are placed in the document, at the reference where inside an entity.
/// </summary>
internal sealed class XmlInput(string document, string file, SvgLimits limits)
{
    private readonly Stack<(string Text, int Position, string Entity, int Depth)> _outer = new();
    private readonly Dictionary<string, string?> _entities = [];
    private readonly string _document = document;
    private string _text = document;
    private string _entity = "";
    private int _origin;
    private int _depth;
    private int _expanded;

    public string Text => _text;
    public int Position { get; set; }
    /// <summary>True while an entity's text is read.</summary>
    public bool InEntity => _outer.Count > 0;
    /// <summary>The place in the document.</summary>
    public int DocumentPosition => InEntity ? _origin : Position;
    public bool AtEnd => Position >= _text.Length;
    public char Current => Position < _text.Length ? _text[Position] : '\0';
    /// <summary>True where a DOCTYPE names a file of further declarations, which is never fetched.</summary>
    public bool HasExternalSubset { get; set; }

    public bool StartsWith(string token) => string.CompareOrdinal(_text, Position, token, 0, token.Length) == 0;

    public bool Take(string token)
    {
        if (!StartsWith(token)) return false;
        Position += token.Length;
        return true;
    }

    public void SkipSpace()
    {
        while (Position < _text.Length && IsSpace(_text[Position])) Position++;
    }

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    /// <summary>Moves behind the next occurrence of a token, or fails with what is left open.</summary>
    public int SkipPast(string token, string what)
    {
        var end = _text.IndexOf(token, Position, StringComparison.Ordinal);
        if (end < 0)
            throw Fail($"{what} that begins here is not closed.",
                $"Close it with \"{token}\"; the file may be truncated.");
        Position = end + token.Length;
        return end;
    }

    public string ReadName(string what)
    {
        var start = Position;
        while (Position < _text.Length && IsNameCharacter(_text[Position])) Position++;
        var name = _text.AsSpan(start, Position - start);
        if (name.IsEmpty || char.IsAsciiDigit(name[0]) || name[0] is '-' or '.')
        {
            Position = start;
            throw Fail($"The name of {what} is missing.", "Check what stands here against XML's rules.");
        }
        return name.ToString();
    }

    /// <summary>
    /// XML 1.0's NameChar, plus every character above the basic Latin ones (stricter classes reject nothing useful).
    /// </summary>
    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '_' or '-' or '.'
        || c >= 0xB7;

    public void Declare(string name, string? value) => _entities.TryAdd(name, value);

    /// <summary>Begins to read an entity's text in place of a reference in content.</summary>
    public void Enter(string name, string text, int depth)
    {
        if (!InEntity) _origin = Position;
        Spend(text.Length, _outer.Count + 1, name);
        _outer.Push((_text, Position, _entity, _depth));
        (_text, Position, _entity, _depth) = (text, 0, name, depth);
    }

    /// <summary>At the end of an entity's text, returns to where its reference stood.</summary>
    public void Leave(int depth)
    {
        if (depth != _depth) throw Fail($"The entity {_entity} opens or closes elements of its surroundings.",
            "Every element must begin and end in the same entity.");
        (_text, Position, _entity, _depth) = _outer.Pop();
    }

    /// <summary>
    /// A reference at '&amp;': a character, or an entity's name and text (null: one that cannot be known).
    /// </summary>
    public (string? Character, string? Entity, string? Text) ReadReference()
    {
        var start = Position++;
        if (Current == '#')
        {
            Position++;
            var hexadecimal = Take("x");
            var (value, digits) = (0, 0);
            for (; Current != ';'; Position++, digits++)
            {
                var digit = char.IsAsciiHexDigit(Current) ? Convert.ToInt32(Current.ToString(), 16) : 99;
                value = value * (hexadecimal ? 16 : 10) + digit;
                if (digit >= (hexadecimal ? 16 : 10) || value > 0x10FFFF) throw Bad(start);
            }
            Position++;
            if (digits == 0 || value is >= 0xD800 and <= 0xDFFF or < 0x20 and not (9 or 10 or 13) or 0xFFFE or 0xFFFF)
                throw Bad(start);
            return (char.ConvertFromUtf32(value), null, null);
        }
        if (!IsNameCharacter(Current)) throw Bad(start);
        var name = ReadName("an entity");
        if (!Take(";")) throw Bad(start);
        var known = name switch { "lt" => "<", "gt" => ">", "amp" => "&", "apos" => "'", "quot" => "\"", _ => null };
        if (known is not null) return (known, null, null);
        if (_entities.TryGetValue(name, out var text)) return (null, name, text);
        if (HasExternalSubset) return (null, name, null);
        Position = start;
        throw Fail($"The entity &{name}; is not declared.",
            "Declare it in the DOCTYPE, or write the character itself.");
    }

    private SvgException Bad(int start)
    {
        Position = start;
        return Fail("This reference is not well-formed.", "Write \"&amp;\" for an ampersand itself.");
    }

    /// <summary>Resolves an attribute value's references.</summary>
    public string Expand(int start, int end)
    {
        var (value, position) = (new StringBuilder(), Position);
        var open = new List<string>();
        Expand(value, _text, start, end, open);
        Position = position;
        return value.ToString();
    }

    // Recursion is bounded by EntityDepth: Spend refuses deeper entities, and a cycle is one.
    private void Expand(StringBuilder value, string text, int start, int end, List<string> open)
    {
        var outer = (_text, Position);
        (_text, Position) = (text, start);
        while (Position < end)
        {
            if (Current != '&')
            {
                if (Current == '<') throw Fail("\"<\" stands in an attribute's value.", "Write \"&lt;\".");
                value.Append(_text[Position++]);
                continue;
            }
            var (character, name, replacement) = ReadReference();
            if (character is not null) value.Append(character);
            if (name is null || replacement is null) continue;
            if (open.Contains(name)) throw Cycle(name);
            Spend(replacement.Length, open.Count + _outer.Count + 1, name);
            open.Add(name);
            Expand(value, replacement, 0, replacement.Length, open);
            open.RemoveAt(open.Count - 1);
        }
        (_text, Position) = outer;
    }

    private void Spend(int characters, int depth, string name)
    {
        if (_entity == name || _outer.Any(o => o.Entity == name)) throw Cycle(name);
        _expanded += characters;
        if (_expanded > limits.EntityCharacters || depth > limits.EntityDepth)
            throw Fail(
                $"The document's entities grow beyond {limits.EntityCharacters} characters or {limits.EntityDepth} levels.",
                "Write out the text instead of nesting entities.");
    }

    private SvgException Cycle(string name) => Fail($"The entity {name} contains itself.", "Break the cycle.");

    /// <summary>An error at the present place.</summary>
    public SvgException Fail(string problem, string remedy) => FailAt(DocumentPosition, problem, remedy);

    /// <summary>An error at a place in the document.</summary>
    public SvgException FailAt(int position, string problem, string remedy)
    {
        var (line, column) = new SourceLines(_document).Place(position);
        return new SvgException(file, line, column, problem, remedy);
    }
}
