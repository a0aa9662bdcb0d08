namespace SvgDistill.Rasterizer.Svg.Xml;

/// <summary>Stretches of a text that do not overlap.</summary>
internal sealed class TextRanges
{
    private readonly SortedSet<(int Start, int End)> _ranges = [];

    /// <summary>Adds a stretch, its end not in it.</summary>
    public void Add(int start, int end) => _ranges.Add((start, end));

    /// <summary>Whether a position lies in one of them.</summary>
    public bool Contains(int position) =>
        _ranges.Count > 0 && _ranges.GetViewBetween((0, 0), (position, int.MaxValue)).Max is var (start, end) && start <= position && position < end;
}
