using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>The draw list under construction and scratch memory; arrays grow to the largest step and are kept.</summary>
internal sealed class DrawBuffers
{
    /// <summary>
    /// Vertices a picture may take; what would exceed it is not drawn (tiles without number, a million dashes).
    /// </summary>
    public const int VertexLimit = 1 << 21;

    /// <summary>Pattern tiles a picture may take; a pattern that would exceed it is not painted.</summary>
    public const int TileLimit = 1 << 12;

    private double _tiles;

    /// <summary>The draw list.</summary>
    public DrawList List { get; } = new();

    /// <summary>Empties the list for a canvas.</summary>
    public void Begin(int width, int height)
    {
        (List.Width, List.Height, _tiles) = (width, height, 0);
        (List.VertexCount, List.ContourCount, List.ScalarCount) = (0, 0, 0);
        List.ContourStarts[0] = 0;
        List.Nodes.Clear();
    }

    /// <summary>How many vertices may still be added.</summary>
    public int Remaining => VertexLimit - List.VertexCount;

    /// <summary>Makes room for vertices; false where the limit forbids it.</summary>
    public bool Reserve(int vertices)
    {
        var needed = List.VertexCount + vertices;
        if (needed > VertexLimit) return false;
        if (2 * needed > List.Vertices.Length) List.Vertices = Grown(List.Vertices, 2 * needed);
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

    /// <summary>Counts pattern tiles; false where the limit forbids them.</summary>
    public bool TakeTiles(double count)
    {
        if (!(_tiles + count <= TileLimit)) return false;
        _tiles += count;
        return true;
    }

    /// <summary>A copy of at least the given length.</summary>
    public static T[] Grown<T>(T[] array, int length)
    {
        Array.Resize(ref array, Math.Max(length, 2 * array.Length));
        return array;
    }
}
