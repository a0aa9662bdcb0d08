using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using SvgDistill.Diffusion;
using SvgDistill.Distill;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer;

namespace SvgDistill.Cli;

/// <summary>Turns an exception into one line for the user and an exit code; stack traces go to a log file only.</summary>
internal static class Failure
{
    /// <summary>Writes the line and returns the exit code.</summary>
    public static int Report(Exception error, TextWriter output)
    {
        var (code, message) = Describe(error);
        output.WriteLine($"svgdistill: {message}");
        return code;
    }

    /// <summary>The exit code and the line for an error; what is the program's own fault or the engine's goes into the log, which the line names.</summary>
    public static (int Code, string Message) Describe(Exception error)
    {
        var cause = Unwrap(error);
        var (code, message) = Classify(cause);
        return (code, code == ExitCode.Internal || cause is ExternalException ? $"{message} (details: {WriteLog(error)})" : message);
    }

    /// <summary>The exit code and the line for an error.</summary>
    public static (int Code, string Message) Classify(Exception error) => error switch
    {
        EditorException e => (ExitCodeOf(e.Kind), e.Message),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted; nothing was written"),
        ModelException e => (ExitCode.Model, e.Message),
        DistillException e => (ExitCode.Usage, e.Message),
        SvgDistillException e => (ExitCode.Input, e.Message),
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException =>
            (ExitCode.Engine, $"the tensor engine (libtorch) cannot be loaded: {EnginePackage.LoadAdvice}"),
        UnauthorizedAccessException or IOException => (ExitCode.Input, FirstLine(error.Message)),
        OutOfMemoryException => (ExitCode.Engine, "memory ran out: close other programs, or use a smaller model or --precision bf16"),
        ExternalException e => (ExitCode.Engine, $"the tensor engine reports: {FirstLine(e.Message)}"),
        _ => (ExitCode.Internal, $"internal error: {error.GetType().Name}: {FirstLine(error.Message)}"),
    };

    private static int ExitCodeOf(EditorErrorKind kind) => kind switch
    {
        EditorErrorKind.Usage => ExitCode.Usage,
        EditorErrorKind.Input => ExitCode.Input,
        EditorErrorKind.Model => ExitCode.Model,
        EditorErrorKind.Engine => ExitCode.Engine,
        _ => ExitCode.Internal,
    };

    // Reflection, tasks and static constructors wrap the error that matters.
    private static Exception Unwrap(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var inner] } => Unwrap(inner),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
        _ => error,
    };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static string WriteLog(Exception error)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"svgdistill-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.log");
        var path = Path.Combine(Path.GetTempPath(), name);
        try
        {
            File.AppendAllText(path, $"svgdistill {ProgramInfo.Version}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}\n" +
                $"{Environment.CommandLine}\n\n{error}\n\n");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"no log could be written: {FirstLine(e.Message)}";
        }
    }
}
