using System.Runtime.InteropServices;

namespace SvgDistill.Rasterizer.Text.Fonts;

/// <summary>A font file's bytes, which the native libraries read in place as long as the program runs.</summary>
internal sealed class FontBytes(byte[] bytes)
{
    private readonly GCHandle _pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);

    public byte[] Array => bytes;
    public nint Address => _pin.AddrOfPinnedObject();
}
