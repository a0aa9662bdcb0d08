using System.Runtime.ExceptionServices;

namespace SvgDistill.Training;

/// <summary>Work on many icons by as many threads as there are processors.</summary>
internal static class SideBySide
{
    /// <summary>Does something for 0 to count; the first error ends it, as if it had been a loop.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void For(int count, Action<int> action, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, action);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
