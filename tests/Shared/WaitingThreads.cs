using System.Runtime.CompilerServices;

namespace SvgDistill.Tests;

/// <summary>The tensor engine's threads sleep while they wait, as they do in the program.</summary>
internal static class WaitingThreads
{
    [ModuleInitializer]
    internal static void KeepFromSpinning() => Rasterizer.Tensors.WaitingThreads.KeepFromSpinning();
}
