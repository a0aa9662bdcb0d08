using System.Globalization;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Differentiation;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Optimizing;

/// <summary>Steps of a stage: AdamW on its parameters, an average of them, and a state that any step can be resumed from.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly IReadOnlyList<(string Name, Tensor Value)> _parameters;
    private readonly Tensor[] _averages;
    private readonly AdamW _optimizer;
    private readonly RateSchedule _rates;
    private readonly StageFiles _files;
    private readonly double _average;
    private readonly IReadOnlyList<(string Name, Tensor Value)> _besides;

    /// <summary>At the beginning, or where an earlier run of the same stage stands.</summary>
    /// <param name="files">The stage's files and key.</param>
    /// <param name="parameters">What is trained, by name; the caller's.</param>
    /// <param name="rates">The rate of each step.</param>
    /// <param name="average">Weight of the past in the average; 0 for none.</param>
    /// <param name="decay">As <see cref="AdamW.Decay"/>.</param>
    /// <param name="besides">What else changes from step to step, for the state; the caller's.</param>
    public TrainingLoop(StageFiles files, IEnumerable<(string Name, Tensor Value)> parameters, RateSchedule rates, double average, double decay = AdamW.UsualDecay,
        IEnumerable<(string Name, Tensor Value)>? besides = null)
    {
        (_files, _rates, _average, _besides) = (files, rates, average, [.. besides ?? []]);
        _parameters = [.. parameters];
        _optimizer = new AdamW(_parameters.Select(p => p.Value)) { Decay = decay };
        _averages = average > 0 ? [.. _parameters.Select(p => p.Value.detach().clone().DetachFromDisposeScope())] : [];
        if (TrainingState.Load(files.State, files.Key, Tensors()) is not { } state) return;
        Done = _optimizer.Steps = state.Step;
        Loss = BitConverter.Int64BitsToDouble(long.Parse(state.Notes["loss"], CultureInfo.InvariantCulture));
    }

    /// <summary>Steps done.</summary>
    public long Done { get; private set; }

    /// <summary>All steps.</summary>
    public int Steps => _rates.Steps;

    /// <summary>Mean of the last hundred losses.</summary>
    public double Loss { get; private set; }

    /// <summary>The rate of the last step.</summary>
    public double Rate => _rates.At(Math.Max(0, Done - 1));

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<Tensor> Values => [.. _parameters.Select(p => p.Value)];

    /// <summary>Steps to the end, or until it is cancelled; the state is saved then. A state that cannot be saved on the way ends nothing: the next may be.</summary>
    /// <param name="learn">Loss and gradients of a step.</param>
    /// <param name="afterStep">Called after each.</param>
    /// <param name="saveEvery">Steps between two saved states.</param>
    /// <param name="tell">Is told where a state cannot be saved.</param>
    /// <param name="cancellation">Checked before each step.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(Func<long, (double Loss, Tensor[] Gradients)> learn, Action afterStep, int saveEvery, Action<string> tell, CancellationToken cancellation)
    {
        while (Done < _rates.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save();
                throw new OperationCanceledException(cancellation);
            }
            using (Steady.Begin())
            using (NewDisposeScope())
            {
                var (loss, gradients) = learn(Done);
                _optimizer.Step(_rates.At(Done), gradients);
                Follow();
                Done++;
                Loss = Done == 1 ? loss : Loss + (loss - Loss) / Math.Min(Done, 100);
            }
            afterStep();
            if (Done % saveEvery == 0 && Done < _rates.Steps) TrySave(tell);
        }
    }

    /// <summary>Writes down where the stage stands.</summary>
    public void Save() => TrainingState.Save(_files.State, _files.Key, Done, Tensors(), new Dictionary<string, string>
    {
        ["loss"] = BitConverter.DoubleToInt64Bits(Loss).ToString(CultureInfo.InvariantCulture),
    });

    private void TrySave(Action<string> tell)
    {
        try
        {
            Save();
        }
        catch (TrainingException error)
        {
            tell($"{error.Message} Going on; a kill would cost what came after the last state.");
        }
    }

    /// <summary>Does something with the average in the parameters' place; of small networks on one thread, as a step's halves are.</summary>
    public void WithAverage(Action action)
    {
        using var noGrad = no_grad();
        if (Network.IsFew(_parameters.Sum(p => p.Value.NumberOfElements), _parameters[0].Value.device)) TwoHands.One(() => Averaged(action));
        else Averaged(action);
    }

    private void Averaged(Action action)
    {
        if (_averages.Length == 0)
        {
            action();
            return;
        }
        var own = _parameters.Select(p => p.Value.detach().clone().DetachFromDisposeScope()).ToArray();
        try
        {
            for (var i = 0; i < _averages.Length; i++) _parameters[i].Value.copy_(_averages[i]);
            action();
        }
        finally
        {
            for (var i = 0; i < own.Length; i++)
            {
                _parameters[i].Value.copy_(own[i]);
                own[i].Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var tensor in _averages) tensor.Dispose();
    }

    // The past weighs less at first, so that the random beginning is soon forgotten.
    private void Follow()
    {
        using var noGrad = no_grad();
        var weight = Math.Min(_average, (1.0 + Done) / (10 + Done));
        for (var i = 0; i < _averages.Length; i++) _averages[i].lerp_(_parameters[i].Value, 1 - weight);
    }

    private IEnumerable<(string, Tensor)> Tensors() =>
        _parameters.Select(p => ("parameter." + p.Name, p.Value)).Concat(_optimizer.State).Concat(_averages.Select((t, i) => ($"average.{i}", t)))
            .Concat(_besides.Select(b => ("besides." + b.Name, b.Value)));
}

/// <summary>A stage's files, and what identifies its result.</summary>
/// <param name="State">Where it stands, while it runs.</param>
/// <param name="Result">What it made.</param>
/// <param name="Key">Everything that decides the result, hashed.</param>
internal sealed record StageFiles(string State, string Result, string Key);
