using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion;

/// <summary>
/// Two halves of a piece of work at the same time, each with the engine on one thread. For small networks that beats the engine's own
/// two threads, which wait for each other after every operation: longer than the operations take where another program wants a core.
/// What each half computes does not depend on how many cores there are.
/// </summary>
internal static class TwoHands
{
    private static readonly Lock gate = new();
    private static readonly SemaphoreSlim wanted = new(0), done = new(0);
    private static Action? job;
    private static ExceptionDispatchInfo? failure;
    private static Thread? worker;

    /// <summary>Runs both to their ends; an exception comes out of here, the first one's where both throw.</summary>
    public static void Run(Action first, Action second)
    {
        lock (gate)
        {
            failure = null;
            var threads = get_num_threads();
            set_num_threads(1);
            if (worker is null)
            {
                worker = new Thread(Work) { IsBackground = true, Name = "second hand" };
                worker.Start();
            }
            job = second;
            wanted.Release();
            try
            {
                first();
            }
            finally
            {
                done.Wait();
                set_num_threads(threads);
            }
            failure?.Throw();
        }
    }

    /// <summary>Runs something with the engine on one thread, where two would wait for each other.</summary>
    public static void One(Action action)
    {
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            action();
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>Two halves of a batch, computed at the same time and joined.</summary>
    public static Tensor Join(Func<Tensor> first, Func<Tensor> second)
    {
        var parts = new Tensor?[2];
        try
        {
            // The second half's tensors are made on a thread without a scope: what is kept of them has to be let go here.
            Run(() => parts[0] = first().DetachFromDisposeScope(), () => parts[1] = second().DetachFromDisposeScope());
            return cat([parts[0]!, parts[1]!], 0);
        }
        finally
        {
            foreach (var part in parts) part?.Dispose();
        }
    }

    private static void Work()
    {
        // libtorch's number of threads is the calling thread's own.
        set_num_threads(1);
        while (true)
        {
            wanted.Wait();
            try
            {
                using var noGrad = no_grad();
                job!();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error); // Thrown where the work was asked for.
            }
            done.Release();
        }
    }
}
