namespace SvgDistill.Cli.Terminal;

/// <summary>Where a run writes: results on Output, everything a person follows on Error.</summary>
/// <param name="Output">Standard output; only records and answers, so that it can be piped.</param>
/// <param name="Error">Standard error; progress, notes, errors.</param>
/// <param name="Redirected">True where Error is no terminal: plain lines, no colours, no bars.</param>
internal sealed record Streams(TextWriter Output, TextWriter Error, bool Redirected);
