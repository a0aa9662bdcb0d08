namespace SvgDistill.Cli;

/// <summary>What the process ends with; scripts rely on these numbers.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;
    /// <summary>An error of the program itself; a log with its details was written.</summary>
    public const int Internal = 1;
    /// <summary>The command line cannot be carried out.</summary>
    public const int Usage = 2;
    /// <summary>The input file is missing, malformed or empty.</summary>
    public const int Input = 3;
    /// <summary>The model is missing, damaged or of a kind that is not supported.</summary>
    public const int Model = 4;
    /// <summary>The tensor engine is missing or failed.</summary>
    public const int Engine = 5;
    /// <summary>Stopped by Ctrl-C (128 + SIGINT); what was done so far was written.</summary>
    public const int Interrupted = 130;
}
