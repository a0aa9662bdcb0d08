using System.Diagnostics;
using SvgDistill.Editor.Engine;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Tests;

/// <summary>What the C library keeps of freed tensors: alone, since how it keeps them is the process's.</summary>
[CollectionDefinition(nameof(FreedMemoryTests), DisableParallelization = true)]
[Collection(nameof(FreedMemoryTests))]
public sealed class FreedMemoryTests
{
    private const int Pieces = 24, PieceBytes = 12 << 20;

    [Fact]
    public void BeforeAFullSizeModel_FreedTensorsBetweenOnesThatStay_AreGivenBack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mallopt is glibc's");
        TensorEngine.Start();
        TensorEngine.GiveBackFreedMemory();
        try
        {
            var stay = new List<Tensor>();
            // The first round is what would make glibc put pieces of the second among those that stay.
            for (var round = 0; round < 2; round++) stay.AddRange(Interleaved());
            var before = Resident();
            stay.AddRange(Interleaved());
            var kept = Resident() - before;
            foreach (var tensor in stay) tensor.Dispose();
            Assert.True(kept < Pieces * (long)PieceBytes / 4, $"{kept >> 20} MB of {Pieces * (long)PieceBytes >> 20} stayed");
        }
        finally
        {
            TensorEngine.KeepFreedMemory();
        }
    }

    /// <summary>Large tensors, freed, and small ones made in between, which stay.</summary>
    private static List<Tensor> Interleaved()
    {
        var (large, small) = (new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < Pieces; i++)
        {
            large.Add(ones(PieceBytes / sizeof(float)));
            small.Add(ones(1000).DetachFromDisposeScope());
        }
        foreach (var tensor in large) tensor.Dispose();
        return small;
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
