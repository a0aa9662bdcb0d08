using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;

namespace SvgDistill.Cli.Terminal;

/// <summary>An edit in the terminal: a few small pictures while it runs, source and result side by side when it is done.</summary>
internal sealed class LivePictures(Screen screen, EditSession session, PictureProtocol protocol, int first)
{
    private const int Shown = 4, SmallSide = 128, Side = 256, Gap = 16;

    /// <summary>Told after each step.</summary>
    public void Step(int step)
    {
        // The last one is shown with the source.
        if (protocol == PictureProtocol.None || Part(step) == Part(step - 1) || step == session.Steps) return;
        screen.Draw(TerminalPictures.Encode(Draw(session.Theta, SmallSide), protocol));
    }

    /// <summary>Shows source and result.</summary>
    public void Finish()
    {
        if (protocol == PictureProtocol.None) return;
        var (before, after) = (Draw(session.Scene.InitialValues(), Side), Draw(session.Theta, Side));
        var both = new RgbaImage(2 * before.Width + Gap, before.Height);
        for (var y = 0; y < both.Height; y++)
        {
            both.Pixels.AsSpan(4 * y * both.Width, 4 * both.Width).Fill(255);
            before.Pixels.AsSpan(4 * y * before.Width, 4 * before.Width).CopyTo(both.Pixels.AsSpan(4 * y * both.Width));
            after.Pixels.AsSpan(4 * y * before.Width, 4 * before.Width).CopyTo(both.Pixels.AsSpan(4 * (y * both.Width + before.Width + Gap)));
        }
        screen.Draw(TerminalPictures.Encode(both, protocol));
    }

    private int Part(int step) => (int)((long)Math.Max(0, step - first) * Shown / Math.Max(1, session.Steps - first));

    private RgbaImage Draw(double[] theta, int side) => Pictures.Draw(session.Scene, theta, side, session.Background);
}
