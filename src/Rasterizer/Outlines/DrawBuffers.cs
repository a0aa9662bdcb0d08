using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>The draw list under construction and scratch memory; arrays grow to the largest step and are kept.</summary>
internal sealed class DrawBuffers
{
    /// <summary>Texels of patterns that take about the memory of a vertex with its edges and gradients.</summary>
    private const int TexelsOfVertex = 4;

    private int _limit;
    private double _texels;

    /// <summary>The draw list.</summary>
    public DrawList List { get; } = new();

    /// <summary>Where things are drawn to.</summary>
    public DrawWindow Window { get; set; }

    /// <summary>True once something found no room any more: the list is not the whole drawing.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Pixels of the whole picture.</summary>
    public double PicturePixels { get; private set; }

    /// <summary>What of the drawing is not drawn as it is meant.</summary>
    public SortedSet<DrawingNote> Notes { get; } = [];

    /// <summary>Empties the list for rows of a picture.</summary>
    public void Begin(int width, int rows, in DrawWindow window, int vertexLimit)
    {
        (List.Width, List.Height, Window, _limit) = (width, rows, window, vertexLimit);
        (_texels, IsFull, PicturePixels) = (0, false, width * (window.Picture.Bottom - window.Picture.Top));
        (List.VertexCount, List.ContourCount, List.ScalarCount) = (0, 0, 0);
        List.ContourStarts[0] = 0;
        List.Nodes.Clear();
    }

    /// <summary>How many vertices may still be added.</summary>
    public int Remaining => IsFull ? 0 : (int)Math.Max(0, _limit - List.VertexCount - _texels / TexelsOfVertex);

    /// <summary>Makes room for vertices; false where the limit forbids it.</summary>
    public bool Reserve(long vertices)
    {
        if (vertices > Remaining) IsFull = true;
        if (IsFull) return false;
        var needed = 2 * (List.VertexCount + (int)vertices);
        if (needed > List.Vertices.Length) List.Vertices = Grown(List.Vertices, needed);
        return true;
    }

    /// <summary>Counts the texels of a pattern; false where the limit forbids them.</summary>
    public bool ReserveTexels(double count)
    {
        if (count / TexelsOfVertex > Remaining) IsFull = true;
        if (IsFull) return false;
        _texels += count;
        return true;
    }

    /// <summary>Ends a contour at the given vertex; one of fewer than three encloses nothing and is taken back.</summary>
    public void EndContour(int vertexEnd)
    {
        if (vertexEnd - List.VertexCount < 3) return;
        List.VertexCount = vertexEnd;
        List.ContourCount++;
        if (List.ContourCount >= List.ContourStarts.Length) List.ContourStarts = Grown(List.ContourStarts, List.ContourCount + 1);
        List.ContourStarts[List.ContourCount] = vertexEnd;
    }

    /// <summary>Adds scalars and returns the first one's index.</summary>
    public int AddScalars(int count)
    {
        var first = List.ScalarCount;
        List.ScalarCount += count;
        if (List.ScalarCount > List.Scalars.Length) List.Scalars = Grown(List.Scalars, List.ScalarCount);
        return first;
    }

    /// <summary>Adds a scalar and returns its index.</summary>
    public int AddScalar(double value)
    {
        var index = AddScalars(1);
        List.Scalars[index] = value;
        return index;
    }

    /// <summary>A copy of at least the given length.</summary>
    public static T[] Grown<T>(T[] array, int length)
    {
        Array.Resize(ref array, Math.Max(length, 2 * array.Length));
        return array;
    }
}
