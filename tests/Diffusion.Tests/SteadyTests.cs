using SvgDistill.Diffusion.Differentiation;
using Xunit;

namespace SvgDistill.Diffusion.Tests;

/// <summary>Collections are the whole process's: nothing else may run meanwhile.</summary>
[Collection(typeof(AloneInTheProcess))]
public class SteadyTests
{
    [Fact]
    public void NothingIsCollectedWithinAStretchAndAllIsBetweenThem()
    {
        const int Steps = 100, Objects = 20_000; // Three megabytes a step, many times what a stretch may allocate in all.
        var (collected, all) = (0, GC.CollectionCount(0));
        for (var step = 0; step < Steps; step++)
        {
            using var steady = Steady.Begin();
            using var nested = Steady.Begin();
            var before = GC.CollectionCount(0);
            for (var i = 0; i < Objects; i++) GC.KeepAlive(new byte[128]);
            collected += GC.CollectionCount(0) - before;
        }
        Assert.Equal(0, collected);
        Assert.NotEqual(all, GC.CollectionCount(0));
    }

    /// <summary>What stretches allocated is given back: 300 MB here, of which one stretch's at most is left.</summary>
    [Fact]
    public void WhatStretchesAllocatedDoesNotPileUp()
    {
        const int Stretches = 100, Objects = 20_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var stretch = 0; stretch < Stretches; stretch++)
        {
            using var steady = Steady.Begin();
            for (var i = 0; i < Objects; i++) GC.KeepAlive(new byte[128]);
        }
        Assert.True(GC.GetTotalMemory(forceFullCollection: false) - before < 50 << 20);
    }
}
