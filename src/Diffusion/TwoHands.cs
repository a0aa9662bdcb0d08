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
    private static readonly Lock _gate = new();
    private static readonly SemaphoreSlim _wanted = new(0), _done = new(0);
    private static Action? _job;
    private static ExceptionDispatchInfo? _failure;
    private static Thread? _worker;

    /// <summary>Runs both to their ends; an exception comes out of here, the first one's where both throw.</summary>
    public static void Run(Action first, Action second)
    {
        lock (_gate)
        {
            _failure = null;
            var threads = get_num_threads();
            set_num_threads(1);
            if (_worker is null)
            {
                _worker = new Thread(Work) { IsBackground = true, Name = "second hand" };
                _worker.Start();
            }
            _job = second;
            _wanted.Release();
            try
            {
                first();
            }
            finally
            {
                _done.Wait();
                set_num_threads(threads);
            }
            _failure?.Throw();
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
            _wanted.Wait();
            try
            {
                using var noGrad = no_grad();
                _job!();
            }
            catch (Exception error)
            {
                _failure = ExceptionDispatchInfo.Capture(error); // Thrown where the work was asked for.
            }
            _done.Release();
        }
    }
}
