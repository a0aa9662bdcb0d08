using SvgDistill.Cli.Options;
using SvgDistill.Rasterizer.Svg;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Small decisions: options that depend on each other, error messages.</summary>
public sealed class OptionTests
{
    [Theory]
    [InlineData("", OptimizeKinds.Default, MoveUnits.None)]
    [InlineData("--move elements", OptimizeKinds.Colors, MoveUnits.Elements)]
    [InlineData("--move groups --optimize points,colors", OptimizeKinds.Points | OptimizeKinds.Colors, MoveUnits.Groups)]
    public void MotionsStandInForPointsUnlessBothAreAsked(string words, OptimizeKinds kinds, MoveUnits units)
    {
        var options = new EditOptions();
        var command = new System.CommandLine.Command("edit") { options.Input };
        foreach (var option in options.Editing) command.Options.Add(option);
        var scene = options.Read(command.Parse($"in.svg --trg x {words}")).Scene;
        Assert.Equal((kinds, units), (scene.Optimize, scene.Move));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnInternalErrorIsOneLineAndALogWithTheTrace(bool engines)
    {
        using var output = new StringWriter();
        Exception Thrown()
        {
            try
            {
                using var sum = engines ? TorchSharp.torch.ones(2) + TorchSharp.torch.ones(3) : null;
                throw new InvalidOperationException("first line\nsecond line");
            }
            catch (Exception e) { return e; }
        }
        Assert.Equal(engines ? ExitCode.Engine : ExitCode.Internal, Failure.Report(Thrown(), output));
        var line = Assert.Single(output.ToString().TrimEnd('\n').Split('\n'));
        Assert.Contains(engines ? "must match the size" : "first line", line);
        Assert.DoesNotContain("   at ", line);
        var log = line[(line.IndexOf("details: ", StringComparison.Ordinal) + "details: ".Length)..].TrimEnd(')');
        Assert.Contains(nameof(AnInternalErrorIsOneLineAndALogWithTheTrace), File.ReadAllText(log));
        File.Delete(log);
    }
}
