using System.CommandLine;
using SvgDistill.Cli.Terminal;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model</c>: what concerns models themselves.</summary>
internal sealed class ModelCommand : Command
{
    public ModelCommand(Streams streams) : base("model", "Looks into models, checks, converts and fetches them.")
    {
        Add(new ModelInfoCommand(streams));
        Add(new ModelCheckCommand(streams));
        Add(new ModelCompareCommand(streams));
        Add(new ModelConvertCommand(streams));
        Add(new ModelPullCommand(streams));
    }
}
