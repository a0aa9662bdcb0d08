using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using SvgDistill.Editor;
using SvgDistill.Editor.Output;
using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>Where results go: devices, FIFOs, standard output, links, compressed files, and places that cannot be written.</summary>
public sealed class ResultPlacesTests : IDisposable
{
    private const string Square = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><title>a box</title><path d="M0 0H6V6H0z" fill="#ff0000"/></svg>""";
    private static readonly string _tiny = SvgDistill.Tests.TestPaths.TinyModel;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Input => field ??= _folder.Write("a.svg", Square);

    [Fact]
    public void ADeviceIsWrittenIntoAndStays()
    {
        var before = FileStatus.Of("/dev/null");
        Assert.Equal(0, CliRun.InProcess("render", Input, "/dev/null").Code);
        Assert.Equal(0, CliRun.InProcess("edit", Input, "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "-o", "/dev/null").Code);
        Assert.Equal(before, FileStatus.Of("/dev/null"));
        Assert.False(File.Exists("/dev/null.json"));
        var full = CliRun.InProcess("render", Input, "/dev/full");
        Assert.Equal(2, full.Code);
        var kept = full.Error.TrimEnd()[(full.Error.IndexOf("kept in ", StringComparison.Ordinal) + "kept in ".Length)..];
        Assert.Equal((8, 8), (PictureReader.Read(kept).Width, PictureReader.Read(kept).Height)); // what could not be written is not lost
        File.Delete(kept);
        Assert.Equal(2, CliRun.InProcess("edit", Input, "--trg", "a ball", "--model", _tiny, "--steps", "0", "--png", "-o", "/dev/null").Code);
    }

    /// <summary>What cannot be said to people costs no result; what cannot be written of a result is an error.</summary>
    [Fact]
    public void AFullStandardStreamEndsNothingButWhatItHolds()
    {
        (int Code, string Error) Run(string command)
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        Assert.Equal((0, ""), Run($"dotnet '{CliRun.Program}' render '{Input}' '{_folder["out.png"]}' 2> /dev/full"));
        Assert.Equal(8, PictureReader.Read(_folder["out.png"]).Width);
        Assert.Equal((3, ""), Run($"dotnet '{CliRun.Program}' render '{_folder["none.svg"]}' '{_folder["none.png"]}' 2> /dev/full"));
        foreach (var command in new[] { "--version", "--help", "model info" })
        {
            var (code, error) = Run($"dotnet '{CliRun.Program}' {command} > /dev/full");
            Assert.Equal(2, code);
            Assert.StartsWith("svgdistill: standard output: cannot be written", error);
        }
    }

    [Fact]
    public async Task AFifoIsWrittenIntoAndStays()
    {
        using (var make = System.Diagnostics.Process.Start("mkfifo", [_folder["pipe"]])) make.WaitForExit();
        var read = Task.Run(() => File.ReadAllBytes(_folder["pipe"]));
        Assert.Equal(0, CliRun.InProcess("render", Input, _folder["pipe"]).Code);
        Assert.Equal(8, PictureReader.Decode(await read, "pipe").Width);
        Assert.True(Outputs.IsSpecial(_folder["pipe"]));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void AMinusIsStandardInputAndOutput(string output)
    {
        var (code, bytes, error) = CliRun.Piped(File.ReadAllBytes(Input), "render", "-", "-o", output);
        Assert.True(code == 0, error);
        Assert.Equal(8, PictureReader.Decode(bytes, "stdout").Width);
    }

    [Fact]
    public void AnEditIsAFilter()
    {
        var (code, bytes, error) = CliRun.Piped(File.ReadAllBytes(Input), "edit", "-", "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllBytes(Input), bytes);
        Assert.Equal(["a.svg"], _folder.Files); // no record beside nothing

        // Without a title nothing says what it shows.
        var nameless = CliRun.Piped(System.Text.Encoding.UTF8.GetBytes(Square.Replace("<title>a box</title>", "", StringComparison.Ordinal)),
            "edit", "-", "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0");
        Assert.Equal(2, nameless.Code);
        Assert.Contains("--src", nameless.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void APictureIsFittedFromAndToAPipe()
    {
        Assert.Equal(0, CliRun.InProcess("render", Input, _folder["a.png"], "--size", "24").Code);
        var (code, bytes, error) = CliRun.Piped(File.ReadAllBytes(_folder["a.png"]), "fit", "-", "--steps", "1", "--paths", "2");
        Assert.True(code == 0, error);
        Assert.StartsWith("<svg", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoThingsForStandardOutputAreRefused()
    {
        Assert.Equal(2, CliRun.InProcess("render", Input, "-", "--json").Code);
        Assert.Equal(2, CliRun.InProcess("edit", Input, "--trg", "a ball", "-o", "-", "--png").Code);
        Assert.Equal(2, CliRun.InProcess("metrics", "-", "-").Code);
        Assert.Equal(2, CliRun.InProcess("compare", "-", "--trg", "a ball").Code);
        Assert.Equal(2, CliRun.InProcess("compare", Input, "--trg", "a ball", "-o", "-").Code);
        Assert.Equal(["a.svg"], _folder.Files);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void ALinkIsFollowedAndTheFileKeepsItsMode()
    {
        var file = _folder.Write("t.png", "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(_folder["link.png"], "t.png");
        var status = FileStatus.Of(file)!.Value;
        Assert.Equal(0, CliRun.InProcess("render", Input, _folder["link.png"]).Code);
        Assert.Equal("t.png", new FileInfo(_folder["link.png"]).LinkTarget);
        Assert.Equal(8, PictureReader.Read(file).Width);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(file));

        // A link that leads nowhere yet.
        File.CreateSymbolicLink(_folder["new.png"], "later.png");
        Assert.Equal(0, CliRun.InProcess("render", Input, _folder["new.png"]).Code);
        Assert.Equal("later.png", new FileInfo(_folder["new.png"]).LinkTarget);
        Assert.Equal(8, PictureReader.Read(_folder["later.png"]).Width);
    }

    [Fact]
    public void TheOwnerStays()
    {
        var file = _folder.Write("t.png", "old");
        using (var change = System.Diagnostics.Process.Start("chown", ["12345:23456", file])) change.WaitForExit(); // done by root alone
        string Owner()
        {
            using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u:%g", file]) { RedirectStandardOutput = true })!;
            return stat.StandardOutput.ReadToEnd();
        }
        var before = Owner();
        Assert.Equal(0, CliRun.InProcess("render", Input, file).Code);
        Assert.Equal(before, Owner());
        Assert.Equal(8, PictureReader.Read(file).Width);
    }

    [Fact]
    public void AnInputIsNeverWrittenOver()
    {
        Assert.Equal(0, CliRun.InProcess("render", Input, _folder["a.png"], "--size", "24").Code);
        File.CreateSymbolicLink(_folder["l.svg"], "a.svg");
        File.CreateSymbolicLink(_folder["b.after.png"], "a.png");
        var (svg, png) = (File.ReadAllBytes(Input), File.ReadAllBytes(_folder["a.png"]));
        foreach (var args in new string[][]
                 {
                     ["render", Input, Input], ["edit", Input, "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "-o", Input],
                     ["edit", _folder["l.svg"], "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "-o", Input],
                     ["image", _folder["a.png"], "--trg", "a ball", "-o", _folder["a.png"]],
                     ["fit", _folder["a.png"], "--from", Input, "-o", Input], ["fit", _folder["a.png"], "--film", _folder["a.png"], "-o", _folder["o.svg"]],
                     ["vectorize", _folder["a.png"], "--steps", "0", "--png", "-o", _folder["b.svg"]],
                     ["fit", _folder["a.png"], "--film", _folder["o.png"], "-o", _folder["o.png"]],
                 })
            Assert.Equal(2, CliRun.InProcess(args).Code);
        Assert.Equal(svg, File.ReadAllBytes(Input));
        Assert.Equal(png, File.ReadAllBytes(_folder["a.png"]));
    }

    [Theory]
    [InlineData("edit", "x.png", ".svg or .svgz")]
    [InlineData("edit", "x.JPG", ".svg or .svgz")]
    [InlineData("render", "x.svg", ".png")]
    public void ANameOfAnotherKindOfFileIsRefused(string command, string name, string said)
    {
        string[] args = command == "edit" ? ["edit", Input, "--trg", "a ball", "--no-losses", "-o", _folder[name]] : [command, Input, "-o", _folder[name]];
        var result = CliRun.InProcess(args);
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(["a.svg"], _folder.Files);
    }

    [Fact]
    public void APlaceThatCannotBeWrittenIsFoundBeforeTheModelIsLoaded()
    {
        // A model that is not there ends with 4: what ends with 2 was found before it.
        void Refused(string said, params string[] args)
        {
            var result = CliRun.InProcess(args);
            Assert.True(result.Code == 2, result.Error);
            Assert.Contains(said, result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }
        string[] edit = ["edit", Input, "--trg", "a ball", "--model", _folder["no-model"]];
        Assert.Equal(4, CliRun.InProcess([.. edit, "-o", _folder["o.svg"]]).Code);
        Refused("there is no folder", [.. edit, "-o", _folder["no/o.svg"]]);
        Refused("is a file, not a folder", [.. edit, "-o", Path.Combine(Input, "o.svg")]);
        Refused("takes no new files", [.. edit, "-o", "/proc/o.svg"]);
        Refused("too long", [.. edit, "-o", _folder[new string('a', 260) + ".svg"]]);
        Directory.CreateDirectory(_folder["o.svg.json"]);
        Refused("a folder", [.. edit, "-o", _folder["o.svg"]]);
        Refused("takes no new files", "compare", Input, "--trg", "a ball", "--model", "none/none", "-o", "/proc/o");
        Refused("there is no folder", "generate", "a ball", "--model", _folder["no-model"], "-o", _folder["no/o.png"]);
        Refused("there is no folder", "model", "convert", _folder["no-model"], "-o", _folder["no/o.safetensors"]);
        Assert.Equal(["a.svg"], _folder.Files);
    }

    [Fact]
    public void AFullDiskIsFoundBeforeTheFirstStep()
    {
        Outputs.RequireSpace("o.svg", 1000, free: 1000);
        var error = Assert.Throws<EditorException>(() => Outputs.RequireSpace("o.svg", 5 << 20, free: 1 << 20));
        Assert.Equal(EditorErrorKind.Usage, error.Kind);
        Assert.Contains("1 MiB left and this takes at least 5 MiB", error.Message, StringComparison.Ordinal);
        Outputs.RequireSpace(_folder["o.svg"], 1);
        Assert.Throws<EditorException>(() => Outputs.RequireSpace(_folder["o.svg"], long.MaxValue));
    }

    [Fact]
    public void CompressedDrawingsAreReadAndWritten()
    {
        var packed = _folder["b.svgz"];
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.NoCompression)) gzip.Write(File.ReadAllBytes(Input));
        Assert.Equal(0, CliRun.InProcess("edit", packed, "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0").Code);
        Assert.Equal(File.ReadAllBytes(packed), File.ReadAllBytes(_folder["b.a-ball.svgz"]));
        var record = JsonNode.Parse(File.ReadAllText(_folder["b.a-ball.svgz.json"]))!;
        Assert.Equal(RenderTests.Sha256(packed), (string?)record["input"]!["sha256"]);
        Assert.Equal(RenderTests.Sha256(packed), (string?)record["output"]!["sha256"]);

        Assert.Equal(0, CliRun.InProcess("edit", Input, "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "-o", _folder["c.svgz"]).Code);
        Assert.Equal(File.ReadAllBytes(Input), Unpacked(_folder["c.svgz"]));
        Assert.Equal(0, CliRun.InProcess("edit", _folder["c.svgz"], "--trg", "a ball", "--no-losses", "--model", _tiny, "--steps", "0", "-o", _folder["d.svg"]).Code);
        Assert.Equal(File.ReadAllBytes(Input), File.ReadAllBytes(_folder["d.svg"]));
        // The bytes say that it is compressed, not the name.
        File.Move(packed, _folder["named.svg"]);
        Assert.Equal(0, CliRun.InProcess("render", _folder["named.svg"], _folder["named.png"]).Code);
        Assert.Equal(0, CliRun.InProcess("image", _folder["named.svg"], "--trg", "a ball", "--model", _tiny, "--steps", "2", "-o", _folder["image.png"]).Code);
    }

    [Fact]
    public void AnInputWithoutAnEndIsRefused()
    {
        var bomb = _folder["bomb.svgz"];
        using (var gzip = new GZipStream(File.Create(bomb), CompressionLevel.SmallestSize))
            for (var i = 0; i < 70; i++) gzip.Write(new byte[1 << 20]);
        foreach (var input in new[] { bomb, "/dev/zero" })
        {
            var result = CliRun.InProcess("render", input, _folder["o.png"]);
            Assert.Equal(3, result.Code);
            Assert.Contains("larger than 64 MiB", result.Error, StringComparison.Ordinal);
        }
    }

    private static byte[] Unpacked(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
