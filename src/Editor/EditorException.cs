using SvgDistill.Rasterizer;

namespace SvgDistill.Editor;

/// <summary>Whose fault an <see cref="EditorException"/> is.</summary>
public enum EditorErrorKind
{
    /// <summary>What was asked for cannot be carried out.</summary>
    Usage,
    /// <summary>The input file is missing, malformed or empty.</summary>
    Input,
    /// <summary>The model is missing, damaged or of a kind that is not supported.</summary>
    Model,
    /// <summary>The tensor engine is missing or failed, or there is not enough memory for it.</summary>
    Engine,
}

/// <summary>An error that its message explains to the user in one line: file, place and remedy.</summary>
public sealed class EditorException : SvgDistillException
{
    /// <summary>Makes one.</summary>
    /// <param name="kind">Whose fault it is.</param>
    /// <param name="message">The line.</param>
    public EditorException(EditorErrorKind kind, string message) : base(message) => Kind = kind;

    /// <summary>Makes one from the error that it explains.</summary>
    /// <param name="kind">Whose fault it is.</param>
    /// <param name="message">The line.</param>
    /// <param name="inner">The error.</param>
    public EditorException(EditorErrorKind kind, string message, Exception inner) : base(message, inner) => Kind = kind;

    /// <summary>Whose fault it is.</summary>
    public EditorErrorKind Kind { get; }

    internal static EditorException Usage(string message) => new(EditorErrorKind.Usage, message);
}
