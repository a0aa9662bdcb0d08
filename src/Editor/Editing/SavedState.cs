using SvgDistill.Diffusion;
using SvgDistill.Distill.Editing;

namespace SvgDistill.Editor.Editing;

/// <summary>The states of runs as files.</summary>
internal static class SavedState
{
    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">What it has to be a state of.</param>
    /// <exception cref="EditorException">It is damaged.</exception>
    /// <exception cref="Distill.DistillException">It is another run's.</exception>
    public static EditState Load(string path, string run)
    {
        try
        {
            return EditState.Load(path, run);
        }
        // Tensors are read as a model's are.
        catch (Exception error) when (error is ModelException or FormatException or OverflowException)
        {
            throw new EditorException(EditorErrorKind.Input, $"{path}: the state of a run, damaged ({error.Message.TrimEnd('.')}). Delete it and start anew.", error);
        }
    }
}
