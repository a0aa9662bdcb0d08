using SvgDistill.Rasterizer.Drawing;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Compositing;

internal enum OpKind : byte
{
    Fill,
    BeginLayer,
    BeginMask,
    EndMask,
    EndLayer,
}

/// <summary>A step of the draw list written out in line: layers and masks are brackets about their content.</summary>
internal struct Op
{
    public OpKind Kind;
    /// <summary>True where only alpha is wanted (inside alpha masks and clips).</summary>
    public bool AlphaOnly;
    /// <summary>Fills only.</summary>
    public bool AntiAlias;
    /// <summary>Fills only.</summary>
    public bool AlphaMoves;
    /// <summary>Fills only.</summary>
    public FillRule Rule;
    /// <summary>Fills only: the contours.</summary>
    public int FirstContour, ContourCount;
    /// <summary>The pixels that it may change, half open; empty where there are none.</summary>
    public int X0, Y0, X1, Y1;
    /// <summary>Fills only: pixel columns that its edges may cross, before layers cut it.</summary>
    public int EdgeX0, EdgeX1;
    /// <summary>Layers only: the scalar that multiplies it, or -1.</summary>
    public int Opacity;
    public BlendMode Blend;
    public MaskKind Mask;
    /// <summary>Fills only.</summary>
    public PaintSource? Source;

    /// <summary>Fills only: true where it covers all its pixels, without contours.</summary>
    public readonly bool CoversAll => Source is FilterSource;

    public readonly bool IsEmpty => X0 >= X1 || Y0 >= Y1;

    public void Cut(int x0, int y0, int x1, int y1)
    {
        (X0, Y0) = (Math.Max(X0, x0), Math.Max(Y0, y0));
        (X1, Y1) = (Math.Min(X1, x1), Math.Min(Y1, y1));
        if (X0 >= X1 || Y0 >= Y1) (X0, Y0, X1, Y1) = (0, 0, 0, 0);
    }

    public void Join(in Op other)
    {
        if (other.IsEmpty) return;
        if (IsEmpty) (X0, Y0, X1, Y1) = (other.X0, other.Y0, other.X1, other.Y1);
        else (X0, Y0, X1, Y1) = (Math.Min(X0, other.X0), Math.Min(Y0, other.Y0), Math.Max(X1, other.X1), Math.Max(Y1, other.Y1));
    }
}
