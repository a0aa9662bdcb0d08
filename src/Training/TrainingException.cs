using SvgDistill.Rasterizer;

namespace SvgDistill.Training;

/// <summary>What a run was given cannot be learnt from, or its files cannot be used: one line for the user, with file and remedy.</summary>
public sealed class TrainingException : SvgDistillException
{
    /// <summary>Makes one.</summary>
    /// <param name="message">The line.</param>
    public TrainingException(string message) : base(message) { }

    /// <summary>Makes one from the error that it explains.</summary>
    /// <param name="message">The line.</param>
    /// <param name="inner">The error.</param>
    public TrainingException(string message, Exception inner) : base(message, inner) { }
}
