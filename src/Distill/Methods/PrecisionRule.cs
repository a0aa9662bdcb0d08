namespace SvgDistill.Distill.Methods;

/// <summary>
/// Whether a network runs faster in bf16 on a CPU: decided from the CPU's flags and the network's width, never by timing,
/// so that one command gives one result on one kind of machine.
/// </summary>
public static class PrecisionRule
{
    /// <summary>
    /// Below this width the conversions cost more than the products save; Stable Diffusion's first level has 320 channels.
    /// </summary>
    public const int LeastChannels = 256;

    /// <summary>True where bf16 pays.</summary>
    /// <param name="bf16InHardware">Whether the CPU has AVX512-BF16 or AMX-BF16.</param>
    /// <param name="firstLevelChannels">The width of the network's first level, where most of the time goes.</param>
    public static bool PrefersBFloat16(bool bf16InHardware, int firstLevelChannels) =>
        bf16InHardware && firstLevelChannels >= LeastChannels;
}
