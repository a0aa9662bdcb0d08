using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>What <c>scripts/publish</c> makes runs where nothing else is.</summary>
[Trait("Category", "Slow")]
public sealed class PublishTests : IDisposable
{
    private const int MostMegabytes = 250;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheLinuxArchiveEditsWithoutTheSdk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the archive is for Linux, and made there");
        var published = Run(Path.Combine(TestPaths.Root, "scripts/publish"), TestPaths.Root, null, "linux-x64");
        Assert.True(published.Code == 0, published.Error);
        var archive = Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "artifacts/publish"), "svgdistill-*-linux-x64.tar.gz").Single();
        Assert.InRange(new FileInfo(archive).Length, 1, MostMegabytes * 1_000_000L);
        Assert.Contains($"{Sha256(archive)}  {Path.GetFileName(archive)}", File.ReadAllLines(Path.Combine(TestPaths.Root, "artifacts/publish/SHA256SUMS")));

        Assert.Equal(0, Run("/usr/bin/tar", _folder.Path, null, "-xzf", archive).Code);
        var root = Assert.Single(Directory.EnumerateDirectories(_folder.Path));
        HoldsWhatItShould(root);
        var features = Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "artifacts/publish"), "svgdistill-*-resnet18.tar.gz").Single();
        Assert.Equal(0, Run("/usr/bin/tar", root, null, "-xzf", features).Code);

        // Nothing on the path, a working directory elsewhere, and a program folder that nobody may write to (root may all the same).
        Assert.Equal(0, Run("/bin/chmod", _folder.Path, null, "-R", "a-w", root).Code);
        try
        {
            var elsewhere = Directory.CreateDirectory(_folder["elsewhere"]).FullName;
            var before = Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Count();
            var edit = Run(Path.Combine(root, "svgdistill"), elsewhere, "/nowhere", "edit", Path.Combine(root, "examples/apple.svg"), "--trg", "a pear", "--steps", "2", "-o", "pear.svg");
            Assert.True(edit.Code == 0, edit.Error);
            Assert.NotEqual(File.ReadAllText(Path.Combine(root, "examples/apple.svg")), File.ReadAllText(Path.Combine(elsewhere, "pear.svg")));
            var list = Path.Combine(elsewhere, "pairs.json");
            File.Copy(Path.Combine(root, "examples/apple.svg"), Path.Combine(elsewhere, "apple.svg"));
            File.WriteAllText(list, "[ { \"before\": \"apple.svg\", \"after\": \"pear.svg\", \"trg\": \"a pear\" } ]");
            var evaluated = Run(Path.Combine(root, "svgdistill"), elsewhere, "/nowhere", "evaluate", list, "--steps", "1", "--json");
            Assert.True(evaluated.Code == 0, evaluated.Error);
            Assert.InRange((double)JsonNode.Parse(evaluated.Output)!["summary"]!["rows"]!["no-op"]!["resnet_after_median"]!, .5, 1);
            var doctor = Run(Path.Combine(root, "svgdistill"), elsewhere, "/nowhere", "doctor", "--json");
            Assert.True(doctor.Code == 0, doctor.Output);
            Assert.Contains(Path.Combine(root, "models/icon-prior"), (string)JsonNode.Parse(doctor.Output)!["parts"]!["model"]!["details"]!["path"]!, StringComparison.Ordinal);
            Assert.Equal(before, Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Count());
        }
        finally
        {
            Run("/bin/chmod", _folder.Path, null, "-R", "u+w", root);
        }
    }

    private static void HoldsWhatItShould(string root)
    {
        string[] files = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f))];
        foreach (var name in new[] { "LICENSE", "THIRD-PARTY-NOTICES.md", "README.md", "licences/Microsoft.NETCore.App.Runtime.linux-x64-LICENSE.TXT",
            "licences/Microsoft.NETCore.App.Runtime.linux-x64-THIRD-PARTY-NOTICES.TXT",
            "licences/libtorch-cpu-linux-x64-LICENSE-LIBTORCH.txt", "licences/TorchSharp-LICENSE.txt", "licences/Microsoft.ML.OnnxRuntime-LICENSE",
            "libonnxruntime.so", "libSkiaSharp.so", "libHarfBuzzSharp.so",
            "licences/SkiaSharp.NativeAssets.Linux.NoDependencies-THIRD-PARTY-NOTICES.txt", "models/icon-prior/selfcheck.safetensors" })
            Assert.Contains(name, files);
        Assert.DoesNotContain(files, f => f.StartsWith("resnet18", StringComparison.Ordinal) || f.Contains("torch_python", StringComparison.Ordinal) || f.Contains("_test.so", StringComparison.Ordinal)
            || f.Contains("nnapi", StringComparison.Ordinal));

        var sbom = JsonNode.Parse(File.ReadAllText(Path.Combine(root, "sbom.cdx.json")))!;
        Assert.Equal("CycloneDX", (string?)sbom["bomFormat"]);
        string[] components = [.. sbom["components"]!.AsArray().Select(c => $"{c!["name"]} {(c["hashes"] is null ? "" : "hashed")}".Trim())];
        foreach (var name in new[] { "TorchSharp hashed", "libtorch-cpu-linux-x64 hashed", "System.CommandLine hashed", "Spectre.Console hashed", "icon-prior hashed", "Microsoft.NETCore.App.Runtime.linux-x64" })
            Assert.Contains(name, components);
    }

    private static string Sha256(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static CliResult Run(string program, string folder, string? path, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (path is not null)
        {
            start.Environment["PATH"] = path;
            foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("DOTNET", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        }
        using var process = Process.Start(start)!;
        return CliRun.Finish(process);
    }
}
