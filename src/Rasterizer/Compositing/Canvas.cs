namespace SvgDistill.Rasterizer.Compositing;

/// <summary>A window onto planar premultiplied pixels of some rows and columns, addressed by the picture's own coordinates.</summary>
internal readonly unsafe struct Canvas(float* data, nint planeStride, int rowStride, int x0, int x1, int y0, int y1, bool alphaOnly)
{
    public readonly int X0 = x0, X1 = x1, Y0 = y0, Y1 = y1, RowStride = rowStride;
    public readonly nint PlaneStride = planeStride;

    /// <summary>The first plane that is there: 0, or 3 on canvases of which only alpha is wanted.</summary>
    public readonly int FirstPlane = alphaOnly ? 3 : 0;

    private readonly float* _origin = data - (alphaOnly ? 3 * planeStride : 0) - (nint)y0 * rowStride - x0;

    /// <summary>The address at which pixel (x, row) of a plane is element x.</summary>
    public float* Row(int plane, int row) => _origin + plane * PlaneStride + (nint)row * RowStride;

    public static int Length(int width, int height, bool alphaOnly) => (alphaOnly ? 1 : 4) * width * height;
}
