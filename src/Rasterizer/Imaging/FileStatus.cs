using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SvgDistill.Rasterizer.Imaging;

/// <summary>What the system's stat says of a file, links followed, and .NET does not: its type, owner and identity.</summary>
public readonly partial record struct FileStatus
{
    // S_IFMT, S_IFREG and S_IFDIR of <sys/stat.h>.
    private const int TypeMask = 0xF000, RegularType = 0x8000, FolderType = 0x4000;

    private FileStatus(int mode, uint user, uint group, ulong device, ulong inode) =>
        (Mode, User, Group, Device, Inode) = (mode, user, group, device, inode);

    private int Mode { get; }
    private uint User { get; }
    private uint Group { get; }
    private ulong Device { get; }
    private ulong Inode { get; }

    /// <summary>True for a file with bytes of its own on a disk: no folder, device, FIFO or socket.</summary>
    public bool IsRegular => (Mode & TypeMask) == RegularType;

    /// <summary>True for a folder.</summary>
    public bool IsFolder => (Mode & TypeMask) == FolderType;

    /// <summary>The status; null where there is nothing at the path, or where the system has no such call (Windows).</summary>
    public static FileStatus? Of(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        buffer.Clear();
        // struct statx of Linux and struct stat of macOS on arm64 have the same layout wherever they exist.
        if (OperatingSystem.IsLinux()) return StatX(AtWorkingFolder, path, 0, BasicStatus, buffer) == 0
            ? new(BinaryPrimitives.ReadUInt16LittleEndian(buffer[28..]), Number(buffer, 20), Number(buffer, 24),
                (ulong)Number(buffer, 136) << 32 | Number(buffer, 140), BinaryPrimitives.ReadUInt64LittleEndian(buffer[32..])) : null;
        if (OperatingSystem.IsMacOS()) return Stat(path, buffer) == 0
            ? new(BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]), Number(buffer, 16), Number(buffer, 20),
                Number(buffer, 0), BinaryPrimitives.ReadUInt64LittleEndian(buffer[8..])) : null;
        return null;
    }

    /// <summary>True where two paths lead to one file, by whatever links.</summary>
    public static bool AreSame(string a, string b) =>
        OperatingSystem.IsWindows() ? string.Equals(Path.GetFullPath(a), Path.GetFullPath(b), StringComparison.OrdinalIgnoreCase)
        : Of(a) is { } first && Of(b) is { } second && (first.Device, first.Inode) == (second.Device, second.Inode);

    /// <summary>Gives another file this one's owner and group; false where the user may not.</summary>
    public bool TryGiveOwner(string path) =>
        OperatingSystem.IsWindows() || Of(path) is { } own && (own.User, own.Group) == (User, Group) || ChangeOwner(path, User, Group) == 0;

    private const int AtWorkingFolder = -100;
    private const uint BasicStatus = 0x7ff;

    private static uint Number(ReadOnlySpan<byte> buffer, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(buffer[offset..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
