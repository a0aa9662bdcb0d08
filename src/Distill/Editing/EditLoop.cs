using System.Diagnostics;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>What a run is told besides its parts.</summary>
public sealed record EditLoopOptions
{
    /// <summary>Steps.</summary>
    public int Steps { get; init; } = 200;
    /// <summary>The step before which a run pauses, so that its target can be replaced; null runs to the end.</summary>
    public int? Until { get; init; }
    /// <summary>The seed of every random number of the run.</summary>
    public ulong Seed { get; init; }
    /// <summary>How the rates change; null keeps them as they are (the papers' latent-space edits).</summary>
    public IRateSchedule? Rates { get; init; } = new RateSchedule();
    /// <summary>Told after every step.</summary>
    public Action<EditProgress>? OnStep { get; init; }
    /// <summary>A picture every so many steps; 0 for none.</summary>
    public int PreviewEvery { get; init; }
    /// <summary>Takes the preview: steps done and the picture, [1,3,H,W], 0..1, the run's.</summary>
    public Action<int, Tensor>? OnPreview { get; init; }
    /// <summary>A state every so many steps; 0 for none.</summary>
    public int SaveEvery { get; init; }
    /// <summary>Takes the state, valid during the call.</summary>
    public Action<EditState>? OnSave { get; init; }
}

/// <summary>
/// The editing loop: latents of the target, g by the method, back through encoder and rasterizer, a step of the target's
/// optimiser. Owns none of its parts.
/// </summary>
public sealed class EditLoop(
    IEditTarget target, IDistillationMethod method, Denoiser denoiser, Prompts prompts, EditLoopOptions options)
{
    /// <summary>
    /// Times one step and throws its result away; random numbers depend on the step's number alone, so the run that
    /// follows is the same with or without it.
    /// </summary>
    public EditEstimate Estimate()
    {
        var saved = method.SaveState();
        var seconds = TimeStep();
        // The first step also compiles code and lays out memory; where steps are short that would be most of it.
        if (seconds < 2) seconds = TimeStep();
        method.LoadState(saved);
        foreach (var tensor in saved.Values) tensor.Dispose();
        return new EditEstimate(seconds, seconds * options.Steps, Process.GetCurrentProcess().PeakWorkingSet64);
    }

    /// <summary>Runs to the last step, or until told to stop; the target then holds what has been reached.</summary>
    /// <param name="resume">Where to go on; null to begin at the first step.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="DistillException">The gradient is no longer finite, or the state is another run's.</exception>
    public EditResult Run(EditState? resume = null, CancellationToken cancellation = default)
    {
        var first = resume?.Step ?? 0;
        if (resume is not null) Restore(resume);
        var (forwarded, differentiated) = (denoiser.SamplesForwarded, denoiser.SamplesDifferentiated);
        var block = method.PreparesSteps(target.SourceLatents);
        var clock = Stopwatch.StartNew();
        var index = first;
        var end = Math.Min(options.Steps, options.Until ?? options.Steps);
        for (; index < end && !cancellation.IsCancellationRequested; index++)
        {
            if (index == first || index % block == 0) Prepare(index, block);
            var norm = Compute(index);
            if (!double.IsFinite(norm))
                throw new DistillException($"Step {index + 1}: the gradient is not finite. Lower --guidance, or take --precision fp32.");
            var movement = target.Step(options.Rates?.Factor(index, options.Steps) ?? 1);
            Report(index + 1, first, norm, movement, clock.Elapsed);
        }
        if (end == options.Steps) target.At(1);
        return new EditResult(index, index < options.Steps, clock.Elapsed,
            denoiser.SamplesForwarded - forwarded, denoiser.SamplesDifferentiated - differentiated);
    }

    /// <summary>The state after <paramref name="steps"/> steps; the caller disposes it.</summary>
    public EditState Save(int steps) => new(steps, options.Seed, target.SaveState(), method.SaveState());

    /// <summary>g of a step, carried back to the target's parameters; returns |g|.</summary>
    private double Compute(int index)
    {
        target.At((double)index / options.Steps);
        using var steady = Steady.Begin();
        using var scope = NewDisposeScope();
        var g = method.Gradient(StepAt(index, target.Latents()));
        target.Backward(g);
        return g.to(ScalarType.Float64).norm().item<double>();
    }

    /// <summary>
    /// Prepares the block of steps that a step belongs to. A run that is resumed within a block prepares it whole, as the run before did.
    /// </summary>
    private void Prepare(int index, int block)
    {
        if (block == 1) return;
        using var steady = Steady.Begin();
        var first = index - index % block;
        method.Prepare([.. Enumerable.Range(first, Math.Min(block, options.Steps - first)).Select(i => StepAt(i, target.SourceLatents))]);
    }

    private DistillationStep StepAt(int index, Tensor latents) => new()
    {
        Index = index,
        Count = options.Steps,
        SourceLatents = target.SourceLatents,
        Latents = latents,
        Prompts = prompts,
        Denoiser = denoiser,
        Draws = new StepRandom(options.Seed, index),
        Pictures = target,
    };

    /// <summary>Seconds of a step, with its share of what is prepared for a block of them.</summary>
    private double TimeStep()
    {
        var block = method.PreparesSteps(target.SourceLatents);
        var clock = Stopwatch.StartNew();
        Prepare(0, block);
        var shared = clock.Elapsed.TotalSeconds / Math.Min(block, Math.Max(options.Steps, 1));
        clock.Restart();
        Compute(0);
        return shared + clock.Elapsed.TotalSeconds;
    }

    private void Report(int done, int first, double norm, double movement, TimeSpan elapsed)
    {
        options.OnStep?.Invoke(new EditProgress(done, options.Steps, norm, movement, elapsed,
            elapsed * ((double)(options.Steps - done) / (done - first))));
        if (options.PreviewEvery > 0 && done % options.PreviewEvery == 0) options.OnPreview?.Invoke(done, target.Current);
        if (options.SaveEvery > 0 && done % options.SaveEvery == 0 && options.OnSave is { } onSave)
        {
            using var state = Save(done);
            onSave(state);
        }
    }

    private void Restore(EditState state)
    {
        if (state.Seed != options.Seed)
            throw new DistillException($"The saved state is of seed {state.Seed}, the run of seed {options.Seed}.");
        target.LoadState(state.Target);
        method.LoadState(state.Method);
    }
}
