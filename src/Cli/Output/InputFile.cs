using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Cli.Output;

/// <summary>Reads the SVG that a command works on.</summary>
internal static class InputFile
{
    /// <summary>The document; its errors end the program with 3.</summary>
    /// <exception cref="CliException">There is no such file, or it is a folder.</exception>
    /// <exception cref="SvgException">It is not an SVG that can be read.</exception>
    public static SvgDocument Load(string path)
    {
        if (Directory.Exists(path)) throw new CliException(ExitCode.Input, $"{path}: a folder; name an SVG file in it.");
        if (!File.Exists(path)) throw new CliException(ExitCode.Input, $"{path}: no such file.");
        return SvgDocument.Load(path);
    }
}
