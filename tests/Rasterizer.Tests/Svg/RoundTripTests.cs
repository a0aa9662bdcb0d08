using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

public sealed class RoundTripTests
{
    /// <summary>Every drawing of the conformance folder and the examples.</summary>
    public static IEnumerable<string> Files() =>
        new[] { TestPaths.Conformance, Path.Combine(TestPaths.Root, "examples"),
            Path.Combine(TestPaths.Root, "bench", "inputs") }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.svg", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);

    private static void ForEachFile(Action<string, int, List<string>> check)
    {
        var (failures, count) = (new List<string>(), 0);
        foreach (var file in Files())
        {
            try
            {
                check(file, count++, failures);
            }
            catch (SvgException e)
            {
                failures.Add(e.Message);
            }
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(count > 0, $"There is no file in {TestPaths.Conformance}.");
    }

    [Fact]
    public void Files_without_a_change_keep_their_bytes() => ForEachFile((file, _, failures) =>
    {
        var bytes = File.ReadAllBytes(file);
        var document = SvgDocument.Load(file);
        if (!document.ToBytes().AsSpan().SequenceEqual(bytes)) failures.Add($"{file}: ToBytes");
        foreach (var options in (SceneOptions[])[new(), new() { Optimize = OptimizeKinds.All,
            Move = MoveUnits.Elements }, new() { FreeShapes = true, Move = MoveUnits.Groups }])
        {
            var scene = SvgSceneReader.Read(document, options);
            if (!SvgWriter.Write(scene, scene.Scene.InitialValues()).AsSpan().SequenceEqual(bytes))
                failures.Add($"{file}: Write with {options}");
        }
    });

    [Fact]
    public void Moving_one_element_changes_its_numbers_only_and_reads_back()
    {
        var moved = 0;
        ForEachFile((file, number, failures) =>
        {
            var scene = SvgSceneReader.Read(SvgDocument.Load(file));
            var theta = scene.Scene.InitialValues();
            var elements = scene.Scene.Parameters.Where(p => p.IsLeaf).Select(p =>
                p.Element.Order).Distinct().ToArray();
            if (elements.Length == 0) return;
            var random = new Random(number);
            var order = elements[random.Next(elements.Length)];
            Move(scene.Scene, theta, order, random);
            moved++;

            var written = SvgDocument.Parse(SvgWriter.Write(scene, theta), file);
            var (before, after) = (scene.Document.Text, written.Text);
            var element = scene.Document.Elements[order];
            var (start, end) = element.LocalName == "style"
                ? (element.Texts[0].Start, element.Texts[^1].Start + element.Texts[^1].RawLength)
                : (element.Start, element.InsertAt);
            if (before == after || before[..start] != after[..start] || !after.EndsWith(before[end..],
                StringComparison.Ordinal))
                failures.Add($"{file}: the text changed outside element {order}");

            var (structure, numbers) = SceneNumbers.Of(scene.Scene, theta);
            var again = SvgSceneReader.Read(written).Scene;
            var (structureAgain, numbersAgain) = SceneNumbers.Of(again, again.InitialValues());
            if (structure != structureAgain)
                failures.Add($"{file}: another structure after reading back element {order}");
            else if (numbers.Zip(numbersAgain, (a, b) => Math.Abs(a - b)).Max() is > 1e-3 and var error)
                failures.Add($"{file}: element {order} is off by {error}");
        });
        Assert.True(moved > 0, "No file had anything to move.");
    }

    // Lengths by up to a hundredth of the canvas; colours to others that eight bits can say.
    private static void Move(Scene scene, double[] theta, int order, Random random)
    {
        for (var i = 0; i < theta.Length; i++)
        {
            var p = scene.Parameters[i];
            if (!p.IsLeaf || p.Element.Order != order) continue;
            theta[i] = p.Kind == ParameterKind.Color
                ? (Math.Round(255 * p.Initial) + 1 + random.Next(200)) % 256 / 255
                : Math.Clamp(p.Initial + p.Unit * (.001 + .009 * random.NextDouble()), p.Minimum, p.Maximum);
        }
    }

    [Fact]
    public void Files_in_another_encoding_keep_their_bytes() => ForEachFile((file, _, failures) =>
    {
        var text = File.ReadAllText(file).ReplaceLineEndings("\r\n");
        foreach (var encoding in (Encoding[])[new UTF8Encoding(true), new UnicodeEncoding(false, true),
            new UnicodeEncoding(true, true)])
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
            var scene = SvgSceneReader.Read(SvgDocument.Parse(bytes, file));
            if (!SvgWriter.Write(scene, scene.Scene.InitialValues()).AsSpan().SequenceEqual(bytes))
                failures.Add($"{file}: {encoding.EncodingName}");
        }
    });
}
