using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Weights;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Clip;

/// <summary>
/// CLIP's vision transformer (Radford 2021; transformers' CLIPVisionModel): patches, a class token and positions,
/// transformer without mask, the class token's state after a final norm.
/// </summary>
internal sealed class ClipVisionTower
{
    private readonly Tensor _patches, _classToken, _positions;
    private readonly LayerNorm _before, _after;
    private readonly ClipLayer[] _layers;
    private readonly long[] _stride;

    public ClipVisionTower(Parameters p, ClipVisionConfig config)
    {
        var (c, tower) = (config.Tower.Channels, config.Tower);
        var e = p["embeddings"];
        _patches = e["patch_embedding"].Take("weight", c, 3, config.PatchSize, config.PatchSize);
        _classToken = e.Take("class_embedding", c);
        _positions = e["position_embedding"].Take("weight", config.Patches + 1, c);
        _before = new LayerNorm(p["pre_layrnorm"], c, tower.NormEps); // misspelt in the published files
        _layers = [.. Enumerable.Range(0, tower.Layers).Select(i => new ClipLayer(p[$"encoder.layers.{i}"], tower))];
        _after = new LayerNorm(p["post_layernorm"], c, tower.NormEps);
        _stride = [config.PatchSize, config.PatchSize];
    }

    /// <summary>Normalised pixels [B,3,H,W] -> state [B,C].</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="seen">The tokens that are seen, [B,n] int64: 0, the class token, and some of the patches, which count from 1; null for all.</param>
    public Tensor Forward(Tensor pixels, Tensor? seen = null)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.conv2d(pixels, _patches, strides: _stride).flatten(2).transpose(1, 2); // [B,patches,C]
        var token = _classToken.expand(x.shape[0], 1, x.shape[2]);
        x = cat([token, x], 1) + _positions;
        if (seen is not null) x = x.gather(1, seen.unsqueeze(2).expand(-1, -1, x.shape[2]));
        x = _before.Forward(x);
        foreach (var layer in _layers) x = layer.Forward(x, null);
        return _after.Forward(x.select(1, 0)).MoveToOuterDisposeScope();
    }
}
