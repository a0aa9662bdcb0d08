using System.Diagnostics;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Editing;
using static TorchSharp.torch;

namespace SvgDistill.Bench;

/// <summary>Where the time of an edit's steps goes: the parts that it lends the loop are timed, the loop knows nothing of it.</summary>
internal sealed class StepClock
{
    /// <summary>Seconds in the denoiser's calls, forth and back.</summary>
    public double Denoiser { get; private set; }
    /// <summary>Seconds in the encoder's.</summary>
    public double Encoder { get; private set; }
    /// <summary>Seconds in the rasterizer's.</summary>
    public double Rasterizer { get; private set; }
    /// <summary>Seconds in the optimiser: the step of the drawing's numbers.</summary>
    public double Optimiser { get; private set; }

    /// <summary>From here on counts anew.</summary>
    public void Reset() => (Denoiser, Encoder, Rasterizer, Optimiser) = (0, 0, 0, 0);

    public INoisePredictor Timed(INoisePredictor predictor) => new TimedPredictor(this, predictor);

    public PictureEncoder Timed(PictureEncoder encoder) => new(
        picture => InEncoder(() => encoder.Encode(picture)),
        picture =>
        {
            var encoded = InEncoder(() => encoder.EncodeForGradient(picture));
            return new Differentiated(encoded.Value, g => InEncoder(() => encoded.Backward(g)), encoded.Dispose);
        });

    public IDrawingRenderer Timed(IDrawingRenderer renderer) => new TimedRenderer(this, renderer);

    public IEditTarget Timed(SvgTarget target) => new TimedTarget(this, target);

    private static T Time<T>(Func<T> work, Action<double> add)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        return result;
    }

    private T InEncoder<T>(Func<T> work) => Time(work, s => Encoder += s);

    private sealed class TimedPredictor(StepClock clock, INoisePredictor inner) : INoisePredictor
    {
        public DenoiserCost? Cost => inner.Cost;

        public IDisposable Pin(Tensor context) => inner.Pin(context);

        public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor context) => In(() => inner.PredictNoise(latents, timesteps, context));

        public NoisePrediction PredictForGradient(Tensor latents, Tensor timesteps, Tensor context)
        {
            var prediction = In(() => inner.PredictForGradient(latents, timesteps, context));
            return new NoisePrediction(prediction.Noise, (g, hooked) => In(() => prediction.Backward(g, hooked)), prediction.ParameterGradient, prediction.Dispose);
        }

        private T In<T>(Func<T> work) => Time(work, s => clock.Denoiser += s);
    }

    private sealed class TimedRenderer(StepClock clock, IDrawingRenderer inner) : IDrawingRenderer
    {
        public int Width => inner.Width;

        public int Height => inner.Height;

        public double FilterWidth
        {
            get => inner.FilterWidth;
            set => inner.FilterWidth = value;
        }

        public void Forward(ReadOnlySpan<double> theta, Span<float> image)
        {
            var start = Stopwatch.GetTimestamp();
            inner.Forward(theta, image);
            clock.Rasterizer += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public void Backward(ReadOnlySpan<float> imageGradient, Span<double> thetaGradient)
        {
            var start = Stopwatch.GetTimestamp();
            inner.Backward(imageGradient, thetaGradient);
            clock.Rasterizer += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private sealed class TimedTarget(StepClock clock, SvgTarget inner) : IEditTarget
    {
        public Tensor SourceLatents => inner.SourceLatents;

        public Tensor Source => inner.Source;

        public Tensor Current => inner.Current;

        public Tensor Encode(Tensor image) => inner.Encode(image);

        public void At(double progress) => inner.At(progress);

        public Tensor Latents() => inner.Latents();

        public void Backward(Tensor gradient) => inner.Backward(gradient);

        public double Step(double rateFactor) => Time(() => inner.Step(rateFactor), s => clock.Optimiser += s);

        public IReadOnlyDictionary<string, Tensor> SaveState() => inner.SaveState();

        public void LoadState(IReadOnlyDictionary<string, Tensor> state) => inner.LoadState(state);

        public void Dispose() => inner.Dispose();
    }
}
