using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Writing;

/// <summary>What a binding sees while writing.</summary>
internal readonly ref struct WriteContext(ImmutableArray<Parameter> parameters, ReadOnlySpan<double> theta,
    SourceEdits edits, IReadOnlyDictionary<PathGeometry, PathGeometry> outlines, IReadOnlySet<int>? animated = null)
{
    private readonly ReadOnlySpan<double> _theta = theta;
    public SourceEdits Edits { get; } = edits;
    public double Value(int index) => _theta[index];
    /// <summary>Whether the number is written: it changed, or it does in another of several states that must be written alike.</summary>
    public bool Changed(int index) => index >= 0 && (_theta[index] != parameters[index].Initial || animated?.Contains(index) == true);
    /// <summary>Whether several states are written in one form, so that one can be turned into the next number by number.</summary>
    public bool IsOneOfSeveral => animated is not null;
    public string Text(int index) => NumberText.Format(_theta[index], NumberText.Decimals(parameters[index]));
    /// <summary>A coordinate's text: of a parameter, or of a number that was rounded already.</summary>
    public string Text(Scalar scalar) => scalar.IsConstant ? NumberText.Format(scalar.Offset, NumberText.MostDecimals) : Text(scalar.Index);
    /// <summary>What a path is to be drawn with; null for its own points.</summary>
    public PathGeometry? Instead(PathGeometry path) => outlines.GetValueOrDefault(path);
    public double Value(Scalar scalar) => scalar.Value(_theta);
    public double Unit(int index) => parameters[index].Unit;
}

/// <summary>A place of the file that some parameters are written at.</summary>
internal abstract class Binding
{
    /// <summary>Adds the edits that its changed parameters need; none where nothing changed.</summary>
    public abstract void Write(WriteContext context);
}

/// <summary>A number, perhaps with a unit behind it that stays; <paramref name="missingUnit"/> is one that it now needs.</summary>
internal sealed class NumberBinding(int index, SourceSpan span, string missingUnit) : Binding
{
    public override void Write(WriteContext context)
    {
        if (context.Changed(index)) context.Edits.Replace(span, NumberText.Between(span, context.Text(index) + missingUnit));
    }
}

/// <summary>
/// Path data, written as absolute commands when a point changed; what an editor would draw the old outline from goes then.
/// </summary>
internal sealed class PathBinding(PathGeometry path, SourceSpan span, List<SvgAttribute> oldOutline, string document) : Binding
{
    public override void Write(WriteContext context)
    {
        var instead = context.Instead(path);
        foreach (var point in path.Points)
            if (instead is not null || context.Changed(point.X.Index) || context.Changed(point.Y.Index))
            {
                context.Edits.Replace(span, PathText.Commands(instead ?? path, context));
                foreach (var attribute in oldOutline) context.Edits.Remove(attribute, document);
                return;
            }
    }
}

/// <summary>A basic shape whose points were moved freely: it becomes a <c>path</c>.</summary>
internal sealed class FreeShapeBinding(PathGeometry path, SvgElement element, string document) : Binding
{
    // With path data that meant nothing on such a shape.
    private static readonly string[] _geometry = ["x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "d"];

    public override void Write(WriteContext context)
    {
        foreach (var point in path.Points)
        {
            if (!context.Changed(point.X.Index) && !context.Changed(point.Y.Index)) continue;
            // An element that its own filter shows has been read twice, as itself and as what is shown.
            if (!context.Edits.Rename(element, "path")) return;
            foreach (var attribute in element.Attributes)
                if (attribute.Prefix.Length == 0 && _geometry.Contains(attribute.LocalName))
                    context.Edits.Remove(attribute, document);
            context.Edits.Insert(element, "d", PathText.Commands(path, context));
            return;
        }
    }
}

/// <summary>The point list of a polyline or polygon.</summary>
internal sealed class PointsBinding(ImmutableArray<ScalarPoint> points, SourceSpan span) : Binding
{
    public override void Write(WriteContext context)
    {
        var (changed, text) = (false, new StringBuilder());
        foreach (var point in points)
        {
            changed |= context.Changed(point.X.Index) || context.Changed(point.Y.Index);
            if (text.Length > 0) text.Append(' ');
            text.Append(context.Text(point.X.Index)).Append(',').Append(context.Text(point.Y.Index));
        }
        if (changed) context.Edits.Replace(span, text.ToString());
    }
}

/// <summary>
/// Path data as text: one letter for a run of equal commands, numbers parted only where they must be.
/// </summary>
internal static class PathText
{
    public static string Commands(PathGeometry path, WriteContext context)
    {
        var (text, i, last) = (new StringBuilder(), 0, PathCommand.Close);
        foreach (var command in path.Commands)
        {
            var repeats = command == last && command is PathCommand.Line or PathCommand.Cubic;
            if (!repeats)
                text.Append(command switch { PathCommand.Move => 'M', PathCommand.Line => 'L', PathCommand.Cubic =>
                    'C', _ => 'Z' });
            last = command;
            var count = command switch { PathCommand.Cubic => 3, PathCommand.Close => 0, _ => 1 };
            for (var end = i + count; i < end; i++)
            {
                Append(text, context.Text(path.Points[i].X));
                Append(text, context.Text(path.Points[i].Y));
            }
        }
        return text.ToString();
    }

    // A number needs no space after a letter, nor where its own sign parts it.
    private static void Append(StringBuilder text, string number)
    {
        if (number[0] != '-' && !char.IsAsciiLetter(text[^1])) text.Append(' ');
        text.Append(number);
    }
}
