using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Comparing;

/// <summary>What a run had cost when it was stopped; stands beside its state.</summary>
internal sealed record Unfinished(double Seconds, long Forwarded, long Differentiated)
{
    /// <summary>The cost so far and that of what was done since.</summary>
    public Unfinished Plus(EditResult result) =>
        new(Seconds + result.Elapsed.TotalSeconds, Forwarded + result.SamplesForwarded, Differentiated + result.SamplesDifferentiated);

    /// <summary>That of a stopped run, or null where there is none to go on with.</summary>
    public static Unfinished? Load(RunFolder run)
    {
        if (!File.Exists(run.Files.State) || !File.Exists(Name(run))) return null;
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(Name(run)));
            return json?["seconds"] is { } seconds && json["forwarded"] is { } forwarded && json["differentiated"] is { } differentiated
                ? new((double)seconds, (long)forwarded, (long)differentiated) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null; // a file that was not written whole: the run is made anew
        }
    }

    /// <summary>Writes it.</summary>
    public void Save(RunFolder run) => Outputs.Replace(Name(run),
        new JsonObject { ["seconds"] = Seconds, ["forwarded"] = Forwarded, ["differentiated"] = Differentiated }.ToJsonString());

    /// <summary>Removes it with the state.</summary>
    public static void Delete(RunFolder run)
    {
        File.Delete(run.Files.State);
        File.Delete(Name(run));
    }

    private static string Name(RunFolder run) => Path.Combine(run.Path, "unfinished.json");
}
