using SvgDistill.Distill.Methods;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Pictures;

/// <summary>What a sampler that edits a picture is given. All tensors and parts belong to the caller.</summary>
public sealed record PictureEditRequest
{
    /// <summary>z_src, [1,C,h,w], without a graph.</summary>
    public required Tensor SourceLatents { get; init; }

    /// <summary>The texts.</summary>
    public required Prompts Prompts { get; init; }

    /// <summary>The network and its schedule.</summary>
    public required Denoiser Denoiser { get; init; }

    /// <summary>Sampling steps (as many again for an inversion).</summary>
    public int Steps { get; init; } = 50;

    /// <summary>w of e^w.</summary>
    public double Guidance { get; init; } = 7.5;

    /// <summary>The seed of every random number.</summary>
    public ulong Seed { get; init; }

    /// <summary>Told the number of network calls done and how many there will be.</summary>
    public Action<int, int>? OnCall { get; init; }

    /// <summary>Stops between two calls with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Descending timesteps of the sampler.</summary>
    internal long[] Timesteps => Denoiser.Schedule.Timesteps(Steps);

    internal void Called(int done, int total)
    {
        OnCall?.Invoke(done, total);
        Cancellation.ThrowIfCancellationRequested();
    }
}

/// <summary>An edit of a picture by sampling rather than by descent.</summary>
public interface IPictureSampler
{
    /// <summary>The edited latents, [1,C,h,w], fresh, without a graph.</summary>
    Tensor Edit(PictureEditRequest request);
}
