using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg.Values;

namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary>A marker's <c>orient</c>.</summary>
/// <param name="Auto">Along the path.</param>
/// <param name="ReverseStart">Turned around at the path's start.</param>
/// <param name="Angle">Else a fixed angle in radians.</param>
internal readonly record struct MarkerOrientation(bool Auto, bool ReverseStart, double Angle)
{
    public static MarkerOrientation Parse(string? text)
    {
        var word = text?.Trim();
        if (word is "auto" or "auto-start-reverse") return new MarkerOrientation(true, word != "auto", 0);
        return new MarkerOrientation(false, false, Length.Parse(word) is { } a
            ? a.Number * TransformItem.Factor(a, 0) * Math.PI / 180 : 0);
    }

    /// <summary>The step that places the marker at a vertex.</summary>
    public MarkerStep Place(PathVertex vertex, bool isStart, Scalar scale) => new(
        vertex.At, Auto ? vertex.Before : null, Auto ? vertex.After : null, Auto
            ? (ReverseStart && isStart ? Math.PI : 0) : Angle, scale);
}
