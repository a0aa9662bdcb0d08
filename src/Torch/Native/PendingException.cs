using System.Runtime.ExceptionServices;

namespace TorchSharp.Native;

/// <summary>
/// Carries an exception thrown by a C# backward function over the C++ engine: kept here, turned into an error code, and
/// thrown again once the native call has returned. The engine may run the function on a thread of its own (CUDA), so
/// the slot is not thread-local.
/// </summary>
internal static class PendingException
{
    private static ExceptionDispatchInfo? pending;

    internal static void Keep(Exception e) => Interlocked.Exchange(ref pending, ExceptionDispatchInfo.Capture(e));

    internal static void Rethrow() => Interlocked.Exchange(ref pending, null)?.Throw();
}
