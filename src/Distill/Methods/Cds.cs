using SvgDistill.Diffusion.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What contrastive denoising takes.</summary>
public sealed record CdsOptions
{
    /// <summary>w of e^w in the DDS part.</summary>
    public double Guidance { get; init; } = 7.5;
    /// <summary>Where t is drawn from, uniformly.</summary>
    public TimestepRange Timesteps { get; init; } = TimestepRange.Default;
    /// <summary>w_cut: the weight of the CUT term against the released weight 2000/(h w) of DDS.</summary>
    public double Contrast { get; init; } = 3;
    /// <summary>Positions compared in each layer and size, at most.</summary>
    public int Positions { get; init; } = 256;

    internal static CdsOptions From(EditSettings s)
    {
        var own = new CdsOptions();
        return own with { Guidance = s.Guidance ?? own.Guidance, Timesteps = s.Timesteps ?? own.Timesteps };
    }
}

/// <summary>
/// Contrastive denoising score (Nam et al. 2024): g = DDS + w_cut (h w/2000) dL_CUT/dz. L_CUT compares the up blocks'
/// self-attention outputs of source and target, conditional rows only: the same place must look alike, other places not.
/// </summary>
/// <remarks>
/// The source's features come out of the batch that DDS needs anyway; the target's conditional row alone goes through a
/// second, differentiated call, which gives DDS its prediction too. dL/dz = sqrt(abar) dL/dz_t, eps being fixed.
/// </remarks>
public sealed class Cds(CdsOptions options) : IDistillationMethod
{
    private const double Temperature = .07, DiagonalLogit = -10;
    private static readonly int[] _patchSizes = [1, 2];

    /// <summary>L_CUT of the latest step; for reports.</summary>
    internal double Loss { get; private set; }

    /// <inheritdoc/>
    public Tensor Gradient(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        var t = step.DrawTimestep(options.Timesteps);
        var (delta, cut) = Terms(step, t, step.DrawNoise(t));
        var share = options.Contrast * step.Latents.shape[2] * step.Latents.shape[3] / 2000;
        return (delta + share * cut).MoveToOuterDisposeScope();
    }

    /// <summary>The DDS term and dL_CUT/dz.</summary>
    internal (Tensor Delta, Tensor Cut) Terms(DistillationStep step, int t, Tensor eps)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (none, y_src, y_trg) = (step.Prompts.Null, step.Prompts.Source, step.Prompts.Target);
        var batch = step.Latents.shape[0];
        var z_t_src = step.Schedule.AddNoise(step.SourceLatents, eps, t);
        var z_t = step.Schedule.AddNoise(step.Latents, eps, t);

        // The last rows of the first batch are the source's conditional ones.
        using var source = new FeatureReader(2 * batch);
        Tensor[] e;
        using (step.Denoiser.Attach(source))
            e = step.Denoiser.Predict(t, (z_t, none), (z_t_src, none), (z_t_src, y_src));

        using var target = new FeatureReader(0);
        DenoiserPredictions predicted;
        using (step.Denoiser.Attach(target))
            predicted = step.Denoiser.PredictForGradient(t, (z_t, y_trg));
        using var prediction = predicted;
        var gradient = prediction.Backward([null], target.Outputs.Zip(FeatureGradients(step, source.Features, target.Features)).ToArray())[0];

        var delta = Guided(e[0], prediction.Noise[0]) - Guided(e[1], e[2]);
        return (delta.MoveToOuterDisposeScope(), (Math.Sqrt(step.Schedule.AlphaBar(t)) * gradient).MoveToOuterDisposeScope());
    }

    /// <summary>dL_CUT/dfeatures of the target.</summary>
    private Tensor[] FeatureGradients(DistillationStep step, List<Tensor> source, List<Tensor> target)
    {
        using var enableGrad = enable_grad();
        List<Tensor> leaves = [.. target.Select(f => f.detach().requires_grad_(true))];
        var loss = ContrastiveLoss(step, source, leaves);
        Loss = loss.item<float>();
        return [.. autograd.grad([loss], leaves)];
    }

    private Tensor Guided(Tensor none, Tensor text) => Diffusion.Guidance.Apply(none, text, options.Guidance);

    /// <summary>L_CUT: mean over positions, sum over sizes and layers; positions are drawn for each layer and size.</summary>
    private Tensor ContrastiveLoss(DistillationStep step, List<Tensor> source, List<Tensor> target)
    {
        var loss = zeros(1, device: step.Latents.device).sum();
        for (var layer = 0; layer < source.Count; layer++)
        {
            var (height, width) = MapSize(source[layer].shape[1], step.Latents.shape[2], step.Latents.shape[3]);
            foreach (var size in _patchSizes)
            {
                var (s, f) = (Pooled(source[layer], height, width, size), Pooled(target[layer], height, width, size));
                var total = (int)s.shape[1];
                var at = tensor(step.Draws.Positions(Math.Min(options.Positions, total), total), device: s.device);
                loss = loss + PatchLoss(s.index_select(1, at), f.index_select(1, at));
            }
        }
        return loss;
    }

    /// <summary>Cross-entropy of [positive | negatives] / tau with the positive first; [B,N,C] each.</summary>
    private static Tensor PatchLoss(Tensor source, Tensor target)
    {
        var positive = (source * target).sum(2, keepdim: true);
        var diagonal = eye(source.shape[1], dtype: ScalarType.Bool, device: source.device);
        var negative = source.matmul(target.transpose(1, 2)).masked_fill(diagonal, DiagonalLogit);
        var logits = cat([positive, negative], 2) / Temperature;
        return -nn.functional.log_softmax(logits, 2).narrow(2, 0, 1).mean();
    }

    /// <summary>[B,N,C] tokens averaged over size x size squares and brought to length 1.</summary>
    private static Tensor Pooled(Tensor tokens, long height, long width, int size)
    {
        var x = tokens.to(ScalarType.Float32);
        if (size > 1)
        {
            var map = x.transpose(1, 2).reshape(x.shape[0], x.shape[2], height, width);
            x = nn.functional.avg_pool2d(map, [size, size]).flatten(2).transpose(1, 2);
        }
        // The released normalisation's guard against empty features.
        return x / (x.pow(2).sum(2, keepdim: true).sqrt() + 1e-7);
    }

    /// <summary>The size of a level's map from its number of tokens: latents halved, rounded up, as often as it takes.</summary>
    internal static (long Height, long Width) MapSize(long tokens, long height, long width)
    {
        while (height * width > tokens) (height, width) = ((height + 1) / 2, (width + 1) / 2);
        return (height, width);
    }

    /// <summary>Collects the up blocks' self-attention outputs from a row on.</summary>
    private sealed class FeatureReader(long firstRow) : IAttentionHook, IDisposable
    {
        /// <summary>The rows that are read.</summary>
        internal List<Tensor> Features { get; } = [];

        /// <summary>The outputs themselves, by which gradients find their way back; no longer to be read.</summary>
        internal List<Tensor> Outputs { get; } = [];

        public bool OnlyReadsOutputs => true;

        public Tensor Output(AttentionSite site, Tensor output)
        {
            if (site.IsCross || !site.Name.StartsWith("up_blocks.", StringComparison.Ordinal)) return output;
            Features.Add(output.narrow(0, firstRow, output.shape[0] - firstRow).DetachFromDisposeScope());
            Outputs.Add(output);
            return output;
        }

        public void Dispose()
        {
            foreach (var feature in Features) feature.Dispose();
        }
    }
}
