using System.CommandLine;
using System.Globalization;
using SvgDistill.Cli.Terminal;

namespace SvgDistill.Cli.Options;

/// <summary>Where an edit is watched while it runs.</summary>
/// <param name="Every">A picture file is renewed every so many steps; null for none.</param>
/// <param name="Protocol">Pictures in the terminal; null where the environment decides.</param>
internal sealed record PreviewChoice(int? Every, PictureProtocol? Protocol)
{
    /// <summary>What is shown in the terminal: never with <paramref name="silent"/>, unasked only in a terminal that is known to draw it.</summary>
    public PictureProtocol Shown(bool silent, bool isTerminal) => silent ? PictureProtocol.None
        : Protocol ?? (isTerminal ? TerminalPictures.Detect(Environment.GetEnvironmentVariable) : PictureProtocol.None);
}

/// <summary><c>--preview</c>: a number for a picture file, a word for the terminal; it may be given once for each.</summary>
internal static class PreviewOption
{
    private const int MostSteps = 1_000_000;
    private static readonly string[] _words = ["auto", "sixel", "kitty", "iterm", "none"];

    public static Option<PreviewChoice> Create()
    {
        const string Name = "--preview";
        return new Option<PreviewChoice>(Name)
        {
            Description = "A number N: renews a picture of the state every N steps (OUT.preview.png). A word: how pictures are shown in the terminal; "
                + "auto does so where it is known to draw them. May be given for both. Default: auto.",
            HelpName = "N|" + string.Join('|', _words),
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => new PreviewChoice(null, null),
            CustomParser = result =>
            {
                var choice = new PreviewChoice(null, null);
                foreach (var text in result.Tokens.Select(t => t.Value))
                {
                    if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= MostSteps) choice = choice with { Every = n };
                    else if (text == "auto") choice = choice with { Protocol = null };
                    else if (_words.Contains(text)) choice = choice with { Protocol = Enum.Parse<PictureProtocol>(text, ignoreCase: true) };
                    else result.AddError($"{Name} takes a whole number from 1 to {MostSteps} or one of {string.Join(", ", _words)}, not '{text}'");
                }
                return choice;
            },
        }.Offering(_words);
    }
}
