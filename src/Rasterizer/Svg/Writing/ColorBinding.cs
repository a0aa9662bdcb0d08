using System.Globalization;
using System.Text;
using SvgDistill.Rasterizer.Svg.Values;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Writing;

/// <summary>Where a colour is written, and as what; a form of null is plain sRGB.</summary>
internal readonly record struct ColorPlace(SourceSpan Span, ColorForm? Form);

/// <summary>
/// A colour: red, green, blue from <paramref name="index"/> on, then alpha where the written form has one.
/// </summary>
internal sealed class ColorBinding(int index, bool hasAlpha, ColorPlace place) : Binding
{
    public override void Write(WriteContext context)
    {
        var changed = false;
        for (var i = 0; i < (hasAlpha ? 4 : 3); i++) changed |= context.Changed(index + i);
        if (changed) context.Edits.Replace(place.Span, place.Form is { } form ? InForm(context, form) : Plain(context));
    }

    private string Plain(WriteContext context)
    {
        if (hasAlpha && place.Span.Characters.TrimStart()[0] != '#')
            return string.Create(CultureInfo.InvariantCulture,
                $"rgba({Byte(context.Value(index))}, {Byte(context.Value(index + 1))}, {Byte(context.Value(index + 2))}, {context.Text(index + 3)})");
        var text = new StringBuilder("#");
        for (var i = 0; i < (hasAlpha ? 4 : 3); i++) text.Append(Byte(context.Value(index + i)).ToString("x2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    private static int Byte(double component) => (int)Math.Round(255 * Math.Clamp(component, 0, 1));

    // The same function with other numbers: its name, units, slash and spaces stay.
    private string InForm(WriteContext context, ColorForm form)
    {
        var rgb = new Triple(context.Value(index), context.Value(index + 1), context.Value(index + 2)).Map(v => Math.Clamp(v, 0, 1));
        var values = ColorSpace.Srgb.To(form.Space, rgb);
        var (text, position) = (new StringBuilder(), 0);
        var characters = place.Span.Characters;
        Put(form.First, values.X, form.Space.Decimals.First, characters);
        Put(form.Second, values.Y, form.Space.Decimals.Second, characters);
        Put(form.Third, values.Z, form.Space.Decimals.Third, characters);
        if (form.Alpha is { } alpha) Put(alpha, Math.Clamp(context.Value(index + 3), 0, 1), 4, characters);
        return text.Append(characters[position..]).ToString();

        void Put(ColorComponent component, double value, int decimals, ReadOnlySpan<char> written)
        {
            text.Append(written[position..component.Start]);
            // A unit of less than one needs fewer decimals, one of more than one needs more.
            var digits = Math.Clamp((int)Math.Ceiling(decimals + Math.Log10(component.Scale)), 0, 12);
            var number = NumberText.Format(value / component.Scale, digits);
            position = component.Start + component.Length;
            // Neighbours that a sign or a point parted may run into it now.
            if ((char.IsAsciiDigit(text[^1]) || text[^1] == '.') && number[0] != '-') text.Append(' ');
            text.Append(number);
            if (position < written.Length && (char.IsAsciiDigit(written[position]) || written[position] == '.')) text.Append(' ');
        }
    }
}
