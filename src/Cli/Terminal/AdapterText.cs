using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Terminal;

/// <summary>What <c>model info</c> says of an adapter.</summary>
internal static class AdapterText
{
    /// <summary>A line a fact, or the record.</summary>
    public static void Write(TextWriter output, AdapterInfo info, bool json)
    {
        if (json)
        {
            output.Write(Record(info));
            return;
        }
        void Line(string name, string value) => output.WriteLine($"{name,-14}{value}");
        Line("path", info.Path);
        Line("kind", Words(info));
        Line("made for", info.TextWidth is not { } width ? "unknown: none of its tensors takes text"
            : info.Family ?? string.Create(CultureInfo.InvariantCulture, $"a model with a text width of {width}"));
        foreach (var (name, value) in info.Facts) Line(name, value);
        Line("numbers", string.Create(CultureInfo.InvariantCulture, $"{info.Parameters / 1e6:0.00} M ({info.StoredAs})"));
        Line("sha256", info.Sha256());
    }

    /// <summary>What it is, and the option that takes it.</summary>
    public static string Words(AdapterInfo info) => info.Kind switch
    {
        AdapterKind.Lora => "LoRA, for --lora",
        AdapterKind.ControlNet => "ControlNet, for --control",
        _ => "textual-inversion embedding, for --embedding",
    };

    private static RunRecord Record(AdapterInfo info) => new("model info", [])
    {
        ["adapter"] = new JsonObject
        {
            ["kind"] = AdapterLoader.Name(info.Kind), ["name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(info.Path)), ["sha256"] = info.Sha256(),
        },
        ["info"] = new JsonObject
        {
            ["path"] = info.Path, ["family"] = info.Family, ["text_width"] = info.TextWidth, ["parameters"] = info.Parameters, ["stored_as"] = info.StoredAs,
            ["facts"] = new JsonObject([.. info.Facts.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Value))]),
        },
    };
}
