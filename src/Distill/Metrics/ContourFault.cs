using System.Collections.Immutable;

namespace SvgDistill.Distill.Metrics;

/// <summary>What can be wrong with a contour that was right in the source.</summary>
public enum FaultKind
{
    /// <summary>It crosses itself, or another contour of its path.</summary>
    Crossing,
    /// <summary>It folds onto itself.</summary>
    Sliver,
}

/// <summary>A place of an edited path that is wrong and was not in the source.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Spans">The parts of the path that make it.</param>
public sealed record ContourFault(FaultKind Kind, ImmutableArray<ContourSpan> Spans);

/// <summary>Consecutive segments of a contour, over its end where <paramref name="Last"/> is less than <paramref name="First"/>.</summary>
/// <param name="Contour">The contour.</param>
/// <param name="First">The first segment.</param>
/// <param name="Last">The last segment.</param>
public readonly record struct ContourSpan(int Contour, int First, int Last);
