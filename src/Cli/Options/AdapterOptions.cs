using System.CommandLine;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;

namespace SvgDistill.Cli.Options;

/// <summary>The options that add adapters to a model: one set for every command that opens one.</summary>
/// <param name="hasSource">Whether the command has a source picture that a ControlNet's lines can be drawn from.</param>
internal sealed class AdapterOptions(bool hasSource = true)
{
    public Option<LoraChoice[]> Lora { get; } = Repeated("--lora", "FILE[:SCALE]",
        "A LoRA file (diffusers, peft or kohya names) or the name of a style from 'teach', with its weight, as in style.safetensors:0.7; may be given several times.",
        $"a file, or a file, a colon and a weight from -{LoraChoice.Largest} to {LoraChoice.Largest}", LoraChoice.Parse);

    public Option<EmbeddingChoice[]> Embedding { get; } = Repeated("--embedding", "FILE[:WORD]",
        "A textual-inversion file and the word of the prompts that it stands for; may be given several times. Default: the file's own word.",
        "a file, or a file, a colon and a word", EmbeddingChoice.Parse);

    public Option<string?> Control { get; } = Values.Text("--control", "PATH",
        "A ControlNet's folder or file." + (hasSource ? " It guides the whole run; with piva the two trained denoisers only, as in its paper." : ""));

    public Option<string?> ControlImage { get; } = Values.Text("--control-image", "PICTURE", "The picture that the ControlNet follows."
        + (hasSource ? " Default: the source's edges, white lines on black." : ""));

    public Option<double?> ControlScale { get; } = Values.Number("--control-scale", "X", "Weight of what the ControlNet adds. Default: 1.", 0, 10);

    /// <summary>Where commands that draw from words alone have their LoRAs.</summary>
    public static Option<LoraPlace?> LoraInDrawing() => LoraIn(
        "Where LoRAs are while a picture is drawn. both: everywhere, as they were trained; target: guidance leads from the model without them to the model with them, which strengthens their style: half the weight (FILE:.5) is then mostly enough. Default: both.");

    /// <summary><c>--lora-in</c>.</summary>
    public static Option<LoraPlace?> LoraIn(string description) => Values.Create<LoraPlace?>("--lora-in", "target|both", description,
        "target or both", text => text switch { "target" => LoraPlace.Target, "both" => LoraPlace.Both, _ => null });

    /// <summary>All, in the order of the help.</summary>
    public IEnumerable<Option> All => [Lora, Embedding, Control, ControlImage, ControlScale];

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="EditorException">An option lacks the one that it goes with.</exception>
    public AdapterRequest Read(ParseResult parsed)
    {
        var (control, image, scale) = (parsed.GetValue(Control), parsed.GetValue(ControlImage), parsed.GetValue(ControlScale));
        if (control is null && (image is not null || scale is not null))
            throw EditorException.Usage($"{(image is not null ? ControlImage.Name : ControlScale.Name)} goes with --control");
        if (control is not null && image is null && !hasSource)
            throw EditorException.Usage("--control: there is no source picture here to draw lines from; give one with --control-image");
        return new AdapterRequest
        {
            Loras = parsed.GetValue(Lora)!,
            Embeddings = parsed.GetValue(Embedding)!,
            Control = control is null ? null : new(control, image, scale ?? 1),
        };
    }

    private static Option<T[]> Repeated<T>(string name, string value, string description, string takes, Func<string, T?> parse) where T : class => new(name)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var values = new List<T>();
            foreach (var token in result.Tokens)
                if (parse(token.Value) is { } one) values.Add(one);
                else result.AddError($"{name} takes {takes}, not '{token.Value}'");
            return [.. values];
        },
    };
}
