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

    /// <summary>Runs both; an exception of either comes out of here, the first one's first.</summary>
    public static void Run(Action first, Action second)
    {
        lock (gate)
        {
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
            }
            Interlocked.Exchange(ref failure, null)?.Throw();
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
