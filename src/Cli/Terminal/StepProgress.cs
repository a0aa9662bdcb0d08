using System.Diagnostics;
using Spectre.Console;
using SvgDistill.Editor.Machine;

namespace SvgDistill.Cli.Terminal;

/// <summary>Live progress of a loop of steps: a bar in a terminal, a plain line now and then elsewhere.</summary>
internal sealed class StepProgress
{
    private static readonly TimeSpan _plainLineEvery = TimeSpan.FromSeconds(5);
    private readonly Screen _screen;
    private readonly int _steps;
    private readonly int _first;
    private readonly ProgressTask? _bar;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lastLine = TimeSpan.Zero;

    private StepProgress(Screen screen, int first, int steps, ProgressTask? bar) =>
        (_screen, _first, _steps, _bar) = (screen, first, steps, bar);

    /// <summary>Runs a loop that reports its steps; <paramref name="first"/> steps were done before (a resumed run).</summary>
    public static T Run<T>(Screen screen, int first, int steps, Func<StepProgress, T> loop)
    {
        if (screen.Quiet || !screen.IsTerminal) return loop(new StepProgress(screen, first, steps, null));
        return screen.Console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn())
            .Start(context => loop(new StepProgress(screen, first, steps, context.AddTask("starting", maxValue: steps))));
    }

    /// <summary>Says that <paramref name="done"/> steps are done; <paramref name="detail"/> is shown after the time left.</summary>
    public void Report(int done, string detail)
    {
        var line = Describe(done, detail);
        if (_bar is not null)
        {
            _bar.Description = Markup.Escape(line);
            _bar.Value = done;
        }
        else if (done == _steps || done == _first + 1 || _watch.Elapsed - _lastLine >= _plainLineEvery)
        {
            _lastLine = _watch.Elapsed;
            _screen.Say(line);
        }
    }

    private string Describe(int done, string detail)
    {
        var left = _watch.Elapsed.TotalSeconds / Math.Max(1, done - _first) * (_steps - done);
        return $"step {done}/{_steps}  {Durations.Words(left)} left  {detail}";
    }
}
