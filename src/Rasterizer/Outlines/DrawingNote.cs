namespace SvgDistill.Rasterizer.Outlines;

/// <summary>What the geometry stage does not draw as the drawing means it.</summary>
internal enum DrawingNote
{
    /// <summary>Coordinates are held at <see cref="DevicePath.Farthest"/>.</summary>
    FarPoints,
    /// <summary>A stroke has such points, or its width reaches as far.</summary>
    FarStrokes,
    /// <summary>Coordinates overflow to infinity.</summary>
    NotFinite,
    /// <summary>A curve has the most segments there are, and would need more.</summary>
    CoarseCurves,
    /// <summary>A stroke has too many dashes in sight.</summary>
    SolidDashes,
}

/// <summary>The sentences.</summary>
internal static class DrawingNotes
{
    /// <summary>The note as a person reads it.</summary>
    public static string Sentence(DrawingNote note) => note switch
    {
        DrawingNote.FarPoints => "Points more than 1e9 pixels away are held there, and their shapes' outlines do not move.",
        DrawingNote.FarStrokes => "Strokes that reach more than 1e9 pixels away are not drawn.",
        DrawingNote.NotFinite => "Shapes and patterns whose numbers in pixels are beyond what a number can hold are not drawn.",
        DrawingNote.CoarseCurves => $"Curves that are far larger than the picture are drawn with {FlatteningTable.MaxSegments} straight segments, which may show.",
        DrawingNote.SolidDashes => $"Strokes with more than {DashCutter.MostDashes} dashes in sight are drawn solid.",
        _ => throw new ArgumentOutOfRangeException(nameof(note)),
    };
}
