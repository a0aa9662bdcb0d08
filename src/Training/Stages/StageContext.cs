using System.Security.Cryptography;
using System.Text;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using SvgDistill.Training.Output;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>Is told of a step.</summary>
/// <param name="stage">Of which stage.</param>
/// <param name="loop">Where it stands.</param>
/// <param name="more">Numbers beside the loss.</param>
internal delegate void StepDone(string stage, TrainingLoop loop, params IReadOnlyList<(string What, double Value)> more);

/// <summary>What all stages of a run share.</summary>
internal sealed record StageContext
{
    /// <summary>Steps between two measures, with a sheet of samples each: ten in all, more in long runs.</summary>
    public static int MeasureEvery(int steps) => Math.Clamp(steps / 10, 1, 1000);

    /// <summary>How the names of states end.</summary>
    public const string StateEnding = ".state.safetensors";

    public required TrainConfig Config { get; init; }

    public required IReadOnlyList<Icon> Icons { get; init; }

    public required HeldOutSplit Split { get; init; }

    public required PictureCache Pictures { get; init; }

    public required TrainingLog Log { get; init; }

    public required Device Device { get; init; }

    /// <summary>Is told of each step of a stage, with numbers beside the loss.</summary>
    public required StepDone Progress { get; init; }

    public required Action<string, int, int> Items { get; init; }

    /// <summary>Is told what the user should know and what ends nothing.</summary>
    public required Action<string> Tell { get; init; }

    /// <summary>Everything about the data that decides results, hashed.</summary>
    public required string DataKey { get; init; }

    public CancellationToken Cancellation { get; init; }

    /// <summary>A file in the run's folder.</summary>
    public string Place(string name) => Path.Combine(Config.Work, name);

    /// <summary>A stage's files.</summary>
    /// <param name="name">The stage.</param>
    /// <param name="settings">What of the configuration decides its result, with the keys of the stages that it builds on.</param>
    public StageFiles Files(string name, params object[] settings) =>
        new(Place(name + StateEnding), Place($"{name}.safetensors"), KeyOf(name, [DataKey, Config.Seed, .. settings, .. Config.Products == ScalarType.Float32 ? [] : new object[] { Config.Products }]));

    /// <summary>Parameters to be trained, in fp32 on the run's device, multiplied as the configuration says.</summary>
    /// <param name="network">Which of the run's networks, for its random numbers.</param>
    /// <param name="known">Values to begin with, by name; null for random ones.</param>
    public TrainedParameters Parameters(int network, Func<string, Tensor?>? known = null) =>
        new(new Draws(Config.Seed, network, Purpose.Start).Next(), ScalarType.Float32, Device, known) { Products = Config.Products };

    /// <summary>Hashes values by what they are, lists by their entries.</summary>
    public static string KeyOf(string name, params object[] settings)
    {
        static string Words(object value) => value switch
        {
            string text => text,
            System.Collections.IEnumerable list => $"[{string.Join(' ', list.Cast<object>().Select(Words))}]",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ when value.GetType().GetProperties() is { Length: > 0 } properties && value.GetType().Namespace!.StartsWith("SvgDistill", StringComparison.Ordinal) =>
                string.Join(' ', properties.Where(p => p.CanRead && p.GetIndexParameters().Length == 0).Select(p => $"{p.Name}={(p.GetValue(value) is { } v ? Words(v) : "")}")),
            _ => value.ToString()!,
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"1 {name} {string.Join('|', settings.Select(Words))}")));
    }
}
