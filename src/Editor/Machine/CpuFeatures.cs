using System.Runtime.Intrinsics.X86;

namespace SvgDistill.Editor.Machine;

/// <summary>The CPU's vector and matrix instructions that decide how fast the network and the rasterizer run.</summary>
internal sealed record CpuFeatures(bool Avx2, bool Avx512, bool Avx512Bf16, bool AmxBf16)
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

    public override string ToString()
    {
        string[] names = [Avx2 ? "AVX2" : "", Avx512 ? "AVX-512" : "", Avx512Bf16 ? "AVX-512 BF16" : "", AmxBf16 ? "AMX BF16" : ""];
        var found = string.Join(", ", names.Where(n => n.Length > 0));
        return found.Length > 0 ? found : "none of AVX2, AVX-512, BF16, AMX";
    }
}
