using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Distill.Editing.Steps;
using SvgDistill.Rasterizer.Scenes;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Editing;

/// <summary>How a drawing's parameters are moved.</summary>
public sealed record SvgTargetOptions
{
    /// <summary>What lengths move a step at first, in fractions of the canvas diagonal.</summary>
    public double PointRate { get; init; } = .004;
    /// <summary>What colours, opacities and offsets move a step at first, of 0..1.</summary>
    public double ColorRate { get; init; } = .02;
    /// <summary>
    /// How far along an outline a push on one place of it is felt, in canvas diagonals; 0 steps every number by itself.
    /// </summary>
    public double Fairness { get; init; } = FairSteps.DefaultFairness;
    /// <summary>The weight of <see cref="ShapeAnchor"/>; 0 for none.</summary>
    public double AnchorShape { get; init; } = 1;
    /// <summary>
    /// The width in pixels of the filter at the first step, so that edges far away are felt; it shrinks to 1 over the first half.
    /// The source is encoded sharp.
    /// </summary>
    public double FilterWidth { get; init; } = 1;
    /// <summary>Parameters kept as they are, by index, besides those that are no leaves; null for none.</summary>
    public IReadOnlySet<int>? Locked { get; init; }
    /// <summary>Factors on the rates of single parameters, by index; 1 for those that are not there.</summary>
    public IReadOnlyDictionary<int, double> RateFactors { get; init; } = new Dictionary<int, double>();
    /// <summary>Whether smooth nodes stay smooth.</summary>
    public bool KeepSmooth { get; init; } = true;
    /// <summary>Adam's decay of the squared gradient's mean.</summary>
    public double AdamBeta2 { get; init; } = .999;
    /// <summary>A term of the picture, beside the model's; null for none. It stays the caller's.</summary>
    public IPictureTerm? PictureTerm { get; init; }
    /// <summary>Terms whose gradients join the one that comes through the model. They stay the caller's.</summary>
    public IReadOnlyList<IDrawingTerm> Terms { get; init; } = [];
    /// <summary>The parameters that the source is drawn at, where the file's own show what an edit has added; null for the file's own.</summary>
    public IReadOnlyList<double>? Source { get; init; }
    /// <summary>What the drawing keeps, in the order in which it is put back.</summary>
    public IReadOnlyList<IDrawingRule> Rules { get; init; } = [];
}

/// <summary>
/// A drawing: theta -&gt; picture -&gt; autoencoder mean -&gt; z, and Adam on theta in normalised units, so that rates do not depend
/// on view boxes. After each step shapes are drawn toward their own form, values are put back into their ranges, and smooth
/// nodes are made smooth again.
/// </summary>
public sealed class SvgTarget : IEditTarget
{
    private readonly Scene _scene;
    private readonly IDrawingRenderer _renderer;
    private readonly PictureEncoder _encoder;
    private readonly SvgTargetOptions _options;
    private readonly double[] _theta, _units, _rates, _gradient;
    private readonly bool[] _free;
    private readonly IStepDirection _steps;
    private readonly ShapeAnchor _anchor;
    private readonly SmoothNodeProjection _smooth;
    private readonly float[] _pixels;
    private Tensor? _picture;
    private readonly double[] _termGradient;
    private Differentiated? _latents;
    private double _progress;

    /// <summary>Prepares a drawing for an edit and encodes it as it is.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="renderer">The drawing's picture for the model.</param>
    /// <param name="encoder">A picture to latents, [1,C,h,w]: autoencoder mean times scaling factor.</param>
    /// <param name="options">How it is moved.</param>
    /// <exception cref="DistillException">There is nothing to move.</exception>
    public SvgTarget(Scene scene, IDrawingRenderer renderer, PictureEncoder encoder, SvgTargetOptions options)
    {
        (_scene, _renderer, _encoder, _options) = (scene, renderer, encoder, options);
        _theta = scene.InitialValues();
        var parameters = scene.Parameters;
        _free = [.. parameters.Select((p, i) => p.IsLeaf && options.Locked?.Contains(i) != true)];
        if (!_free.Contains(true))
            throw new DistillException("The drawing has nothing that may be moved: no supported shape or colour, or all of them locked.");
        _units = [.. parameters.Select(p => p.Unit)];
        _rates = [.. parameters.Select((p, i) =>
            options.RateFactors.GetValueOrDefault(i, 1) * (IsColorLike(p.Kind) ? options.ColorRate : options.PointRate))];
        _gradient = new double[_theta.Length];
        _termGradient = new double[options.PictureTerm is null ? 0 : _theta.Length];
        _pixels = new float[3 * renderer.Height * renderer.Width];
        _steps = FairSteps.Or(scene, _free, options.Fairness, options.AdamBeta2);
        _anchor = new ShapeAnchor(scene, _theta);
        _smooth = new SmoothNodeProjection(scene, _free);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (options.Source is { } source) _theta = [.. source];
        Source = Draw().DetachFromDisposeScope();
        SourceLatents = encoder.Encode(Source).DetachFromDisposeScope();
    }

    /// <summary>The parameters as they are now.</summary>
    public IReadOnlyList<double> Theta => _theta;

    /// <summary>How it is moved.</summary>
    public SvgTargetOptions Options => _options;

    /// <inheritdoc/>
    public Tensor SourceLatents { get; }

    /// <inheritdoc/>
    public Tensor Source { get; }

    /// <inheritdoc/>
    public Tensor Current => _picture ??= Draw().DetachFromDisposeScope();

    /// <inheritdoc/>
    public Tensor Encode(Tensor image)
    {
        using var noGrad = no_grad();
        return _encoder.Encode(image);
    }

    /// <inheritdoc/>
    public void At(double progress)
    {
        _progress = progress;
        foreach (var rule in _options.Rules) rule.At(progress);
        var width = Math.Max(1, _options.FilterWidth + (1 - _options.FilterWidth) * 2 * progress);
        if (width == _renderer.FilterWidth) return;
        _renderer.FilterWidth = width;
        Release();
    }

    /// <inheritdoc/>
    public Tensor Latents()
    {
        Release();
        _picture = Draw().DetachFromDisposeScope();
        _latents = _encoder.EncodeForGradient(_picture);
        return _latents.Value;
    }

    /// <inheritdoc/>
    public void Backward(Tensor gradient)
    {
        if (_latents is null) throw new InvalidOperationException("Backward follows Latents.");
        using var scope = NewDisposeScope();
        var g = _latents.Backward(gradient.to(_latents.Value.dtype)).to(ScalarType.Float32).cpu().contiguous();
        g.data<float>().CopyTo(_pixels);
        Array.Clear(_gradient);
        _renderer.Backward(_pixels, _gradient);
        if (_options.PictureTerm is { } seen) Add(seen);
        foreach (var term in _options.Terms) term.Add(_theta, _gradient);
    }

    private void Add(IPictureTerm term)
    {
        term.Gradient(_picture!, _progress).contiguous().data<float>().CopyTo(_pixels);
        Array.Clear(_termGradient);
        _renderer.Backward(_pixels, _termGradient);
        double? Unit(int i) => _free[i] ? _units[i] : null;
        bool IsColor(int i) => IsColorLike(_scene.Parameters[i].Kind);
        GradientBlend.Add(_gradient, _termGradient, Unit, i => !IsColor(i), term.PointWeight);
        GradientBlend.Add(_gradient, _termGradient, Unit, IsColor, term.ColorWeight);
    }

    /// <inheritdoc/>
    public double Step(double rateFactor)
    {
        for (var i = 0; i < _gradient.Length; i++) _gradient[i] = _free[i] ? _gradient[i] * _units[i] : 0;
        foreach (var rule in _options.Rules) rule.Project(_theta, _gradient);
        _steps.Direction(_gradient);
        var before = (double[])_theta.Clone();
        for (var i = 0; i < _theta.Length; i++) _theta[i] -= rateFactor * _rates[i] * _units[i] * _gradient[i];

        if (_options.AnchorShape > 0)
            _anchor.Pull(_theta, _units, _free, rateFactor * ShapeAnchor.Strength(_options.AnchorShape, _options.PointRate), _options.RateFactors);
        if (_options.KeepSmooth) _smooth.Apply(_theta);
        foreach (var rule in _options.Rules) rule.Restore(_theta);
        for (var i = 0; i < _theta.Length; i++)
            if (_free[i]) _theta[i] = Math.Clamp(_theta[i], _scene.Parameters[i].Minimum, _scene.Parameters[i].Maximum);

        Release();
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < _theta.Length; i++)
        {
            if (!_free[i]) continue;
            var move = (_theta[i] - before[i]) / _units[i];
            sum += move * move;
            count++;
        }
        return Math.Sqrt(sum / count);
    }

    /// <summary>Takes parameters that something else has moved.</summary>
    public void Place(ReadOnlySpan<double> moved)
    {
        moved.CopyTo(_theta);
        Release();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SaveState()
    {
        var state = new Dictionary<string, Tensor> { ["theta"] = tensor(_theta), ["adam.steps"] = tensor(new[] { (long)_steps.Steps }) };
        foreach (var (name, values) in _steps.State) state[name] = tensor(values);
        if (_options.Fairness > 0) state["fairness"] = tensor(new[] { _options.Fairness });
        return state;
    }

    /// <inheritdoc/>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        if (state["theta"].numel() != _theta.Length)
            throw new DistillException("The saved state belongs to another drawing, or to other --optimize options.");
        var saved = state.TryGetValue("fairness", out var value) ? value.data<double>()[0] : 0;
        if (saved != _options.Fairness)
            throw new DistillException(FormattableString.Invariant($"The saved state is of --fairness {saved}, the run of --fairness {_options.Fairness}."));
        state["theta"].data<double>().CopyTo(_theta);
        foreach (var (name, values) in _steps.State) state[name].data<double>().CopyTo(values);
        _steps.Steps = (int)state["adam.steps"].data<long>()[0];
        Release();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        Source.Dispose();
        SourceLatents.Dispose();
    }

    /// <summary>The picture at the present parameters, [1,3,H,W], fp32.</summary>
    private Tensor Draw()
    {
        _renderer.Forward(_theta, _pixels);
        return tensor(_pixels, [1, 3, _renderer.Height, _renderer.Width]);
    }

    private void Release()
    {
        _picture?.Dispose();
        _latents?.Dispose();
        (_picture, _latents) = (null, null);
    }

    private static bool IsColorLike(ParameterKind kind) =>
        kind is ParameterKind.Color or ParameterKind.Opacity or ParameterKind.StopOffset;
}
