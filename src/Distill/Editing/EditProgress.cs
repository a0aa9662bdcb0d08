namespace SvgDistill.Distill.Editing;

/// <summary>What is known after a step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the run.</param>
/// <param name="GradientNorm">|g|, Euclidean, over the latents.</param>
/// <param name="Movement">What <see cref="IEditTarget.Step"/> gave.</param>
/// <param name="Elapsed">Time since the loop began.</param>
/// <param name="Remaining">Time that the rest will take at this pace.</param>
public readonly record struct EditProgress(
    int Step, int Steps, double GradientNorm, double Movement, TimeSpan Elapsed, TimeSpan Remaining);

/// <summary>What a run will take, from a probe step. For display: it never changes a result.</summary>
/// <param name="SecondsPerStep">Seconds a step.</param>
/// <param name="Seconds">Seconds the run.</param>
/// <param name="PeakMemory">Bytes of memory at the highest, weights included.</param>
public readonly record struct EditEstimate(double SecondsPerStep, double Seconds, long PeakMemory);

/// <summary>How a run ended.</summary>
/// <param name="Steps">Steps done.</param>
/// <param name="Interrupted">Whether it was told to stop before the last one.</param>
/// <param name="Elapsed">How long the loop took.</param>
/// <param name="SamplesForwarded">Samples that went through the denoiser.</param>
/// <param name="SamplesDifferentiated">Those that a gradient came back through.</param>
public readonly record struct EditResult(
    int Steps, bool Interrupted, TimeSpan Elapsed, long SamplesForwarded, long SamplesDifferentiated);
