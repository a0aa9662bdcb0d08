using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SvgDistill.Distill.Metrics;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Comparing;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Editor.Variants;

/// <summary>
/// A folder of variants: <c>index.html</c>, <c>sheet.svg</c>, <c>sheet.png</c>, <c>results.csv</c>, the kept ones as <c>variants/RANK-PROMPT.svg</c>, and
/// <c>runs/PROMPT-sSEED/</c>.
/// </summary>
internal sealed partial class VariantsFolder : IDisposable
{
    private const string IdentityName = "variants.json", KeptName = "variants";
    // Twice the sheet's own size, for screens of twice the density.
    private const int SheetScale = 2;

    private readonly HeldFolder _folder;

    private VariantsFolder(HeldFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public string Path => _folder.Path;

    /// <summary>The page.</summary>
    public string Page => System.IO.Path.Combine(Path, "index.html");

    /// <summary>
    /// The folder asked for, or <c>owl.variants</c> beside <c>owl.svg</c>; where that holds the variants of another drawing, or another program is writing
    /// there, <c>owl.variants-2</c> and so on. It is the caller's until it is disposed.
    /// </summary>
    /// <exception cref="EditorException">It cannot be had.</exception>
    public static VariantsFolder For(string? output, string input, string source, string inputHash) =>
        new(HeldFolder.For(output, input, "variants", ".variants", IdentityName, new JsonObject { ["src"] = source, ["input_sha256"] = inputHash }.ToJsonString(),
            folder => File.Exists(System.IO.Path.Combine(folder, IdentityName)) || !Directory.EnumerateFileSystemEntries(folder).Any()));

    public void Dispose() => _folder.Dispose();

    /// <summary>A run's folder, made where it is not there.</summary>
    public RunFolder Run(VariantsPlan plan, string prompt, long seed) => new(_folder.Inside("runs", plan.FolderName(prompt, seed)));

    /// <summary>A run's drawing at a strength.</summary>
    public static string Station(RunFolder run, double strength) =>
        strength == 1 ? run.Files.Result : System.IO.Path.Combine(run.Path, FormattableString.Invariant($"strength-{strength}.svg"));

    /// <summary>A file's name as the page finds it.</summary>
    public string Relative(string file) => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/');

    /// <summary>Writes page and table; each is whole at any time.</summary>
    public void Write(VariantsReport report)
    {
        Outputs.Replace(Page, VariantsHtml.Write(report));
        Outputs.Replace(System.IO.Path.Combine(Path, "results.csv"), VariantsCsv.Write(report));
    }

    /// <summary>Writes the sheets, and the kept variants under names that say their rank; those of an earlier ranking go.</summary>
    public void WriteKept(VariantsReport report, FontDatabase fonts)
    {
        var kept = _folder.Inside(KeptName);
        var names = report.Kept.ToDictionary(v => $"{v.Rank:00}-{OutputNames.Slug(v.Prompt)}{System.IO.Path.GetExtension(v.File)}", StringComparer.Ordinal);
        foreach (var (name, variant) in names)
            Outputs.Replace(System.IO.Path.Combine(kept, name), File.ReadAllBytes(System.IO.Path.Combine(Path, variant.File)));
        foreach (var file in Directory.EnumerateFiles(kept))
            if (Ranked().IsMatch(System.IO.Path.GetFileName(file)) && !names.ContainsKey(System.IO.Path.GetFileName(file))) File.Delete(file);

        Outputs.Replace(System.IO.Path.Combine(Path, "sheet.svg"), VariantsSheet.Of(report).ToSvg());
        // This program draws no SVG inside an SVG: its sheet is of pictures.
        var pictures = report with { Source = Draw(report.Source), Variants = [.. report.Variants.Select(v => v with { Picture = Draw(v.Picture) })] };
        var sheet = VariantsSheet.Of(pictures);
        var scene = MeasuredDrawing.Read(System.Text.Encoding.UTF8.GetBytes(sheet.ToSvg()), "sheet", fonts).Scene;
        Outputs.Replace(System.IO.Path.Combine(Path, "sheet.png"),
            PngWriter.Encode(Pictures.Draw(scene, scene.InitialValues(), SheetScale * Math.Max(sheet.Width, sheet.Height), "#ffffff")));

        ReadOnlyMemory<byte> Draw(ReadOnlyMemory<byte> file)
        {
            if (PictureReader.Knows(file.Span)) return file;
            var drawing = MeasuredDrawing.Read(file, "variant", fonts).Scene;
            return PngWriter.Encode(Pictures.Draw(drawing, drawing.InitialValues(), SheetScale * VariantsSheet.Side, Backgrounds.None));
        }
    }

    [GeneratedRegex(@"^\d{2,}-.+\.svgz?$")]
    private static partial Regex Ranked();
}
