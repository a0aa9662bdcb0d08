using System.Text.Json.Nodes;
using Xunit;

namespace SvgDistill.Cli.Tests;

public sealed class InterruptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnInterruptedRunIsSavedAndGoesOnToTheSameBytes()
    {
        var input = _folder.Example("apple.svg");
        string[] command = ["edit", input, "--trg", "a pear", "--no-losses", "--method", "fpr+pds", "--steps", "24"];
        using var whole = CliRun.Start(null, [.. command, "-o", _folder["whole.svg"]]);
        Assert.Equal(0, CliRun.Finish(whole).Code);

        using var stopped = CliRun.Start(null, command);
        while (stopped.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
        CliRun.Interrupt(stopped);
        Assert.Equal(130, CliRun.Finish(stopped).Code);
        Assert.Equal(["apple.a-pear.svg", "apple.a-pear.svg.json", "apple.a-pear.svg.state", "apple.svg", "whole.svg", "whole.svg.json", "whole.svg.strength.json"], _folder.Files);
        var record = JsonNode.Parse(File.ReadAllText(_folder["apple.a-pear.svg.json"]))!;
        Assert.True((bool)record["interrupted"]!);
        Assert.InRange((int)record["steps_done"]!, 1, 23);
        Assert.NotEqual(File.ReadAllText(input), File.ReadAllText(_folder["apple.a-pear.svg"]));

        using (var other = CliRun.Start(null, [.. command, "--resume", "--seed", "7"]))
            Assert.NotEqual(0, CliRun.Finish(other).Code); // another run than the saved one

        using var resumed = CliRun.Start(null, [.. command, "--resume"]);
        Assert.Equal(0, CliRun.Finish(resumed).Code);
        Assert.Equal(File.ReadAllText(_folder["whole.svg"]), File.ReadAllText(_folder["apple.a-pear.svg"]));
        Assert.Equal(["apple.a-pear.svg", "apple.a-pear.svg.json", "apple.a-pear.svg.strength.json", "apple.svg", "whole.svg", "whole.svg.json", "whole.svg.strength.json"], _folder.Files);
    }

    [Fact]
    public void AnInterruptedPictureIsSavedAndGoesOnToTheSameBytes()
    {
        var input = _folder.Example("apple.svg");
        string[] command = ["image", input, "--trg", "a pear", "--method", "fpr+pds", "--steps", "15"];
        using var whole = CliRun.Start(null, [.. command, "-o", _folder["whole.png"]]);
        Assert.Equal(0, CliRun.Finish(whole).Code);

        using var stopped = CliRun.Start(null, command);
        while (stopped.StandardError.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal)) { }
        CliRun.Interrupt(stopped);
        Assert.Equal(130, CliRun.Finish(stopped).Code);
        Assert.Contains("apple.a-pear.png.state", _folder.Files);
        Assert.NotEqual(File.ReadAllBytes(_folder["whole.png"]), File.ReadAllBytes(_folder["apple.a-pear.png"]));

        using var resumed = CliRun.Start(null, [.. command, "--resume"]);
        Assert.Equal(0, CliRun.Finish(resumed).Code);
        Assert.Equal(File.ReadAllBytes(_folder["whole.png"]), File.ReadAllBytes(_folder["apple.a-pear.png"]));
        Assert.DoesNotContain("apple.a-pear.png.state", _folder.Files);
    }
}
