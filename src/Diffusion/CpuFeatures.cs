using System.Runtime.Intrinsics.X86;

namespace SvgDistill.Diffusion;

/// <summary>The CPU's vector and matrix instructions that decide how fast the network and the rasterizer run.</summary>
/// <param name="Avx2">256 bits of numbers at once.</param>
/// <param name="Avx512">512 bits.</param>
/// <param name="Avx512Bf16">Products of bf16 among them.</param>
/// <param name="AmxBf16">Products of bf16 in tiles.</param>
public sealed record CpuFeatures(bool Avx2, bool Avx512, bool Avx512Bf16, bool AmxBf16)
{
    /// <summary>What CPUID says of this machine (Intel SDM vol. 2A, CPUID leaf 7); all false elsewhere than on x86.</summary>
    public static CpuFeatures Detect()
    {
        if (!X86Base.IsSupported) return new(false, false, false, false);
        var bf16 = false;
        var amx = false;
        if (X86Base.CpuId(0, 0).Eax >= 7)
        {
            var (maximumSubleaf, _, _, edx) = X86Base.CpuId(7, 0);
            // Leaf 7.0 EDX: bit 22 AMX-BF16, bit 24 AMX-TILE. Leaf 7.1 EAX: bit 5 AVX512_BF16.
            amx = (edx >> 22 & 1) == 1 && (edx >> 24 & 1) == 1;
            bf16 = maximumSubleaf >= 1 && (X86Base.CpuId(7, 1).Eax >> 5 & 1) == 1;
        }
        return new(System.Runtime.Intrinsics.X86.Avx2.IsSupported, Avx512F.IsSupported, bf16 && Avx512F.IsSupported, amx);
    }

    /// <summary>True where bf16 arithmetic is done in hardware.</summary>
    public bool FastBf16 => Avx512Bf16 || AmxBf16;

    /// <summary>Their names, as <c>doctor</c> shows them.</summary>
    public override string ToString()
    {
        string[] names = [Avx2 ? "AVX2" : "", Avx512 ? "AVX-512" : "", Avx512Bf16 ? "AVX-512 BF16" : "", AmxBf16 ? "AMX BF16" : ""];
        var found = string.Join(", ", names.Where(n => n.Length > 0));
        return found.Length > 0 ? found : "none of AVX2, AVX-512, BF16, AMX";
    }
}
