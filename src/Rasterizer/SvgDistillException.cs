namespace SvgDistill.Rasterizer;

/// <summary>An error that a user can act on: the message names the file, the place and the remedy.</summary>
public class SvgDistillException : Exception
{
    /// <summary>Creates the error with the text shown to the user.</summary>
    public SvgDistillException(string message) : base(message) { }

    /// <summary>Creates the error with the text shown to the user and what caused it.</summary>
    public SvgDistillException(string message, Exception inner) : base(message, inner) { }
}
