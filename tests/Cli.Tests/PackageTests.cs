using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>The libraries as NuGet packages: a project outside this tree edits with them, by the programs that docs/library.md and README show.</summary>
[Trait("Category", "Slow")]
public sealed class PackageTests : IDisposable
{
    private const string Remote = "packed";
    private const string Origin = "https://github.com/example/svgdistill";

    private static readonly string[] _names = ["SvgDistill.Rasterizer", "SvgDistill.Diffusion", "SvgDistill.Distill", "SvgDistill.Editor"];

    private readonly TempFolder _folder = new();
    // NuGet keeps what it has unpacked by version: each run has its own.
    private readonly string _version = $"0.0.1-test{Environment.ProcessId}x{Environment.TickCount64}";

    public void Dispose()
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        foreach (var name in _names)
            if (Path.Combine(cache, name.ToLowerInvariant(), _version) is var unpacked && Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        _folder.Dispose();
    }

    [Fact]
    public void AProjectOutsideTheTreeEditsByThePackagesAlone()
    {
        // Where the sources are, which Source Link asks git's configuration for: any of its files may say it, and a clone has an origin of its own.
        Directory.CreateDirectory(_folder["config/git"]);
        File.WriteAllText(_folder["config/git/config"], $"[remote \"{Remote}\"]\n\turl = {Origin}\n");
        Dotnet(TestPaths.Root, "pack", "SvgDistill.sln", "-c", "Release", "--nologo", "-nodeReuse:false", "--artifacts-path", _folder["build"],
            "-o", _folder["feed"], $"-p:Version={_version}", $"-p:GitRepositoryRemoteName={Remote}");
        Assert.Equal(_names.Order(StringComparer.Ordinal), Directory.EnumerateFiles(_folder["feed"], "*.nupkg")
            .Select(f => Path.GetFileName(f).Replace($".{_version}.nupkg", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var name in _names) HoldsWhatAPackageShould(name);

        var input = Path.Combine(TestPaths.Root, "examples/apple.svg");
        var parts = Build("user", "SvgDistill.Distill", "docs/library.md", 10, 22);
        Assert.True(File.Exists(_folder["user/bin/Release/net10.0/clip-tokenizer/vocab.json"]));
        Dotnet(_folder["user"], parts, input, "a red apple", "a pear", TestPaths.IconPrior, _folder["pear.svg"]);
        Assert.NotEqual(File.ReadAllText(input), File.ReadAllText(_folder["pear.svg"]));
        Assert.Equal(Ids(input), Ids(_folder["pear.svg"]));

        var whole = Build("editor", "SvgDistill.Editor", "README.md", 8, 15);
        Dotnet(_folder["editor"], whole, TestPaths.IconPrior, Path.Combine(TestPaths.Root, "examples/owl.svg"), _folder["monkey.svg"]);
        Assert.Equal(0, CliRun.InProcess("edit", Path.Combine(TestPaths.Root, "examples/owl.svg"), "--src", "an owl", "--trg", "a monkey", "--seed", "3",
            "--steps", "100", "-o", _folder["cli.svg"]).Code);
        Assert.Equal(File.ReadAllText(_folder["cli.svg"]), File.ReadAllText(_folder["monkey.svg"]));
        Assert.Equal("a monkey", (string?)JsonNode.Parse(File.ReadAllText(_folder["monkey.svg.json"]))!["options"]!["trg"]);
    }

    /// <summary>Builds the program that a page shows first, in a folder of its own, with one package of the feed.</summary>
    private string Build(string folder, string package, string page, int fewest, int most)
    {
        Directory.CreateDirectory(_folder[folder]);
        File.WriteAllText(_folder[$"{folder}/nuget.config"], """<configuration><packageSources><add key="local" value="../feed" /></packageSources></configuration>""");
        File.WriteAllText(_folder[$"{folder}/{folder}.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{_version}" />
                <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" Condition="$([MSBuild]::IsOSPlatform('Linux'))" />
                <PackageReference Include="SkiaSharp.NativeAssets.Linux.NoDependencies" Version="4.155.0" Condition="$([MSBuild]::IsOSPlatform('Linux'))" />
            <PackageReference Include="libtorch-cpu-win-x64" Version="2.10.0" Condition="$([MSBuild]::IsOSPlatform('Windows'))" />
                <PackageReference Include="libtorch-cpu-osx-arm64" Version="2.10.0" Condition="$([MSBuild]::IsOSPlatform('OSX'))" />
              </ItemGroup>
            </Project>
            """);
        var shown = File.ReadAllText(Path.Combine(TestPaths.Root, page));
        var program = shown.Split("```csharp\n")[1].Split("```")[0];
        Assert.InRange(program.Split('\n').Count(line => line.Length > 0), fewest, most);
        File.WriteAllText(_folder[$"{folder}/Program.cs"], program);
        Dotnet(_folder[folder], "build", "-c", "Release", "--nologo", "-nodeReuse:false");
        return $"bin/Release/net10.0/{folder}.dll";
    }

    private void HoldsWhatAPackageShould(string name)
    {
        using var package = ZipFile.OpenRead(_folder[$"feed/{name}.{_version}.nupkg"]);
        string[] files = [.. package.Entries.Select(e => e.FullName)];
        foreach (var file in new[] { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md", "LICENSE", "THIRD-PARTY-NOTICES.md" }) Assert.Contains(file, files);
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().First();
        string Of(string element) => metadata.Elements().Single(e => e.Name.LocalName == element).Value;
        Assert.Equal(("MIT", "README.md"), (Of("license"), Of("readme")));
        Assert.NotEqual("Package Description", Of("description"));
        Assert.Equal(Origin, (string?)metadata.Elements().Single(e => e.Name.LocalName == "repository").Attribute("url"));

        using var symbols = ZipFile.OpenRead(_folder[$"feed/{name}.{_version}.snupkg"]);
        using var pdb = symbols.GetEntry($"lib/net10.0/{name}.pdb")!.Open();
        using var bytes = new MemoryStream();
        pdb.CopyTo(bytes);
        Assert.True(bytes.ToArray().AsSpan().IndexOf("raw.githubusercontent.com/example/svgdistill"u8) >= 0, "the symbols say where the sources are");
    }

    private static string[] Ids(string svg) => [.. XDocument.Load(svg).Descendants().Select(e => $"{e.Name.LocalName} {(string?)e.Attribute("id")}")];

    private void Dotnet(string folder, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CONFIG_HOME"] = _folder["config"];
        using var process = Process.Start(start)!;
        var result = CliRun.Finish(process);
        Assert.True(result.Code == 0, $"dotnet {string.Join(' ', args)}:\n{result.Output}\n{result.Error}");
    }
}
