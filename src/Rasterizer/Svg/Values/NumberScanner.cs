using System.Globalization;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>
/// Reads SVG numbers (CSS Values <c>number</c>: sign, digits, point, exponent) from a text, with their places.
/// </summary>
internal ref struct NumberScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    public int Position { get; set; }
    public readonly bool AtEnd => Position >= _text.Length;
    public readonly char Current => Position < _text.Length ? _text[Position] : '\0';

    public void SkipSpace()
    {
        while (Position < _text.Length && _text[Position] is ' ' or '\t' or '\r' or '\n' or '\f') Position++;
    }

    /// <summary>White space with at most one comma.</summary>
    public void SkipSeparator()
    {
        SkipSpace();
        if (Current != ',') return;
        Position++;
        SkipSpace();
    }

    public bool Take(char c)
    {
        if (Current != c) return false;
        Position++;
        return true;
    }

    /// <summary>A number; stays where it is and answers false where none begins here.</summary>
    public bool TryNumber(out double value)
    {
        var i = Position;
        if (i < _text.Length && _text[i] is '+' or '-') i++;
        var digits = Digits(ref i);
        if (i < _text.Length && _text[i] == '.')
        {
            i++;
            digits += Digits(ref i);
        }
        value = 0;
        if (digits == 0) return false;
        if (i < _text.Length && _text[i] is 'e' or 'E')
        {
            var k = i + 1;
            if (k < _text.Length && _text[k] is '+' or '-') k++;
            // "1em": no digit follows, so the letter begins a unit.
            if (Digits(ref k) > 0) i = k;
        }
        value = double.Parse(_text[Position..i], NumberStyles.Float, CultureInfo.InvariantCulture);
        Position = i;
        return true;
    }

    private readonly int Digits(ref int i)
    {
        var start = i;
        while (i < _text.Length && char.IsAsciiDigit(_text[i])) i++;
        return i - start;
    }

    /// <summary>A unit or <c>%</c>, perhaps empty.</summary>
    public ReadOnlySpan<char> Unit()
    {
        var start = Position;
        if (Current == '%') Position++;
        else
            while (char.IsAsciiLetter(Current)) Position++;
        return _text[start..Position];
    }
}
