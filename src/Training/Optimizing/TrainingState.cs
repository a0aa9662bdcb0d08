using System.Globalization;
using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Optimizing;

/// <summary>
/// Where a run stands: weights, moments and the number of steps done, in one safetensors file that is replaced in one step. Random numbers
/// need no place in it (<see cref="Draws"/>), so that a run cut off anywhere ends in the same bytes as one that was not.
/// </summary>
internal static class TrainingState
{
    private const string Key = "key", Step = "step";

    /// <summary>Writes the state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What the run is: everything that decides its result, hashed.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="tensors">What changes from step to step.</param>
    /// <param name="notes">Numbers and words to keep with it.</param>
    public static void Save(string path, string key, long step, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? notes = null)
    {
        var metadata = new Dictionary<string, string>(notes ?? new Dictionary<string, string>())
        {
            [Key] = key, [Step] = step.ToString(CultureInfo.InvariantCulture),
        };
        try
        {
            SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Name, t => t.Value), metadata);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: the state cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Reads a state back into the tensors; null where there is no file.</summary>
    /// <returns>Steps done, and what was kept with it.</returns>
    /// <exception cref="TrainingException">It belongs to another run, or is damaged.</exception>
    public static (long Step, IReadOnlyDictionary<string, string> Notes)? Load(string path, string key, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        RemoveLeftOver(path);
        if (!File.Exists(path)) return null;
        try
        {
            using var file = new SafetensorsFile(path);
            if (file.Metadata.GetValueOrDefault(Key) != key)
                throw new TrainingException($"{path}: an unfinished run with other icons, options or another model. Repeat its command to finish it, or give --restart to begin anew.");
            using var noGrad = no_grad();
            foreach (var (name, value) in tensors)
            {
                using var scope = NewDisposeScope();
                value.copy_(file.Load(name, value.dtype, value.device));
            }
            return (long.Parse(file.Metadata[Step], CultureInfo.InvariantCulture), file.Metadata);
        }
        catch (ModelException error)
        {
            throw new TrainingException($"{error.Message} Give --restart to begin anew.", error);
        }
    }

    /// <summary>A run that was killed while it wrote leaves its half-written file.</summary>
    private static void RemoveLeftOver(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder || !Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, Path.GetFileName(full) + ".*.tmp")) File.Delete(file);
    }
}
