using System.CommandLine;
using SvgDistill.Cli.Terminal;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model</c>: what concerns models themselves.</summary>
internal sealed class ModelCommand : Command
{
    public ModelCommand(Streams streams) : base("model", "Looks into models.")
    {
        Add(new ModelInfoCommand(streams));
    }
}
