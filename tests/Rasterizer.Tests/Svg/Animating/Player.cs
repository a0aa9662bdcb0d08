using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SvgDistill.Rasterizer.Tests.Svg.Animating;

/// <summary>Plays a film's SMIL as SVG Animations Level 2 has it, linear between key times: the file that is shown at a moment.</summary>
internal static partial class Player
{
    public static byte[] At(byte[] film, double part)
    {
        var document = XDocument.Parse(Encoding.UTF8.GetString(film), LoadOptions.PreserveWhitespace);
        foreach (var animation in document.Descendants().Where(e => e.Name.LocalName is "animate" or "animateTransform").ToList())
        {
            var (element, name, value) = (animation.Parent!, animation.Attribute("attributeName")!.Value, Value(animation, part));
            if (animation.Name.LocalName == "animateTransform")
            {
                var before = animation.Attribute("additive")?.Value == "sum" ? element.Attribute(name)!.Value : "";
                element.SetAttributeValue(name, $"{before} {animation.Attribute("type")!.Value}({value})");
            }
            // What is a property is stronger than every rule; the others are attributes.
            else if (_properties.Contains(name)) element.SetAttributeValue("style", $"{element.Attribute("style")?.Value};{name}:{value}");
            else element.SetAttributeValue(name, value);
            animation.Remove();
        }
        return Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting));
    }

    private static readonly string[] _properties = ["fill", "stroke", "color", "stop-color", "stroke-width", "opacity", "stop-opacity"];

    private static string Value(XElement animation, double part)
    {
        var values = animation.Attribute("values")!.Value.Split(';');
        var times = animation.Attribute("keyTimes")?.Value.Split(';').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray() ?? [0, 1];
        if (values.Length != times.Length) throw new InvalidOperationException("keyTimes and values differ in number.");
        var after = Math.Max(1, Array.FindIndex(times, t => t >= part));
        var between = (part - times[after - 1]) / (times[after] - times[after - 1]);
        var (from, to) = (values[after - 1], values[after]);
        if (from[0] == '#')
            return "#" + string.Concat(Enumerable.Range(0, 3).Select(i => ((int)Math.Round(Mix(Hex(from, i), Hex(to, i), between))).ToString("x2", CultureInfo.InvariantCulture)));
        var targets = Number().Matches(to).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray();
        var next = 0;
        return Number().Replace(from, m => " " + Mix(double.Parse(m.Value, CultureInfo.InvariantCulture), targets[next++], between).ToString("F9", CultureInfo.InvariantCulture));
    }

    private static int Hex(string color, int component) => Convert.ToInt32(color.Substring(1 + 2 * component, 2), 16);

    private static double Mix(double a, double b, double part) => a + part * (b - a);

    [GeneratedRegex(@"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")]
    private static partial Regex Number();
}
