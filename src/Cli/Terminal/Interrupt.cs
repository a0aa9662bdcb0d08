using System.Runtime.InteropServices;

namespace SvgDistill.Cli.Terminal;

/// <summary>
/// Ctrl-C (SIGINT) and SIGTERM: the first asks the command to stop at the next step and to write what it has;
/// the second ends the process at once with 130.
/// </summary>
internal sealed partial class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Screen _screen;

    public Interrupt(Screen screen)
    {
        _screen = screen;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true; // keep the process: it ends by itself
        if (_source.IsCancellationRequested) ExitAtOnce();
        _screen.Say("stopping after this step; press Ctrl-C again to stop at once without writing anything");
        _source.Cancel();
    }

    // Environment.Exit would unload libtorch under a thread that computes in it.
    private static void ExitAtOnce()
    {
        if (OperatingSystem.IsWindows()) Environment.Exit(ExitCode.Interrupted);
        ExitProcess(ExitCode.Interrupted);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitProcess(int status);
}
