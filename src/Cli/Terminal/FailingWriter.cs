using System.Text;
using SvgDistill.Editor;

namespace SvgDistill.Cli.Terminal;

/// <summary>A standard stream that may end on a full disk.</summary>
internal static class FailingWriter
{
    /// <summary>What is said to people goes on as if nothing were: that nobody can read it costs no result.</summary>
    public static TextWriter Silent(TextWriter inner) => TextWriter.Synchronized(new Writer(inner, static _ => { }));

    /// <summary>Records and answers are results: that they cannot be written is an error.</summary>
    public static TextWriter Strict(TextWriter inner) => TextWriter.Synchronized(new Writer(inner,
        static error => throw new EditorException(EditorErrorKind.Usage, $"standard output: cannot be written: {error.Message}", error)));

    private sealed class Writer(TextWriter inner, Action<IOException> failed) : TextWriter(inner.FormatProvider)
    {
        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Try(() => inner.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

        public override void Write(string? value) => Try(() => inner.Write(value));

        public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

        public override void Flush() => Try(inner.Flush);

        private void Try(Action write)
        {
            try
            {
                write();
            }
            catch (IOException error)
            {
                failed(error);
            }
        }
    }
}
