using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Terminal;

/// <summary>How a terminal is given pictures.</summary>
internal enum PictureProtocol
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>Sixel graphics.</summary>
    Sixel,
    /// <summary>kitty's graphics protocol.</summary>
    Kitty,
    /// <summary>iTerm2's inline images.</summary>
    Iterm,
}

/// <summary>Pictures between the lines of a terminal.</summary>
internal static class TerminalPictures
{
    // The kitty protocol takes base64 in pieces of at most this many characters.
    private const int Piece = 4096;

    /// <summary>
    /// What the environment says for certain; nothing is asked of the terminal. tmux and screen hand pictures on only where they were told to,
    /// so that within them there is none.
    /// </summary>
    public static PictureProtocol Detect(Func<string, string?> variable)
    {
        string Of(string name) => variable(name) ?? "";
        var (term, program) = (Of("TERM"), Of("TERM_PROGRAM"));
        if (Of("TMUX").Length > 0 || Of("STY").Length > 0 || term.StartsWith("screen", StringComparison.Ordinal) || term.StartsWith("tmux", StringComparison.Ordinal))
            return PictureProtocol.None;
        if (term is "xterm-kitty" or "xterm-ghostty" || Of("KITTY_WINDOW_ID").Length > 0 || program == "ghostty") return PictureProtocol.Kitty;
        if (program is "iTerm.app" or "WezTerm" || Of("LC_TERMINAL") == "iTerm2") return PictureProtocol.Iterm;
        return term is "foot" or "foot-extra" or "mlterm" or "contour" or "yaft-256color" ? PictureProtocol.Sixel : PictureProtocol.None;
    }

    /// <summary>The text that draws an opaque picture at the cursor, which then stands on the line below it.</summary>
    public static string Encode(RgbaImage image, PictureProtocol protocol) => protocol switch
    {
        PictureProtocol.Sixel => SixelWriter.Encode(image) + "\n",
        PictureProtocol.Kitty => Kitty(Convert.ToBase64String(PngWriter.Encode(image))) + "\n",
        PictureProtocol.Iterm => Iterm(PngWriter.Encode(image), image) + "\n",
        _ => "",
    };

    // q=2: the terminal answers nothing, since nobody would read it.
    private static string Kitty(string data)
    {
        var text = new StringBuilder();
        for (var at = 0; at < data.Length; at += Piece)
        {
            var more = at + Piece < data.Length ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"\e_G{(at == 0 ? "a=T,f=100,q=2," : "")}m={more};{data.AsSpan(at, Math.Min(Piece, data.Length - at))}\e\\");
        }
        return text.ToString();
    }

    private static string Iterm(byte[] png, RgbaImage image) => string.Create(CultureInfo.InvariantCulture,
        $"\e]1337;File=inline=1;size={png.Length};width={image.Width}px;height={image.Height}px:{Convert.ToBase64String(png)}\a");
}
