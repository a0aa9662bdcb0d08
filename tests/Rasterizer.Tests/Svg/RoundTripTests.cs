using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class RoundTripTests
{
    public static IEnumerable<string> Files() => Directory.EnumerateFiles(TestPaths.Conformance, "*.svg", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    [Fact]
    public void Files_without_a_change_keep_their_bytes()
    {
        var failures = new List<string>();
        foreach (var file in Files())
        {
            try
            {
                var bytes = File.ReadAllBytes(file);
                var document = SvgDocument.Load(file);
                if (!document.ToBytes().AsSpan().SequenceEqual(bytes)) failures.Add($"{file}: ToBytes");
                var scene = SvgSceneReader.Read(document, new SceneOptions { Optimize = OptimizeKinds.All });
                if (!SvgWriter.Write(scene, scene.Scene.InitialValues()).AsSpan().SequenceEqual(bytes)) failures.Add($"{file}: Write");
            }
            catch (Exception e)
            {
                failures.Add($"{file}: {e.GetType().Name} {e.Message}");
            }
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
