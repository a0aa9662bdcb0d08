namespace SvgDistill.Editor.Editing;

/// <summary>A way to edit that has a name.</summary>
public enum EditPreset
{
    /// <summary>A result in seconds.</summary>
    Quick,
    /// <summary>The default.</summary>
    Balanced,
    /// <summary>More time for a result that shows more of the target.</summary>
    Thorough,
    /// <summary>Colours alone.</summary>
    Recolor,
    /// <summary>Points and stroke widths alone.</summary>
    Reshape,
}
