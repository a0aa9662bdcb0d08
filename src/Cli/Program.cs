using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SvgDistill.Cli.Commands;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor;

namespace SvgDistill.Cli;

/// <summary>The program: parses the command line, runs one command, turns every error into one line and an exit code.</summary>
internal static class Program
{
    // An argument that begins with @ is a word like any other (a prompt, a file), not the name of a file of arguments.
    private static readonly ParserConfiguration _words = new() { ResponseFileTokenReplacer = null };

    private static int Main(string[] args)
    {
        // The drawing's and the prompts' letters survive whatever the locale; InvariantGlobalization fixes the numbers.
        Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return Run(args, new Streams(FailingWriter.Strict(Console.Out), FailingWriter.Silent(Console.Error), Console.IsErrorRedirected));
    }

    /// <summary>Runs one command line; returns the exit code. Nothing is thrown.</summary>
    public static int Run(string[] args, Streams streams)
    {
        try
        {
            // Scripts ask it often, and all commands with their options take longer to set up than the answer.
            if (args is ["--version"])
            {
                streams.Output.WriteLine(ProgramInfo.Version);
                return ExitCode.Done;
            }
            var parsed = CreateRoot(streams).Parse(PaletteWords(args), _words);
            if (parsed.Action is ParseErrorAction) return ReportUsage(parsed, streams);
            if (parsed.CommandResult.Children.OfType<ArgumentResult>().FirstOrDefault(a => a.Tokens.Any(t => t.Value.Length == 0)) is { } empty)
                throw EditorException.Usage($"<{empty.Argument.Name}>: an empty text; in scripts mostly a variable that was not set");
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = streams.Output,
                Error = streams.Error,
                EnableDefaultExceptionHandler = false, // Failure.Report words them
                ProcessTerminationTimeout = null, // Interrupt handles the signals
            });
        }
        catch (Exception error)
        {
            return Failure.Report(error, streams.Error);
        }
    }

    // "--palette exact A,B,C" is one value of two words.
    private static string[] PaletteWords(string[] args)
    {
        var at = Array.IndexOf(args, "--palette");
        return at < 0 || at + 2 >= args.Length || args[at + 1] != "exact" || args[at + 2].StartsWith('-') ? args : [.. args[..(at + 1)], $"exact {args[at + 2]}", .. args[(at + 3)..]];
    }

    /// <summary>The command tree.</summary>
    public static RootCommand CreateRoot(Streams streams)
    {
        var root = new RootCommand("Edits SVG drawings toward a text prompt by score distillation; the result stays the same SVG, with other numbers.")
        {
            new EditCommand(streams),
            new StrengthCommand(streams),
            new ImageCommand(streams),
            new InpaintCommand(streams),
            new VariantsCommand(streams),
            new CompareCommand(streams),
            new BatchCommand(streams),
            new EvaluateCommand(streams),
            new MetricsCommand(streams),
            new StyleCommand(streams),
            new FitCommand(streams),
            new VectorizeCommand(streams),
            new RestoreCommand(streams),
            new RenderCommand(streams),
            new HistoryCommand(streams),
            new UndoCommand(streams),
            new RedoCommand(streams),
            new CreateCommand(streams),
            new GenerateCommand(streams),
            new TeachCommand(streams),
            new TrainCommand(streams),
            new ModelCommand(streams),
            new DoctorCommand(streams),
            new CompletionsCommand(streams),
        };
        root.HelpName = "svgdistill";
        foreach (var option in root.Options.OfType<HelpOption>()) option.Action = new HelpWithExamples((HelpAction)option.Action!);
        // A command without a sub-command shows its help rather than an error.
        root.SetAction(parsed => parsed.RootCommandResult.Command.Parse(["--help"]).Invoke(parsed.InvocationConfiguration));
        return root;
    }

    private static int ReportUsage(ParseResult parsed, Streams streams)
    {
        streams.Error.WriteLine($"svgdistill: {string.Join(" ", parsed.Errors.Select(e => e.Message).Distinct())}");
        streams.Error.WriteLine($"'{FullName(parsed.CommandResult.Command)} --help' lists what it takes.");
        return ExitCode.Usage;
    }

    private static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : "svgdistill";
}
