namespace SvgDistill.Editor.Measuring;

/// <summary>What measuring is asked to use.</summary>
/// <param name="Clip">A CLIPModel folder, or null for the default one.</param>
/// <param name="Lpips">A file of LPIPS weights, or null.</param>
/// <param name="Classes">Class prompts.</param>
/// <param name="Side">Side of the pictures compared.</param>
internal sealed record MeasuringRequest(string? Clip, string? Lpips, IReadOnlyList<string> Classes, int Side);
