using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What cannot be done ends with one line, the right code, and nothing written.</summary>
public sealed class EditFailureTests : IDisposable
{
    private const string Head = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Head + "<path d='M0 0h9v9z'", ":1:")] // cut off
    [InlineData(Head + "</svg>", "draws nothing")]
    [InlineData(Head + "<path d='M20 20h9v9z'/></svg>", "draws nothing")] // outside the viewBox
    [InlineData(Head + "<rect width='5' height='5' display='none'/></svg>", "draws nothing")]
    public void ADrawingThatCannotBeEditedEndsWith3(string svg, string said) =>
        Fails(3, said, "edit", _folder.Write("in.svg", svg), "--trg", "a monkey");

    [Fact]
    public void AMissingFileEndsWith3() => Fails(3, "no such file", "edit", _folder["in.svg"], "--trg", "a monkey");

    [Theory]
    [InlineData("--trg", "", "--trg")]
    [InlineData("--method", "idz", "--method")]
    [InlineData("--steps", "-1", "--steps")]
    [InlineData("--steps", "1.5", "--steps")]
    [InlineData("--guidance", "much", "--guidance")]
    [InlineData("--t-range", "900:50", "--t-range")]
    [InlineData("--t-range", "0:1000", "--t-range")]
    [InlineData("--precision", "int8", "--precision")]
    [InlineData("--device", "tpu", "--device")]
    [InlineData("--optimize", "colours", "--optimize")]
    [InlineData("--lock-colors", "reddish", "--lock-colors")]
    [InlineData("--seed", "-3", "--seed")]
    [InlineData("--background", "nowhite", "--background")]
    [InlineData("--frobnicate", "1", "--frobnicate")]
    public void AWrongOptionEndsWith2(string option, string value, string said) =>
        Fails(2, said, option == "--trg" ? ["edit", Owl(), option, value] : ["edit", Owl(), "--trg", "a monkey", option, value]);

    [Fact]
    public void AnEditTakesATarget() => Fails(2, "--trg", "edit", Owl());

    [Fact]
    public void NothingLeftToMoveEndsWith2() => Fails(2, "nothing is left", "edit", Owl(), "--trg", "a monkey", "--lock", "svg");

    [Fact]
    public void NothingToResumeEndsWith2() => Fails(2, "no interrupted run", "edit", Owl(), "--trg", "a monkey", "--resume");

    [Fact]
    public void AnOutputInNoFolderEndsWith2() => Fails(2, "no folder", "edit", Owl(), "--trg", "a monkey", "-o", Path.Combine(_folder["no"], "out.svg"));

    [Fact]
    public void AFolderThatIsNoModelEndsWith4() => Fails(4, _folder.Path, "edit", Owl(), "--trg", "a monkey", "--model", _folder.Path);

    [Fact]
    public void AModelThatIsNotThereEndsWith4AndSaysHowToGetOne() =>
        Fails(4, "Hugging Face", "edit", Owl(), "--trg", "a monkey", "--model", "nobody/nothing");

    [Fact]
    public void ATruncatedWeightFileEndsWith4AndIsNamed()
    {
        var model = _folder["model"];
        CopyFolder(TestPaths.Fixture("tiny-sd15"), model);
        var weights = Directory.EnumerateFiles(Path.Combine(model, "unet"), "*.safetensors").Single();
        using (var file = new FileStream(weights, FileMode.Open)) file.SetLength(file.Length / 2);
        var input = Owl();
        var before = _folder.Files;
        var result = CliRun.InProcess("edit", input, "--trg", "a monkey", "--model", model, "--steps", "1");
        Assert.Equal(4, result.Code);
        Assert.Contains(Path.GetFileName(weights), result.Error);
        Assert.Equal(before, _folder.Files);
    }

    [Fact]
    public void WithoutTheEngineEditsEndWith5AndPicturesAreStillDrawn()
    {
        var program = _folder["program"];
        CopyFolder(Path.GetDirectoryName(CliRun.Program)!, program);
        foreach (var library in Directory.EnumerateFiles(program, "*LibTorchSharp*")) File.Delete(library);
        var input = Owl();
        var dll = Path.Combine(program, "svgdistill.dll");

        var edit = CliRun.Finish(CliRun.StartProgram(dll, null, "edit", input, "--trg", "a monkey"));
        Assert.Equal(5, edit.Code);
        Assert.Contains("unpack the archive again", edit.Error);
        Assert.Single(edit.Error.TrimEnd('\n').Split('\n'));
        var doctor = CliRun.Finish(CliRun.StartProgram(dll, null, "doctor"));
        Assert.Equal(5, doctor.Code);
        Assert.Contains("BROKEN", doctor.Output);
        Assert.Equal(0, CliRun.Finish(CliRun.StartProgram(dll, null, "render", input, _folder["owl.png"])).Code);
        Assert.False(File.Exists(_folder["owl.a-monkey.svg"]));
    }

    private string Owl() => _folder.Example("owl.svg");

    private void Fails(int code, string said, params string[] args)
    {
        var before = _folder.Files;
        var result = CliRun.InProcess(args);
        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.Equal("", result.Output);
        // One line; for the command line itself a second one names the help.
        Assert.InRange(result.Error.TrimEnd('\n').Split('\n').Length, 1, code == 2 ? 2 : 1);
        Assert.Equal(before, _folder.Files);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
