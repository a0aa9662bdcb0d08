using Spectre.Console;
using SvgDistill.Editor;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Cli.Terminal;

/// <summary>What a command tells the person who runs it. Everything here goes to standard error; results go to standard output.</summary>
internal sealed class Screen : IReporter
{
    private readonly Streams _streams;

    public Screen(Streams streams, bool quiet)
    {
        _streams = streams;
        Quiet = quiet;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(streams.Error),
            Ansi = streams.Redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = streams.Redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = streams.Redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (streams.Redirected) Console.Profile.Width = 160;
    }

    /// <summary>True with <c>--quiet</c>: only errors and notes that matter to the result.</summary>
    public bool Quiet { get; }

    /// <summary>Spectre's console on standard error.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>True where bars and colours can be drawn.</summary>
    public bool IsTerminal => !_streams.Redirected;

    /// <summary>Standard output.</summary>
    public TextWriter Output => _streams.Output;

    /// <summary>Writes a result to standard output (<c>-o -</c>).</summary>
    /// <exception cref="EditorException">It takes no more.</exception>
    public void WriteResult(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var output = _streams.OpenOutput();
            output.Write(bytes.Span);
            output.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EditorException(EditorErrorKind.Usage, $"standard output: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Says what is done next, now that the result is written.</summary>
    public void FollowUp(string what) => _streams.FollowingUp(what);

    /// <summary>A line of progress; nothing with <c>--quiet</c>.</summary>
    public void Say(string line)
    {
        if (!Quiet) _streams.Error.WriteLine(line);
    }

    /// <summary>Writes a picture's control sequence where the cursor stands, above a bar that is being drawn.</summary>
    public void Draw(string sequence)
    {
        if (IsTerminal) Console.Write(new ControlCode(sequence));
        else _streams.Error.Write(sequence);
    }

    /// <summary>Something about the input or the result that the user should know; shown with <c>--quiet</c> too.</summary>
    public void Note(string line) => _streams.Error.WriteLine($"note: {line}");

    /// <summary>A part of what follows the result failed: a note, with a log where the fault is the program's.</summary>
    public void Failed(string what, Exception error) => Note($"{what}: {Failure.Describe(error).Message}");

    /// <summary>Runs a loop with live progress.</summary>
    public T Steps<T>(int first, int steps, Func<Action<int, string>, T> loop) => StepProgress.Run(this, first, steps, progress => loop(progress.Report));
}
