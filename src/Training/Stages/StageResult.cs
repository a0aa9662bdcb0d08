using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>What a stage leaves for the next: tensors with the stage's key.</summary>
internal static class StageResult
{
    private const string Key = "key";

    /// <summary>Whether the stage has ended with these settings before.</summary>
    public static bool Exists(StageFiles files)
    {
        if (!File.Exists(files.Result)) return false;
        using var file = new SafetensorsFile(files.Result);
        return file.Metadata.GetValueOrDefault(Key) == files.Key;
    }

    /// <summary>Writes the result; the state has done its duty.</summary>
    public static void Write(StageFiles files, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? notes = null)
    {
        try
        {
            SafetensorsWriter.Write(files.Result, tensors.ToDictionary(t => t.Name, t => t.Value), new Dictionary<string, string>(notes ?? new Dictionary<string, string>()) { [Key] = files.Key });
            File.Delete(files.State);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{files.Result}: cannot be written: {error.Message}. Free some room, and give the same command again: it goes on from the last state.", error);
        }
    }
}

/// <summary>Gradients of several batches, added up.</summary>
internal static class Accumulated
{
    /// <summary>Mean loss and mean gradients of the parts.</summary>
    public static (double Loss, Tensor[] Gradients) Of(int parts, Func<int, (double Loss, Tensor[] Gradients)> part)
    {
        var (loss, sums) = part(0);
        for (var k = 1; k < parts; k++)
        {
            var (more, gradients) = part(k);
            loss += more;
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i].add_(gradients[i]);
                gradients[i].Dispose();
            }
        }
        if (parts > 1)
            foreach (var sum in sums) sum.div_(parts);
        return (loss / parts, sums);
    }
}
