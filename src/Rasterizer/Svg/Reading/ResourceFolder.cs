using System.Collections.Immutable;
using System.Security.Cryptography;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>
/// The files that a document may name: those whose real path, all links followed, lies below one folder. Addresses are relative to the
/// document's own folder.
/// </summary>
internal sealed class ResourceFolder
{
    private const int MostLinks = 40;

    private readonly string _root, _base;
    private readonly long _most;
    private readonly SortedDictionary<string, ResourceFile> _read = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>A folder for a document.</summary>
    /// <param name="folder">What may be read lies below it.</param>
    /// <param name="document">The document's path; a name without folders stands for the current one.</param>
    /// <param name="most">Bytes of all files together.</param>
    public ResourceFolder(string folder, string document, long most) =>
        (_root, _base, _most) = (RealPath(Path.GetFullPath(folder)), RealPath(Path.GetDirectoryName(Path.GetFullPath(document))!), most);

    /// <summary>What was read.</summary>
    public ImmutableArray<ResourceFile> Files => [.. _read.Values];

    /// <summary>The bytes behind an address; null where it leads elsewhere, or to no regular file that can be read.</summary>
    public byte[]? Read(string address)
    {
        try
        {
            if (PathOf(address) is not { } path || !IsBelow(path) || RealPath(path) is not { } real || !IsBelow(real)
                || FileStatus.Of(real) is { IsRegular: false }) return null;
            using var file = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > _most - _bytes) return null;
            _bytes += file.Length;
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            _read[address] = new(address, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // A relative address or a file: one; what comes behind # or ? is no part of the name.
    private string? PathOf(string address)
    {
        var end = address.AsSpan().IndexOfAny('#', '?');
        address = (end < 0 ? address : address[..end]).Trim();
        if (address.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return Uri.TryCreate(address, UriKind.Absolute, out var uri) && !uri.IsUnc && uri.IsFile ? Path.GetFullPath(uri.LocalPath) : null;
        if (address.Length == 0 || address.StartsWith("//", StringComparison.Ordinal) || HasScheme(address)) return null;
        return Path.GetFullPath(Path.Combine(_base, Uri.UnescapeDataString(address)));
    }

    // RFC 3986, section 3.1.
    private static bool HasScheme(string address) => address.IndexOf(':') is var colon and > 0
        && char.IsAsciiLetter(address[0]) && address[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.');

    // By names before any file is touched (a share's name would reach the network), and by the real path after.
    private bool IsBelow(string path) => path.StartsWith(Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>A full path with every link on its way followed.</summary>
    /// <exception cref="IOException">Links lead around in circles.</exception>
    private static string RealPath(string path)
    {
        var current = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(Parts(path[current.Length..]));
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(current) ?? current : Path.Combine(current, part);
            if (part == ".." || new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }
            if (++links > MostLinks) throw new IOException($"{path}: too many links.");
            if (Path.IsPathRooted(target)) current = Path.GetPathRoot(target)!;
            foreach (var step in Parts(Path.IsPathRooted(target) ? target[current.Length..] : target)) rest.Push(step);
        }
        return current;

        static IEnumerable<string> Parts(string path) => path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar],
            StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").Reverse();
    }
}
