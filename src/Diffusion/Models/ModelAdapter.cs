using SvgDistill.Diffusion.Adapters;

namespace SvgDistill.Diffusion.Models;

/// <summary>An adapter that was added to a model, as records name it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Its file.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Scale">Its weight; null where it has none.</param>
/// <param name="Word">The word that it stands for; null where it has none.</param>
public sealed record ModelAdapter(AdapterKind Kind, string Path, string Sha256, double? Scale = null, string? Word = null);
