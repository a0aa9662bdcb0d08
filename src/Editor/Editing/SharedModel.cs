using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Models;
using SvgDistill.Editor.Engine;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Editing;

/// <summary>What edits of one drawing with one model can share: the loaded model, the prompts' embeddings, the source picture's latents.</summary>
internal sealed class SharedModel(DiffusionModel model) : IDisposable
{
    // A batch may have a prompt of its own for each of its thousands of jobs.
    private const int MostEmbeddings = 64;

    private readonly Dictionary<string, Tensor> _embeddings = new(StringComparer.Ordinal);
    private (Tensor Picture, Tensor Latents)? _source;
    private ControlNet? _control;
    private (Tensor Latents, string Prompt, PromptStyle Style)? _style;

    /// <summary>The model.</summary>
    public DiffusionModel Model => model;

    /// <summary>Loads the model of a request.</summary>
    public static SharedModel Open(EditRequest request) =>
        new(ModelChoice.Open(request.Model, request.Precision, request.Device, request.Prediction, request.Adapters));

    /// <summary>The ControlNet of the requests, loaded once; null where they ask for none.</summary>
    public ControlNet? Control(ControlChoice? choice) => choice is null ? null : _control ??= ControlNet.Open(choice.Path, model);

    /// <summary>A fresh embedding of a prompt, computed once.</summary>
    public Tensor Embed(string prompt)
    {
        if (!_embeddings.TryGetValue(prompt, out var known))
        {
            if (_embeddings.Count >= MostEmbeddings) Forget();
            _embeddings.Add(prompt, known = model.EncodePrompts(prompt).DetachFromDisposeScope());
        }
        return known.clone();
    }

    /// <summary>The model's encoder of pictures that are drawn on the CPU.</summary>
    public PictureEncoder Encoder => new(
        picture => Encode(picture.to(model.Unet.Device)),
        picture => model.EncodeForGradient(picture.to(model.Unet.Device)));

    /// <summary>The style of a drawing, which is found once.</summary>
    public PromptStyle Style(Tensor latents, string prompt, Func<PromptStyle> find)
    {
        if (_style is { } known && known.Prompt == prompt && known.Latents.shape.SequenceEqual(latents.shape) && known.Latents.eq(latents).all().item<bool>()) return known.Style;
        var found = find();
        _style?.Latents.Dispose();
        _style = (latents.clone().DetachFromDisposeScope(), prompt, found);
        return found;
    }

    /// <summary>Fresh latents of a picture; those of the first one (the source) are kept.</summary>
    private Tensor Encode(Tensor picture)
    {
        using var scope = NewDisposeScope();
        if (_source is { } known && known.Picture.shape.SequenceEqual(picture.shape) && known.Picture.eq(picture).all().item<bool>())
            return known.Latents.clone().MoveToOuterDisposeScope();
        var latents = model.EncodeImage(picture);
        _source ??= (picture.clone().DetachFromDisposeScope(), latents.clone().DetachFromDisposeScope());
        return latents.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Forget();
        _source?.Picture.Dispose();
        _source?.Latents.Dispose();
        _style?.Latents.Dispose();
        _control?.Dispose();
        model.Dispose();
    }

    private void Forget()
    {
        foreach (var embedding in _embeddings.Values) embedding.Dispose();
        _embeddings.Clear();
    }
}
