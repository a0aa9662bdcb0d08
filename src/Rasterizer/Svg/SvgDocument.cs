using System.IO.Compression;
using System.Text;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>
/// An SVG file with every byte kept: what is not edited is written as it was, whatever its encoding, quotation marks,
/// entities and layout. A document is immutable; edits make new bytes.
/// </summary>
public sealed class SvgDocument
{
    // RFC 1952, 2.3.1: ID1 and ID2.
    private static readonly byte[] _gzip = [0x1F, 0x8B];

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly TextEncoding _encoding;
    private readonly Dictionary<string, SvgElement> _byId = [];

    private SvgDocument(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> fileBytes, string name, SvgLimits limits)
    {
        (_bytes, FileBytes, Name, Limits) = (bytes, fileBytes, name, limits);
        (Text, _encoding) = TextEncoding.Read(bytes, name);
        Elements = XmlParser.Parse(Text, name, limits);
        if (!Root.Is("svg"))
            throw Error(Root, $"The root element is <{Root.LocalName}>, not an <svg> in SVG's namespace.",
                $"Give an SVG file, with xmlns=\"{SvgElement.SvgNamespace}\" on its root.");
        foreach (var element in Elements)
            if (element.Id is { Length: > 0 } id) _byId.TryAdd(id, element);
    }

    /// <summary>The file's name as given, for messages.</summary>
    public string Name { get; }

    /// <summary>The limits that it was read under.</summary>
    public SvgLimits Limits { get; }

    /// <summary>The root's <c>title</c>, white space collapsed, or null.</summary>
    public string? Title
    {
        get
        {
            var title = Root.Children.Find(e => e.Is("title"));
            var text = title is null ? "" : string.Concat(title.Texts.Select(t => t.Value));
            text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return text.Length == 0 ? null : text;
        }
    }

    internal string Text { get; }
    internal SourceLines Lines => field ??= new SourceLines(Text);
    internal List<SvgElement> Elements { get; }
    internal SvgElement Root => Elements[0];
    internal SvgElement? ById(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// Reads a file. A gzip-compressed one (.svgz) is decompressed, whatever its name.
    /// </summary>
    /// <exception cref="SvgException">The file is missing, unreadable, too large or not well-formed.</exception>
    public static SvgDocument Load(string path, SvgLimits? limits = null)
    {
        limits ??= SvgLimits.Default;
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > limits.Bytes) throw TooLarge(path, limits);
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SvgException(path, 1, 1, $"The file cannot be read: {e.Message}",
                "Check its name and permissions.");
        }
        return Parse(bytes, path, limits);
    }

    /// <summary>Reads a document from bytes, plain or gzip-compressed.</summary>
    /// <param name="bytes">The file's bytes; kept, not copied.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <exception cref="SvgException">The bytes are too many, not well-formed or not SVG.</exception>
    public static SvgDocument Parse(ReadOnlyMemory<byte> bytes, string name, SvgLimits? limits = null)
    {
        limits ??= SvgLimits.Default;
        var text = bytes.Span.StartsWith(_gzip) ? Decompress(bytes, name, limits) : bytes;
        if (text.Length > limits.Bytes) throw TooLarge(name, limits);
        return new SvgDocument(text, bytes, name, limits);
    }

    /// <summary>The bytes as they lay in the file: compressed where it was.</summary>
    public ReadOnlyMemory<byte> FileBytes { get; }

    /// <summary>True where the file was gzip-compressed.</summary>
    public bool IsCompressed => FileBytes.Span.StartsWith(_gzip);

    /// <summary>The SVG's bytes.</summary>
    public byte[] ToBytes() => _bytes.ToArray();

    /// <summary>The file's bytes with edits made; without any, exactly <see cref="ToBytes()"/>.</summary>
    internal byte[] ToBytes(SourceEdits edits) => edits.Count == 0 ? ToBytes() : _encoding.Encode(edits.Apply(Text));

    /// <summary>An error at an element.</summary>
    internal SvgException Error(SvgElement element, string problem, string remedy) =>
        Error(element.Start, problem, remedy);

    /// <summary>An error at a position of the text.</summary>
    internal SvgException Error(int position, string problem, string remedy)
    {
        var (line, column) = Lines.Place(position);
        return new SvgException(Name, line, column, problem, remedy);
    }

    private static SvgException TooLarge(string name, SvgLimits limits) =>
        new(name, 1, 1, $"The file is larger than {limits.Bytes >> 20} MiB.",
            "Simplify the drawing or split the file.");

    private static byte[] Decompress(ReadOnlyMemory<byte> bytes, string name, SvgLimits limits)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            var (result, buffer) = (new MemoryStream(), new byte[1 << 16]);
            for (int read; (read = gzip.Read(buffer)) > 0;)
            {
                if (result.Length + read > limits.Bytes) throw TooLarge(name, limits);
                result.Write(buffer, 0, read);
            }
            return result.ToArray();
        }
        catch (InvalidDataException)
        {
            throw new SvgException(name, 1, 1, "The compressed file is damaged.",
                "Decompress it with gzip and give the .svg file.");
        }
    }
}
