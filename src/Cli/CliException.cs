using SvgDistill.Rasterizer;

namespace SvgDistill.Cli;

/// <summary>An error with the exit code that it ends the program with; the message is the one line that the user reads.</summary>
internal sealed class CliException : SvgDistillException
{
    public CliException(int exitCode, string message) : base(message) => ExitCode = exitCode;

    public CliException(int exitCode, string message, Exception inner) : base(message, inner) => ExitCode = exitCode;

    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; }

    /// <summary>The command line cannot be carried out.</summary>
    public static CliException Usage(string message) => new(Cli.ExitCode.Usage, message);
}
