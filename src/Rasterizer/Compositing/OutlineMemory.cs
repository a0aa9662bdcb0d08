using System.Runtime.InteropServices;
using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

/// <summary>
/// The outlines that the last pass drew, so that a fill whose outline is the same, number by number, need not be cut into spans anew.
/// Its memory is a copy of one draw list's vertices.
/// </summary>
internal sealed class OutlineMemory
{
    /// <summary>All that a fill's edges and spans depend on, but for the vertices' values.</summary>
    private readonly record struct Outline(int X0, int Y0, int X1, int Y1, int EdgeX0, FillRule Rule, bool AntiAlias, int ContourCount);

    private record struct Entry(Outline Outline, int FirstContour);

    private Entry[] _entries = [];
    private int _count;
    private double[] _vertices = [];
    private int[] _contourStarts = [];
    private bool _holds;

    /// <summary>Nothing that comes next is the same as what came last.</summary>
    public void Forget() => _holds = false;

    /// <summary>
    /// True where the op at a position of the plan is the fill that was there last time, with the same vertices;
    /// <paramref name="shift"/> is what to add to a vertex's number then to get its number now.
    /// </summary>
    public bool Knows(DrawList list, int position, in Op op, out int shift)
    {
        shift = 0;
        if (!_holds || op.Kind != OpKind.Fill || op.ContourCount == 0 || position >= _count || _entries[position].Outline != Of(op)) return false;
        int before = _entries[position].FirstContour, now = op.FirstContour;
        shift = list.ContourStarts[now] - _contourStarts[before];
        for (int c = 1; c <= op.ContourCount; c++)
            if (list.ContourStarts[now + c] - _contourStarts[before + c] != shift) return false;
        int from = list.ContourStarts[now], length = 2 * (list.ContourStarts[now + op.ContourCount] - from);
        var last = _vertices.AsSpan(2 * (from - shift), length);
        // Bit by bit: the same numbers give the same spans.
        return MemoryMarshal.AsBytes(list.Vertices.AsSpan(2 * from, length)).SequenceEqual(MemoryMarshal.AsBytes(last));
    }

    /// <summary>Keeps what is drawn now for the next pass.</summary>
    public void Remember(DrawList list, ReadOnlySpan<Op> ops)
    {
        if (_entries.Length < ops.Length) _entries = new Entry[2 * ops.Length];
        for (int i = 0; i < ops.Length; i++)
            _entries[i] = ops[i].Kind == OpKind.Fill ? new(Of(ops[i]), ops[i].FirstContour) : new(default, -1);
        _count = ops.Length;
        Copy(list.Vertices.AsSpan(0, 2 * list.VertexCount), ref _vertices);
        Copy(list.ContourStarts.AsSpan(0, list.ContourCount + 1), ref _contourStarts);
        _holds = true;
    }

    private static Outline Of(in Op op) => new(op.X0, op.Y0, op.X1, op.Y1, op.EdgeX0, op.Rule, op.AntiAlias, op.ContourCount);

    private static void Copy<T>(ReadOnlySpan<T> from, ref T[] to)
    {
        if (to.Length < from.Length) to = new T[Math.Max(from.Length, 2 * to.Length)];
        from.CopyTo(to);
    }
}
