using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Creating;

/// <summary>What of a run is done: pictures' scores and finished drawings. A picture itself is sampled again from its seed, which is small.</summary>
/// <param name="run">What the run is (prompt, options, model); the state of another is refused.</param>
internal sealed class CreationState(string run)
{
    private const long MostBytes = 1 << 28;

    /// <summary>Scores of the pictures sampled so far, seed by seed.</summary>
    public List<double> Scores { get; } = [];

    /// <summary>The drawings that are done, by the seeds of their pictures.</summary>
    public Dictionary<long, Creation> Drawings { get; } = [];

    /// <summary>Reads a state that <see cref="Save"/> wrote.</summary>
    /// <exception cref="EditorException">It is damaged, or another run's.</exception>
    public static CreationState Load(string path, string run)
    {
        try
        {
            var root = JsonNode.Parse(InputFile.Read(path, "the state of a run", MostBytes))!;
            if ((string?)root["run"] != run) throw EditorException.Usage($"{path}: the state of another run. Start anew, or repeat that run's command.");
            var state = new CreationState(run);
            state.Scores.AddRange(root["scores"]!.AsArray().Select(s => (double)s!));
            foreach (var drawing in root["drawings"]!.AsArray())
                state.Drawings.Add((long)drawing!["seed"]!, new(Convert.FromBase64String((string)drawing["svg"]!), (long)drawing["seed"]!, (double)drawing["picture_score"]!,
                    (double)drawing["score"]!, (int)drawing["paths"]!, (bool)drawing["symmetric"]!, (bool)drawing["refined"]!, (double?)drawing["clip_score"]));
            return state;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new EditorException(EditorErrorKind.Input, $"{path}: the state of a run, damaged ({error.Message.TrimEnd('.')}). Delete it and start anew.", error);
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Save(string path) => Outputs.Replace(path, new JsonObject
    {
        ["run"] = run,
        ["scores"] = new JsonArray([.. Scores.Select(s => (JsonNode)s)]),
        ["drawings"] = new JsonArray([.. Drawings.Values.Select(d => (JsonNode)new JsonObject
        {
            ["seed"] = d.Seed, ["picture_score"] = d.PictureScore, ["score"] = d.Score, ["paths"] = d.Paths, ["symmetric"] = d.IsSymmetric, ["refined"] = d.IsRefined, ["clip_score"] = d.ClipScore,
            ["svg"] = Convert.ToBase64String(d.Svg),
        })]),
    }.ToJsonString() + "\n");
}
