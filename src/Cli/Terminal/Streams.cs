namespace SvgDistill.Cli.Terminal;

/// <summary>Where a run writes: results on Output, everything a person follows on Error.</summary>
/// <param name="Output">Standard output; only records and answers, so that it can be piped.</param>
/// <param name="Error">Standard error; progress, notes, errors.</param>
/// <param name="Redirected">True where Error is no terminal: plain lines, no colours, no bars.</param>
internal sealed record Streams(TextWriter Output, TextWriter Error, bool Redirected)
{
    /// <summary>Standard output for the bytes of a result (<c>-o -</c>).</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Told what is done next, of the things that follow a result that is written: an exception here is that thing's.</summary>
    public Action<string> FollowingUp { get; init; } = static _ => { };
}
