using System.Text.Json;
using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;

namespace SvgDistill.Diffusion.Tests;

/// <summary>Published full-size models: every parameter's name and shape, without allocating any.</summary>
[Trait("Category", "Parity")]
public class ManifestTests
{
    private static readonly JsonElement _manifests =
        JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture("full-size-manifests.json"))).RootElement;

    private static readonly ModelArchitecture _one = ModelArchitecture.StableDiffusion15, _two = ModelArchitecture.StableDiffusion21;

    private static Dictionary<string, long[]> Manifest(params string[] path) =>
        path.Aggregate(_manifests, (e, key) => e.GetProperty(key)).EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.EnumerateArray().Select(v => v.GetInt64()).ToArray());

    private static void Matches(Dictionary<string, long[]> manifest, Func<ShapeRecorder, Network> build)
    {
        var recorder = new ShapeRecorder();
        using var network = build(recorder);
        Assert.Equal(manifest.Keys.Order(StringComparer.Ordinal), recorder.Shapes.Keys.Order(StringComparer.Ordinal));
        Assert.All(manifest, p => Assert.Equal(p.Value, recorder.Shapes[p.Key]));
        Assert.Equal(manifest.Values.Sum(s => s.Aggregate(1L, (product, size) => product * size)), network.ParameterCount);
    }

    [Fact]
    public void Unet15Matches() => Matches(Manifest("sd15", "unet"), r => new UNet2DConditionModel(_one.Unet, r));

    [Fact]
    public void Unet21Matches() => Matches(Manifest("sd21", "unet"), r => new UNet2DConditionModel(_two.Unet, r));

    [Fact]
    public void Autoencoder15Matches() => Matches(Manifest("sd15", "vae"), r => new AutoencoderKl(_one.Autoencoder, r));

    [Fact]
    public void TextEncoder15Matches() => Matches(Manifest("sd15", "text_encoder"), r => new ClipTextModel(_one.Text, r));

    [Fact]
    public void TextEncoder21Matches() => Matches(Manifest("sd21", "text_encoder"), r => new ClipTextModel(_two.Text, r));

    [Fact]
    public void ControlNet15Matches() => Matches(Manifest("controlnet-sd15"), r => new ControlNet(_one.Unet, [16, 32, 96, 256], r));

    /// <summary>
    /// The names of the published single file, each translated: together they are the three parts' names and shapes, and
    /// the architecture read from the shapes is that of 1.5.
    /// </summary>
    [Fact]
    public void SingleFile15Matches()
    {
        var original = Manifest("sd15-single-file");
        var names = new OriginalNames(original.Keys);
        var translated = original.SelectMany(p => names.Translate(p.Key).Select(t => (t.Part, t.Name, Shape: p.Value))).ToArray();
        foreach (var (part, key) in new[] { (ModelPart.Unet, "unet"), (ModelPart.Autoencoder, "vae"), (ModelPart.TextEncoder, "text_encoder") })
        {
            var expected = Manifest("sd15", key);
            var found = translated.Where(t => t.Part == part).ToDictionary(t => t.Name, t => t.Shape);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
            Assert.All(expected, p => Assert.True(Shapes.Fits(found[p.Key], p.Value), p.Key));
        }
        var shapes = new ArchitectureFromShapes("sd15", translated.GroupBy(t => t.Part).ToDictionary(g => g.Key,
            g => (IReadOnlyDictionary<string, StoredParameter>)g.ToDictionary(t => t.Name,
                t => new StoredParameter(null!, new TensorEntry(t.Name, "F16", t.Shape, 0, 0)))), names);
        Assert.Equivalent(_one.Unet, shapes.Unet(), strict: true);
        Assert.Equivalent(_one.Autoencoder, shapes.Autoencoder(), strict: true);
        Assert.Equivalent(_one.Text, shapes.Text(), strict: true);
    }
}
