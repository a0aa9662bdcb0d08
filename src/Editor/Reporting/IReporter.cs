namespace SvgDistill.Editor.Reporting;

/// <summary>Whom a run tells what it does. A command line writes it, a page shows it; the editor itself has no console.</summary>
internal interface IReporter
{
    /// <summary>A line of progress.</summary>
    void Say(string line);

    /// <summary>Something about the input or the result that the user should know.</summary>
    void Note(string line);

    /// <summary>What is done next, of the things that follow a result that is written.</summary>
    void FollowUp(string what);

    /// <summary>A part of what follows the result failed; the result stands.</summary>
    void Failed(string what, Exception error);

    /// <summary>Takes a result that goes to standard output.</summary>
    /// <exception cref="EditorException">It takes no more.</exception>
    void WriteResult(ReadOnlyMemory<byte> bytes);

    /// <summary>Runs a loop that says after each step how many are done, and a word on it.</summary>
    /// <param name="first">Steps done before (a resumed run).</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="loop">The loop.</param>
    T Steps<T>(int first, int steps, Func<Action<int, string>, T> loop);
}
