namespace SvgDistill.Rasterizer.Svg;

/// <summary>
/// A file that cannot be read, with the place and what to do about it: <c>owl.svg:3:17: problem remedy</c>.
/// </summary>
public sealed class SvgException : SvgDistillException
{
    /// <summary>Creates the error.</summary>
    /// <param name="file">The file's name as the user gave it.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="column">The column, counted from 1 in UTF-16 units.</param>
    /// <param name="problem">What is wrong: one sentence.</param>
    /// <param name="remedy">What to do: one sentence.</param>
    public SvgException(string file, int line, int column, string problem, string remedy)
        : base($"{file}:{line}:{column}: {problem} {remedy}") => (File, Line, Column, Problem) = (file, line, column, problem);

    /// <summary>The file's name.</summary>
    public string File { get; }
    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }
    /// <summary>The column, counted from 1.</summary>
    public int Column { get; }
    /// <summary>What is wrong: one sentence.</summary>
    public string Problem { get; }
}
