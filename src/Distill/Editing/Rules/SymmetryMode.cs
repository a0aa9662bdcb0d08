namespace SvgDistill.Distill.Editing.Rules;

/// <summary>Which of its source's symmetries a drawing keeps.</summary>
public enum SymmetryMode
{
    /// <summary>All: mirror images about upright and level axes, and turns.</summary>
    Auto,
    /// <summary>None.</summary>
    None,
    /// <summary>Left is right (x is mirrored).</summary>
    X,
    /// <summary>Top is bottom (y is mirrored).</summary>
    Y,
}
