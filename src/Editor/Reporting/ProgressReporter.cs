namespace SvgDistill.Editor.Reporting;

/// <summary>Hands what a run says to a caller's <see cref="IProgress{T}"/>.</summary>
internal sealed class ProgressReporter(IProgress<EditorProgress>? progress) : IReporter
{
    private int _step, _steps;

    public void Say(string line) => Report(line);

    public void Note(string line) => Report(line, isNote: true);

    public void FollowUp(string what) => Report(what);

    public void Failed(string what, Exception error) => Report($"{what}: {error.Message}", isNote: true);

    public void WriteResult(ReadOnlyMemory<byte> bytes) => throw EditorException.Usage("there is no standard output to write to: name a file");

    public T Steps<T>(int first, int steps, Func<Action<int, string>, T> loop)
    {
        (_step, _steps) = (first, steps);
        return loop((step, detail) =>
        {
            _step = step;
            Report(detail);
        });
    }

    private void Report(string text, bool isNote = false) => progress?.Report(new EditorProgress(_step, _steps, text, isNote));
}
