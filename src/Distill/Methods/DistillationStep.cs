using SvgDistill.Diffusion.Schedules;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Methods;

/// <summary>What a method sees of one step of a run. All tensors belong to the run.</summary>
public sealed record DistillationStep
{
    /// <summary>The step, counted from 0.</summary>
    public required int Index { get; init; }

    /// <summary>How many steps the run has.</summary>
    public required int Count { get; init; }

    /// <summary>z_src: the source picture's latents, [B,C,h,w], without a graph.</summary>
    public required Tensor SourceLatents { get; init; }

    /// <summary>z_trg: the edited picture's latents, like the source's.</summary>
    public required Tensor Latents { get; init; }

    /// <summary>The texts.</summary>
    public required Prompts Prompts { get; init; }

    /// <summary>The network and its schedule.</summary>
    public required Denoiser Denoiser { get; init; }

    /// <summary>This step's random numbers.</summary>
    public required IDraws Draws { get; init; }

    /// <summary>What stands between drawn noise and used noise; null for none.</summary>
    public INoiseRefiner? Refiner { get; init; }

    /// <summary>How t falls along the run; null where it is drawn.</summary>
    internal FallingOptions? Falling { get; init; }

    /// <summary>The pictures behind the latents, where the run has them.</summary>
    public IStepPictures? Pictures { get; init; }

    /// <summary>The noise schedule.</summary>
    public NoiseSchedule Schedule => Denoiser.Schedule;

    /// <summary>eps for timestep t: drawn, and refined where a layer asks for it. Fresh.</summary>
    public Tensor DrawNoise(int t)
    {
        var noise = Draws.Normal(SourceLatents);
        if (Refiner is null) return noise;
        using (noise) return Refiner.Refine(this, t, noise);
    }

    /// <summary>t of this step: drawn, or where it has fallen to.</summary>
    internal int DrawTimestep(TimestepRange range) => Falling is { } falling ? falling.At(range, Progress) : range.Draw(Draws);

    /// <summary>How far the run has come: 0 at its first step, 1 at its last.</summary>
    public double Progress => Count > 1 ? (double)Index / (Count - 1) : 0;
}

/// <summary>The pictures behind the latents, for methods that train on views of them.</summary>
public interface IStepPictures
{
    /// <summary>The source, [1,3,H,W], 0..1, without a graph; the run's.</summary>
    Tensor Source { get; }

    /// <summary>The edited picture as it is at this step; likewise.</summary>
    Tensor Current { get; }

    /// <summary>A picture's latents: autoencoder mean times scaling factor. Fresh.</summary>
    Tensor Encode(Tensor image);
}
