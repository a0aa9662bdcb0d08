namespace SvgDistill.Editor.Reporting;

/// <summary>Says nothing.</summary>
internal sealed class SilentReporter : IReporter
{
    public void Say(string line) { }

    public void Note(string line) { }

    public void FollowUp(string what) { }

    public void Failed(string what, Exception error) { }

    public void WriteResult(ReadOnlyMemory<byte> bytes) => throw EditorException.Usage("there is no standard output to write to: name a file");

    public T Steps<T>(int first, int steps, Func<Action<int, string>, T> loop) => loop((_, _) => { });
}
