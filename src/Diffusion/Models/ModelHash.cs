using System.Security.Cryptography;
using System.Text;

namespace SvgDistill.Diffusion.Models;

/// <summary>
/// Identifies a model in records. A single file's hash is the SHA-256 of its bytes, as download pages give it; a folder's
/// is the SHA-256 of one line a file, "SHA-256  relative/path", sorted by path, as sha256sum prints them.
/// </summary>
public static class ModelHash
{
    /// <summary>SHA-256 of a file's bytes, lower-case hexadecimal.</summary>
    public static string OfFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>SHA-256 over a folder's files, given by their relative paths.</summary>
    public static string OfFiles(string folder, IEnumerable<string> files)
    {
        var lines = files.Order(StringComparer.Ordinal).Select(file => $"{OfFile(Path.Combine(folder, file))}  {file}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
