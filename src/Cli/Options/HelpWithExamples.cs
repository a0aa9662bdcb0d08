using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SvgDistill.Cli.Options;

/// <summary>A command whose help ends with examples.</summary>
internal interface IHasExamples
{
    /// <summary>Command lines, each with what it does.</summary>
    IReadOnlyList<(string Line, string Does)> Examples { get; }
}

/// <summary>The library's help text followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // A fixed width: the same text in a terminal, a pipe and the tests' snapshots.
        help.MaxWidth = 110;
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not IHasExamples { Examples: var examples }) return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var (line, does) in examples)
        {
            output.WriteLine($"  {line}");
            output.WriteLine($"      {does}");
        }
        output.WriteLine();
        return code;
    }
}
