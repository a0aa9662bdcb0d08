using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests.Clip;

public class ClipModelTests
{
    private static readonly string _folder = TestPaths.Fixture("tiny-clip");

    [Fact, Trait("Category", "Methods"), Trait("Category", "Parity")]
    public void Embeddings_and_logits_are_the_reference_s()
    {
        using var scope = NewDisposeScope();
        using var fixture = new SafetensorsFile(TestPaths.Fixture("clip.fixtures.safetensors"));
        using var clip = ClipModel.Open(_folder);
        var images = clip.EmbedPixels(fixture.Load("pixels"));
        var texts = clip.EmbedIds(fixture.Load("ids", ScalarType.Int64));
        Assert.InRange(Reference.RelativeError(images, fixture.Load("image_embeds")), 0, 1e-3);
        Assert.InRange(Reference.RelativeError(texts, fixture.Load("text_embeds")), 0, 1e-3);
        var logits = images.matmul(texts.t()) * clip.LogitScale;
        Assert.InRange(Reference.RelativeError(logits, fixture.Load("logits_per_image")), 0, 1e-3);
    }

    [Fact]
    public void Embeddings_are_unit_vectors_whatever_the_input()
    {
        using var scope = NewDisposeScope();
        using var clip = ClipModel.Open(_folder);
        var side = clip.Config.Vision.ImageSize;
        var images = clip.EmbedImages(cat([zeros(1, 3, side, side), ones(1, 3, side, side), rand(1, 3, side, side)], 0));
        var texts = clip.EmbedTexts("an owl", "", "a monkey in a tree");
        foreach (var embedding in new[] { images, texts })
        {
            Assert.Equal([3, clip.Config.EmbeddingSize], embedding.shape);
            Assert.All(embedding.norm(1).data<float>().ToArray(), norm => Assert.Equal(1, norm, 5));
        }
        // Rows do not influence each other.
        Assert.InRange(Reference.RelativeError(clip.EmbedTexts("an owl")[0], texts[0]), 0, 1e-5);
    }

    [Fact]
    public void Pixels_are_normalised_with_the_published_mean_and_deviation()
    {
        using var scope = NewDisposeScope();
        using var clip = ClipModel.Open(_folder);
        var side = clip.Config.Vision.ImageSize;
        var image = rand(1, 3, side, side);
        var mean = tensor(new[] { .48145466f, .4578275f, .40821073f }).view(1, 3, 1, 1);
        var deviation = tensor(new[] { .26862954f, .26130258f, .27577711f }).view(1, 3, 1, 1);
        Assert.InRange(Reference.RelativeError(clip.EmbedImages(image), clip.EmbedPixels((image - mean) / deviation)), 0, 1e-5);
    }

    [Fact]
    public void The_gradient_to_the_picture_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var clip = ClipModel.Open(_folder, ScalarType.Float64);
        var side = clip.Config.Vision.ImageSize;
        var text = clip.EmbedTexts("an owl");
        using var generator = new Generator(7);
        var image = rand([1, 3, side, side], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
        Tensor Score(Tensor x) => (clip.EmbedImages(x) * text).sum();
        var gradient = autograd.grad([Score(image)], [image])[0];
        var direction = gradient / gradient.norm();
        const double step = 1e-2; // scores come out in fp32
        using var noGrad = no_grad();
        var difference = (Score(image + step * direction) - Score(image - step * direction)).item<float>() / (2 * step);
        Assert.Equal(1, difference / gradient.norm().item<double>(), .02);
    }

    [Fact]
    public void Folders_that_are_no_clip_and_pictures_of_another_size_are_refused()
    {
        Assert.Contains("config.json", Assert.Throws<ModelException>(() => ClipModel.Open("/nowhere")).Message, StringComparison.Ordinal);
        var error = Assert.Throws<ModelException>(() => ClipModel.Open(TestPaths.Fixture("tiny-sd15", "text_encoder")));
        Assert.Contains("does not describe a CLIPModel", error.Message, StringComparison.Ordinal);
        using var clip = ClipModel.Open(_folder);
        Assert.Throws<ArgumentException>(() => clip.EmbedImages(zeros(1, 3, 32, 32)));
    }
}
