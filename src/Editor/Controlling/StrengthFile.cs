using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Editing.Control;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Editor.Controlling;

/// <summary>
/// What an edit leaves beside its result (<c>OUT.svg.strength.json</c>), so that another strength can be chosen later without a model: the
/// numbers that the last step left, and all that finishing needs. The schema is in docs/control.md.
/// </summary>
internal static class StrengthFile
{
    /// <summary>Raised when a field changes its meaning or goes.</summary>
    private const int SchemaVersion = 1;
    private const long MostBytes = 1 << 26;
    private const int MostGains = 1000;

    /// <summary>The file's text.</summary>
    /// <param name="setup">The drawing and what was asked of the result.</param>
    /// <param name="symmetry">Which symmetries the edit kept.</param>
    /// <param name="limits">What it let change.</param>
    /// <param name="outlineText">Whether text became paths.</param>
    /// <param name="edited">The numbers that the last step left.</param>
    /// <param name="folder">The folder that the file will stand in.</param>
    public static string Write(FinishSetup setup, SymmetryMode symmetry, DrawingControl limits, bool outlineText, double[] edited, string folder)
    {
        int[] leaves = [.. Enumerable.Range(0, edited.Length).Where(i => setup.Svg.Scene.Parameters[i].IsLeaf)];
        double[] values = [.. leaves.Select(i => edited[i])];
        return new JsonObject
        {
            ["schema_version"] = SchemaVersion,
            ["input"] = new JsonObject
            {
                ["path"] = InputFile.IsStandard(setup.Input) ? null : Path.GetRelativePath(folder, Path.GetFullPath(setup.Input)),
                ["sha256"] = Hashes.Of(setup.Document.ToBytes()),
            },
            ["scene"] = new JsonObject
            {
                ["optimize"] = string.Join(',', OptimizeWords.All.Where(w => setup.Scene.Optimize.HasFlag(w.Kind)).Select(w => w.Word)),
                ["move"] = setup.Scene.Move.ToString(), ["free_shapes"] = setup.Scene.FreeShapes, ["resources"] = setup.Scene.Resources, ["outline_text"] = outlineText,
            },
            ["keep"] = new JsonObject
            {
                ["symmetry"] = symmetry.ToString(), ["centers"] = limits.KeepsCenters, ["ground_contrast"] = limits.GroundContrast,
                ["palette"] = limits.Colors is { } colors ? new JsonArray([.. colors.Palette.Colors.Select(c => (JsonNode)new JsonArray(c.R, c.G, c.B))]) : null,
                ["shared_palette"] = limits.Shared is { } shared
                    ? new JsonArray([.. shared.Ends.Select(e => (JsonNode)new JsonArray(e.Color.R, e.Color.G, e.Color.B, e.End.R, e.End.G, e.End.B))]) : null,
            },
            ["finish"] = new JsonObject
            {
                ["side"] = setup.Side, ["margin"] = setup.Margin, ["background"] = setup.Background,
                ["clean"] = setup.Clean, ["prune"] = setup.Prune, ["simplify"] = setup.Simplify,
                ["units"] = setup.Maker.Units, ["min_feature"] = setup.Maker.MinFeature, ["widen"] = setup.Maker.Widen, ["separate_colors"] = setup.Maker.SeparateColors,
            },
            ["gains"] = setup.Scale.Gains.Count == 0 ? null : new JsonArray([.. setup.Scale.Gains.Select(g => (JsonNode)g)]),
            ["parameters"] = edited.Length,
            ["leaves"] = new JsonArray([.. Runs(leaves).Select(r => (JsonNode)new JsonArray(r.First, r.Count))]),
            ["values"] = Convert.ToBase64String(MemoryMarshal.AsBytes(values.AsSpan())),
        }.ToJsonString() + "\n";
    }

    /// <summary>Reads a file that <see cref="Write"/> made, and the drawing that it belongs to.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">The edit's input where it is not where it was; null.</param>
    /// <param name="fonts">The fonts that it was edited with.</param>
    /// <exception cref="EditorException">It is missing or damaged, or the input has changed.</exception>
    public static (FinishSetup Setup, double[] Edited) Read(string path, string? source, FontDatabase fonts)
    {
        if (!File.Exists(path))
            throw new EditorException(EditorErrorKind.Input, $"{path}: it is not there; an edit keeps it beside its result, for strengths to be chosen from. Make the edit again.");
        try
        {
            var root = JsonNode.Parse(InputFile.Read(path, "a record of strengths", MostBytes))!;
            if ((int)root["schema_version"]! != SchemaVersion) throw new FormatException("it is of another version of svgdistill");
            return Read(root, path, source, fonts);
        }
        catch (Exception error) when (error is JsonException or FormatException or NullReferenceException or InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            throw new EditorException(EditorErrorKind.Input, $"{path}: damaged, or made by hand ({error.Message}). Make the edit again.");
        }
    }

    private static (FinishSetup Setup, double[] Edited) Read(JsonNode root, string path, string? source, FontDatabase fonts)
    {
        var (input, scene, keep, finish) = (root["input"]!, root["scene"]!, root["keep"]!, root["finish"]!);
        var file = source ?? ((string?)input["path"] is { } known ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, known)
            : throw new EditorException(EditorErrorKind.Usage, $"{path}: the edit read standard input; name what it read with --source"));
        var document = InputFile.Load(file);
        if (Hashes.Of(document.ToBytes()) != (string)input["sha256"]!)
            throw new EditorException(EditorErrorKind.Input, $"{file}: it is not what the edit read. Name that file with --source, or make the edit again.");
        var options = new SceneOptions
        {
            Optimize = OptimizeWords.Parse((string)scene["optimize"]!) ?? OptimizeKinds.None, Move = Enum.Parse<MoveUnits>((string)scene["move"]!),
            FreeShapes = (bool)scene["free_shapes"]!, Resources = (string?)scene["resources"], Fonts = fonts,
        };
        var svg = SvgSceneReader.Read((bool)scene["outline_text"]! ? TextOutlines.Write(document, options) : document, options);
        var theta = svg.Scene.InitialValues();
        if ((int)root["parameters"]! != theta.Length)
            throw new EditorException(EditorErrorKind.Input, $"{file}: it has other numbers than when it was edited: give the same --fonts, or make the edit again.");
        int[] leaves = [.. Leaves(root["leaves"]!.AsArray(), theta.Length)];
        var values = MemoryMarshal.Cast<byte, double>(Convert.FromBase64String((string)root["values"]!));
        if (values.Length != leaves.Length) throw new FormatException("numbers are missing");
        for (var i = 0; i < leaves.Length; i++)
            theta[leaves[i]] = double.IsFinite(values[i]) ? values[i] : throw new FormatException("a number is not finite");
        svg = svg.Holding(Enumerable.Range(0, theta.Length).Except(leaves).ToHashSet());
        var (side, margin, background) = (Math.Clamp((int)finish["side"]!, 1, 4096), (double)finish["margin"]!, (string)finish["background"]!);
        return (new FinishSetup
        {
            Input = file, Document = document, Svg = svg, Scene = options,
            Relations = new DrawingRelations(svg.Scene, new DrawingRelationOptions
            {
                Symmetry = Enum.Parse<SymmetryMode>((string)keep["symmetry"]!), FreeForms = options.FreeShapes, KeepCenters = (bool)keep["centers"]!,
            }),
            Colors = keep["palette"] is JsonArray colors
                ? new PaletteRule(svg.Scene, new Palette(colors.Select(c => new CssColor((double)c![0]!, (double)c[1]!, (double)c[2]!, 1, false)))) : null,
            Shared = keep["shared_palette"] is JsonArray pairs ? new SharedColorsRule(svg.Scene, Shared(pairs)) : null,
            Scale = root["gains"] is not JsonArray gains ? StrengthScale.Even
                : gains.Count <= MostGains ? StrengthScale.Of([.. gains.Select(g => (double)g!)]) : throw new FormatException("too many gains"),
            Ground = FinishSetup.GroundOf(svg.Scene, side, margin, background, (double?)keep["ground_contrast"] ?? 0), Side = side, Margin = margin, Background = background,
            Clean = (bool)finish["clean"]!, Prune = (bool)finish["prune"]!, Simplify = (double?)finish["simplify"],
            Maker = new MakerRequest
            {
                Units = MakerRequest.Pixels.ContainsKey((string)finish["units"]!) ? (string)finish["units"]! : throw new FormatException("an unknown unit"),
                MinFeature = (double?)finish["min_feature"], Widen = (bool)finish["widen"]!, SeparateColors = (bool)finish["separate_colors"]!,
            },
        }, theta);
    }

    private static SharedColors Shared(JsonArray pairs)
    {
        var shared = new SharedColors();
        foreach (var pair in pairs)
        {
            byte Of(int i) => (byte)pair![i]!;
            shared.Take(new(Of(0), Of(1), Of(2)), new(Of(3), Of(4), Of(5)));
        }
        return shared;
    }

    // Each once: a file must not ask for more numbers than the drawing has.
    private static IEnumerable<int> Leaves(JsonArray runs, int all)
    {
        var next = 0;
        foreach (var run in runs)
        {
            var (first, count) = ((int)run![0]!, (int)run[1]!);
            if (first < next || count < 0 || first > all - count) throw new FormatException("a leaf that is none");
            for (next = first; next < first + count; next++) yield return next;
        }
    }

    private static IEnumerable<(int First, int Count)> Runs(int[] indices)
    {
        for (var i = 0; i < indices.Length;)
        {
            var end = i + 1;
            while (end < indices.Length && indices[end] == indices[end - 1] + 1) end++;
            yield return (indices[i], end - i);
            i = end;
        }
    }
}
