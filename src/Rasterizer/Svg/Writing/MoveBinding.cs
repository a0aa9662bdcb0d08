using System.Text;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg.Writing;

/// <summary>
/// A free motion, written as functions before the element's own transform: translate(t) rotate(angle) scale(s), with t
/// chosen so that the motion's centre goes where it should after the other two are rounded.
/// </summary>
/// <param name="step">The motion.</param>
/// <param name="element">The element.</param>
/// <param name="written">The value of its transform, or null where it has none.</param>
/// <param name="isCss">Whether that value stands in a <c>style</c>, where numbers need units and commas.</param>
/// <param name="origin">Its transform-origin, about which written functions act.</param>
internal sealed class MoveBinding(MoveStep step, SvgElement element, SourceSpan? written, bool isCss, Point origin) : Binding
{
    private const int Digits = 6;

    public override void Write(WriteContext context)
    {
        if (!context.Changed(step.X.Index) && !context.Changed(step.Y.Index) && !context.Changed(step.Angle.Index)
            && !context.Changed(step.LogScale.Index))
            return;
        var degrees = Math.Round(context.Value(step.Angle) * 180 / Math.PI, Digits);
        var scale = Math.Round(Math.Exp(context.Value(step.LogScale)), Digits);
        // About the origin, x -> c + d + L (x - c) has the translation c + d - L c.
        var center = step.Center - origin;
        var turned = (Matrix.Rotation(degrees * Math.PI / 180) * Matrix.Scaling(scale, scale)).ApplyVector(center);
        var shift = center + new Point(context.Value(step.X), context.Value(step.Y)) - turned;
        var decimals = NumberText.Decimals(context.Unit(step.X.Index));
        var (x, y) = (NumberText.Format(shift.X, decimals), NumberText.Format(shift.Y, decimals));
        var text = new StringBuilder();
        var all = context.IsOneOfSeveral;
        if (all || x != "0" || y != "0") text.Append("translate(").Append(x).Append(isCss ? "px, " : " ").Append(y).Append(isCss ? "px)" : ")");
        if (all || degrees != 0) text.Append("rotate(").Append(NumberText.Format(degrees, Digits)).Append(isCss ? "deg)" : ")");
        if (all || scale != 1) text.Append("scale(").Append(NumberText.Format(scale, Digits)).Append(')');
        if (text.Length == 0) return;
        if (written is not { } span) context.Edits.Insert(element, "transform", text.ToString());
        else if (span.Characters.Trim() is "" or "none") context.Edits.Replace(span, text.ToString());
        else context.Edits.Replace(span.Slice(0, 0), text.Append(' ').ToString());
    }
}
