using System.Diagnostics;
using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Tests.Conformance;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>
/// Damaged drawings: whatever the bytes, reading, drawing and writing end soon, and only in the documented error. Nothing else may run meanwhile:
/// processor time and memory are the whole process's.
/// </summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests
{
    private const int Side = 48;
    // Processor time: by the clock, another process may hold the machine up.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);
    // Far below what the limits of a file allow (SvgLimits), since these pictures are small.
    private const long MemoryLimit = 2L << 30;

    private static readonly string[] _tokens =
    [
        "<", ">", "/>", "</g>", "<g>", "&", "&#x0;", "&amp;", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE svg [<!ENTITY a '&b;&b;'><!ENTITY b 'xx'>]>", "&a;",
        "\"", "'", "=", "#", "1e999", "-1e308", "1e-320", "99999999999", "0", "-1", "NaN", "Infinity", "%", "em", "url(#a)", "url(#", "var(--a)", "inherit", "none",
        "<use href=\"#a\"/>", "<use xlink:href='#b' width='1e9'/>", "<g id='a'><use href='#a'/></g>", " id='a'", " id='b'", " mask='url(#a)'", " clip-path='url(#b)'",
        " fill='url(#a)'", " marker-mid='url(#b)'", " transform='scale(1e8)'", " transform='scale(0)'", " viewBox='0 0 0 0'", " viewBox='0 0 1e-9 1e9'", " d='M0 0'",
        " stroke-dasharray='1e-9'", " stroke-width='1e9'", " style='fill:red;", "{", "}", "*{fill:red}", "@import", "<style>", "</style>", "\0", "\uFFFF", "é",
        " preserveAspectRatio='none'", " width='100%'", " height='1e-9'", "A1 1 0 0 1 5 5", "z", "Q", " patternUnits='userSpaceOnUse'", " opacity='.5'",
        " filter='url(#a)'", " filter='blur(1e9px) drop-shadow(1px -1e9px 3px)'", "<filter id='a'><feFlood/></filter>", " filterUnits='userSpaceOnUse'",
        " primitiveUnits='objectBoundingBox'", "<feGaussianBlur stdDeviation='1e9 0'/>", "<feImage href='#a'/>", "<feTile/>", "<feMorphology radius='1e9'/>",
        "<feTurbulence baseFrequency='.1' numOctaves='1e9'/>", " in='a'", " result='a'", " scale='1e9'",
        "<text y='9'>a", "</text>", "<tspan dx='1e9'>b", "<textPath href='#a'>c", "<tref href='#a'/>", " x='1 2 3'", " rotate='45 90'", " textLength='1e9'",
        " font-weight='900'", " font-style='oblique'", "<image width='9' href='data:image/svg+xml,&lt;svg xmlns=&quot;http://www.w3.org/2000/svg&quot;>&lt;circle r=&quot;9&quot;/>&lt;/svg>'/>",
        "<image height='1e9' href='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1Pe'/>", " image-rendering='pixelated'", " letter-spacing='-1e8'", " font-size='1e9'", " font-size='0'", " writing-mode='tb'", " text-decoration='underline'", "\u05D0\u202E", "\U0001F600",
    ];

    [Fact]
    public void Damaged_files_end_in_the_documented_error() => Run(0, 500);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_damaged_files_end_in_the_documented_error() => Run(500, 10_000);

    private static void Run(int first, int count)
    {
        var corpus = RoundTripTests.Files().Select(File.ReadAllBytes).Where(b => b.Length < 60_000 && IsSmall(b)).ToArray();
        var (failures, read, memory) = (new List<string>(), 0, PeakMemory());
        for (var seed = first; seed < first + count; seed++)
        {
            var bytes = Mutate(corpus, new Random(seed));
            var start = Environment.CpuUsage.TotalTime;
            try
            {
                if (Use(bytes, seed)) read++;
            }
            catch (Exception e)
            {
                failures.Add($"seed {seed}: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0]}");
            }
            var spent = Environment.CpuUsage.TotalTime - start;
            if (spent > _limit) failures.Add($"seed {seed}: {spent}");
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        // Mutations that are all refused at once would test the parser only.
        Assert.InRange(read, count / 10, count - count / 10);
        Assert.InRange(PeakMemory(), 0, Math.Max(memory, MemoryLimit));
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    // Drawings of tens of thousands of parts take seconds, whatever is wrong with them.
    private static bool IsSmall(byte[] bytes)
    {
        try
        {
            return Parts(SvgSceneReader.Read(SvgDocument.Parse(bytes, "fuzz.svg"), ConformanceCases.Options).Scene.Root) < 10_000;
        }
        catch (SvgException)
        {
            return true;
        }

        static int Parts(SceneNode node) => node is GroupNode group ? group.Children.Sum(Parts) : 1;
    }

    // True where the damage left something that could be read.
    private static bool Use(byte[] bytes, int seed)
    {
        SvgScene scene;
        try
        {
            var document = SvgDocument.Parse(bytes, "fuzz.svg");
            Assert.Equal(bytes, document.ToBytes());
            var options = new SceneOptions { Optimize = OptimizeKinds.All, Move = (MoveUnits)(seed % 3), Fonts = ConformanceCases.Options.Fonts,
                FreeShapes = seed % 2 == 0 };
            scene = SvgSceneReader.Read(document, options);
        }
        catch (SvgException)
        {
            return false;
        }
        var theta = scene.Scene.InitialValues();
        Assert.Equal(bytes, SvgWriter.Write(scene, theta));
        Draw(scene, theta);
        for (var i = 0; i < theta.Length; i++)
            theta[i] = Math.Clamp(theta[i] + 1e-3 * scene.Scene.Parameters[i].Unit, scene.Scene.Parameters[i].Minimum,
                scene.Scene.Parameters[i].Maximum);
        // What is written is well-formed.
        SvgDocument.Parse(SvgWriter.Write(scene, theta), "written.svg");
        return true;
    }

    private static void Draw(SvgScene scene, double[] theta)
    {
        var rasterizer = new SceneRasterizer(scene.Scene, Side, Side);
        var picture = rasterizer.Forward(theta).Data;
        foreach (var value in picture) Assert.InRange(value, -1e-3f, 1 + 1e-3f);
        var gradient = new double[theta.Length];
        rasterizer.Backward(Enumerable.Range(0, picture.Length).Select(i => 1 + i % 3f).ToArray(), gradient);
        for (var i = 0; i < gradient.Length; i++)
            Assert.True(double.IsFinite(gradient[i]), $"{scene.Scene.Parameters[i]}: {gradient[i]}");
    }

    private static byte[] Mutate(byte[][] corpus, Random random)
    {
        var bytes = corpus[random.Next(corpus.Length)].ToList();
        for (var n = 1 + random.Next(4); n > 0; n--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(9))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(200),
                        other.Length - from)).ToArray());
                    break;
                default:
                    // At a boundary of a value or tag, so that much of what results can still be read.
                    var token = Encoding.UTF8.GetBytes(_tokens[random.Next(_tokens.Length)]);
                    var place = bytes.FindIndex(at, b => b is (byte)' ' or (byte)'>' or (byte)'"' or (byte)'<');
                    bytes.InsertRange(place < 0 ? at : place, token);
                    break;
            }
        }
        return [.. bytes];
    }
}
