using SvgDistill.Rasterizer.Imaging;
using Xunit;

namespace SvgDistill.Rasterizer.Tests.Imaging;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgdistill-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Whoever is told that the name is theirs finds their bytes under it, and nobody else is told so.</summary>
    [Fact]
    public void OfManyThatWantANameOneGetsIt()
    {
        const int Rounds = 200, Wanting = 8;
        for (var round = 0; round < Rounds; round++)
        {
            var path = Path.Combine(_folder, $"{round}");
            var got = new bool[Wanting];
            using var start = new Barrier(Wanting);
            var threads = Enumerable.Range(0, Wanting).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                got[i] = AtomicFile.TryCreate(path, new[] { (byte)i });
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
            Assert.Equal([(byte)Array.IndexOf(got, true)], File.ReadAllBytes(path));
            Assert.Single(got, true);
        }
        Assert.Equal(Rounds, Directory.GetFiles(_folder).Length);
    }
}
