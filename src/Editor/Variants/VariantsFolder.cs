using System.Text.Json.Nodes;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.History;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Editor.Variants;

/// <summary>
/// A folder of variants: <c>index.html</c>, <c>sheet.svg</c>, <c>sheet.png</c>, <c>results.csv</c>, the kept ones as <c>variants/RANK-PROMPT.svg</c>, and
/// <c>runs/PROMPT-sSEED/</c>.
/// </summary>
internal sealed class VariantsFolder : IDisposable
{
    private const string IdentityName = "variants.json", KeptName = "variants", RankedName = "ranked.json", PageName = "index.html", TableName = "results.csv";
    private const string SheetName = "sheet.svg", SheetPictureName = "sheet.png";
    // Twice the sheet's own size, for screens of twice the density.
    private const int SheetScale = 2;

    private readonly HeldFolder _folder;

    private VariantsFolder(HeldFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public string Path => _folder.Path;

    /// <summary>The page.</summary>
    public string Page => System.IO.Path.Combine(Path, PageName);

    /// <summary>
    /// The folder asked for, or <c>owl.variants</c> beside <c>owl.svg</c>; where that holds the variants of another drawing, or another program is writing
    /// there, <c>owl.variants-2</c> and so on. It is the caller's until it is disposed.
    /// </summary>
    /// <exception cref="EditorException">It cannot be had.</exception>
    public static VariantsFolder For(string? output, string input, string source, string inputHash) =>
        new(HeldFolder.For(output, input, "variants", ".variants", IdentityName, new JsonObject { ["src"] = source, ["input_sha256"] = inputHash }.ToJsonString(),
            folder => File.Exists(System.IO.Path.Combine(folder, IdentityName)) || !Directory.EnumerateFileSystemEntries(folder).Any()));

    /// <summary>Refuses early a folder that could not be made or written.</summary>
    /// <exception cref="EditorException">It could not.</exception>
    public static void RequireWritable(string? output, string input) =>
        HeldFolder.RequireWritable(output, input, "variants", IdentityName, RankedName, PageName, TableName, SheetName, SheetPictureName);

    public void Dispose() => _folder.Dispose();

    /// <summary>A run's folder, made where it is not there.</summary>
    public RunFolder Run(VariantsPlan plan, string prompt, long seed) => new(_folder.Inside("runs", plan.FolderName(prompt, seed)));

    /// <summary>A run's drawing at a strength.</summary>
    public static string Station(RunFolder run, double strength) =>
        strength == 1 ? run.Files.Result : System.IO.Path.Combine(run.Path, FormattableString.Invariant($"strength-{strength}.svg"));

    // Of hundreds of seeds a picture has fewer pixels for each.
    private static int SheetSide(double width, double height)
    {
        var longest = Math.Max(width, height);
        return (int)Math.Min(Math.Min(SheetScale * longest, CanvasLimits.MaximumSide), Math.Sqrt(.99 * CanvasLimits.MaximumPixels * longest / Math.Min(width, height)));
    }

    /// <summary>A file's name as the page finds it.</summary>
    public string Relative(string file) => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/');

    /// <summary>Writes page and table; each is whole at any time.</summary>
    public void Write(VariantsReport report)
    {
        Outputs.Replace(Page, VariantsHtml.Write(report));
        Outputs.Replace(System.IO.Path.Combine(Path, TableName), VariantsCsv.Write(report));
    }

    /// <summary>
    /// Writes the sheets, and the kept variants under names that say their rank. Those of an earlier ranking go, unless somebody changed them; one that was changed
    /// and whose name is wanted is kept for undo.
    /// </summary>
    public void WriteKept(VariantsReport report, FontDatabase fonts, FollowUp after)
    {
        var kept = _folder.Inside(KeptName);
        var names = report.Kept.ToDictionary(v => $"{v.Rank:00}-{OutputNames.Slug(v.Prompt)}{System.IO.Path.GetExtension(v.File)}",
            v => File.ReadAllBytes(System.IO.Path.Combine(Path, v.File)), StringComparer.Ordinal);
        var list = RankedFiles.Load(System.IO.Path.Combine(Path, RankedName));
        foreach (var (name, bytes) in names)
        {
            var file = System.IO.Path.Combine(kept, name);
            if (File.Exists(file) && !list.Wrote(file) && !after.Do($"{KeptName}/{name}, which was changed", () => ResultHistory.Replacing(file, bytes))) continue;
            list.Add(name, bytes);
            Outputs.Replace(file, bytes);
        }
        foreach (var name in list.Names.Except(names.Keys).ToArray())
        {
            var file = System.IO.Path.Combine(kept, name);
            if (list.Wrote(file)) File.Delete(file);
            list.Remove(name);
        }
        list.Save();

        Outputs.Replace(System.IO.Path.Combine(Path, SheetName), VariantsSheet.Of(report).ToSvg());
        // Of pictures: many large drawings together could pass the limits of one.
        var pictures = report with { Source = Draw(report.Source), Variants = [.. report.Variants.Select(v => v with { Picture = Draw(v.Picture) })] };
        var sheet = VariantsSheet.Of(pictures);
        var scene = MeasuredDrawing.Read(System.Text.Encoding.UTF8.GetBytes(sheet.ToSvg()), "sheet", fonts).Scene;
        Outputs.Replace(System.IO.Path.Combine(Path, SheetPictureName),
            PngWriter.Encode(Pictures.Draw(scene, scene.InitialValues(), SheetSide(sheet.Width, sheet.Height), "#ffffff")));

        ReadOnlyMemory<byte> Draw(ReadOnlyMemory<byte> file)
        {
            if (PictureReader.Knows(file.Span)) return file;
            var drawing = MeasuredDrawing.Read(file, "variant", fonts).Scene;
            return PngWriter.Encode(Pictures.Draw(drawing, drawing.InitialValues(), SheetScale * VariantsSheet.Side, Backgrounds.None));
        }
    }
}
