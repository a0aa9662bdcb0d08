using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SvgDistill.Distill.Reports;

/// <summary>The frame of a report's page.</summary>
internal static class Html
{
    private const string Style = """
        :root { color-scheme: light; }
        body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; }
        h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
        h3 { font-size: 1.05rem; margin-bottom: .25rem; }
        .wide { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: .25rem 0; }
        th, td { padding: .3rem .7rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: bottom; white-space: nowrap; }
        thead th { font-weight: 600; white-space: normal; min-width: 5.5rem; }
        th[scope=row], th:first-child { text-align: left; }
        tbody th { position: sticky; left: 0; background: #fff; }
        small { color: #555; }
        td.best { font-weight: 700; background: #e8f3e8; }
        td.best small { font-weight: 400; }
        .results td, .results th { text-align: center; vertical-align: middle; padding: .25rem .4rem; border: 0; }
        .results tbody th { text-align: left; padding-right: 1rem; }
        .facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
        .facts th { font-weight: 400; color: #555; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
        .charts figure { margin: 0; }
        .chart { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        .axis path { stroke: #ddd; fill: none; }
        .axis text { fill: #444; }
        .legend span { white-space: nowrap; margin-right: 1.25rem; }
        .sample { vertical-align: middle; }
        figcaption { color: #444; font-size: .875rem; text-align: center; }
        .run { margin: .25rem 0 1rem; }
        .run > p { margin: 0; color: #444; }
        .strip { display: flex; flex-wrap: wrap; gap: .5rem; }
        .strip figure { margin: 0; }
        img { border: 1px solid #ddd; background: var(--behind, #fff); object-fit: contain; display: block; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f6f6; padding: .5rem .75rem; font-size: .85rem; margin: .25rem 0; }
        summary { cursor: pointer; color: #0b57a4; font-size: .9rem; }
        dt { font-weight: 600; }
        dd { margin: 0 0 .5rem 1.5rem; }
        @media print { .wide { overflow: visible; } details { display: none; } }
        """;

    /// <summary>The page around a body. The policy forbids every request: the file shows the same anywhere and tells nobody.</summary>
    /// <param name="title">The title.</param>
    /// <param name="body">The body.</param>
    /// <param name="style">Rules of this page's own.</param>
    /// <param name="script">The only script that may run; empty for none.</param>
    public static string Page(string title, string body, string style = "", string script = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'{Allowed(script)}">
        <title>{Text(title)}</title>
        <style>
        {Style}{(style.Length > 0 ? "\n" + style : "")}
        </style>
        </head>
        <body>
        {body}{(script.Length > 0 ? $"<script>{script}</script>" : "")}
        </body>
        </html>

        """;

    // CSP Level 3 section 8.4: a script is allowed by the hash of its text.
    private static string Allowed(string script) =>
        script.Length == 0 ? "" : $"; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    /// <summary>A text, safe between tags and in attribute values.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(Plain(text));

    /// <summary>A text without the control characters that XML does not take (a prompt may bring some along from a clipboard), each a blank.</summary>
    public static string Plain(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 ? text
        : string.Concat(text.Select(c => c < ' ' && c is not ('\t' or '\n' or '\r') ? ' ' : c));

    /// <summary>"1 seed", "3 seeds".</summary>
    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>
    /// A picture inside the page. As an image and not inline: identifiers of different drawings must not meet, and an SVG
    /// shown as an image runs no script and loads nothing.
    /// </summary>
    public static string DataUri(ReadOnlySpan<byte> file)
    {
        var isPng = file.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']);
        return $"data:image/{(isPng ? "png" : "svg+xml")};base64,{Convert.ToBase64String(file)}";
    }
}
