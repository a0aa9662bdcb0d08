namespace SvgDistill.Editor.Evaluating;

/// <summary>An entry of a list: a drawing, what it should become, and perhaps what designers made of that.</summary>
/// <param name="Number">Its place in the list, counted from 1.</param>
/// <param name="Id">The list's own name for it, or its place.</param>
/// <param name="Group">What it is reported with, beside all: <c>group</c>, or the file name's first part (<c>noto</c> of <c>noto.cat-face.svg</c>); null for none.</param>
/// <param name="Before">The drawing's path.</param>
/// <param name="After">The wanted drawing's path; null where it is not known.</param>
/// <param name="Source">The source prompt.</param>
/// <param name="Target">The target prompt.</param>
/// <param name="BeforeFile">The drawing's bytes, unpacked.</param>
/// <param name="AfterFile">The wanted drawing's, likewise.</param>
internal sealed record EvaluatedPair(
    int Number, string Id, string? Group, string Before, string? After, string Source, string Target, byte[] BeforeFile, byte[]? AfterFile)
{
    /// <summary>As people read it.</summary>
    public string Name => $"{Path.GetFileName(Before)} -> {Target}";

    /// <summary>Its folder; no sign in it is special on any file system.</summary>
    public string FolderName
    {
        get
        {
            const int Longest = 80;
            var stem = string.Concat(Path.GetFileNameWithoutExtension(Before).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
            return FormattableString.Invariant($"{Number:0000}-{stem[..Math.Min(stem.Length, Longest)]}");
        }
    }
}
