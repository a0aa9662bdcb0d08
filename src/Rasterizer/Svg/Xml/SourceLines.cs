namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>Where a text's lines begin; a line feed, a carriage return or both end a line.</summary>
internal sealed class SourceLines
{
    private readonly List<int> _starts = [0];
    private readonly int _length;

    public SourceLines(string text)
    {
        _length = text.Length;
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
                _starts.Add(i + 1);
    }

    /// <summary>Line and column of a position, both counted from 1.</summary>
    public (int Line, int Column) Place(int position)
    {
        position = Math.Clamp(position, 0, _length);
        var found = _starts.BinarySearch(position);
        var line = found >= 0 ? found : ~found - 1;
        return (line + 1, position - _starts[line] + 1);
    }
}
