namespace SvgDistill.Rasterizer.Svg.Reading;

/// <summary><c>paint-order</c> resolved.</summary>
/// <param name="StrokeFirst">True where the stroke lies under the fill.</param>
/// <param name="MarkersAt">0 below both, 1 between, 2 above.</param>
internal readonly record struct PaintOrder(bool StrokeFirst, int MarkersAt)
{
    /// <summary>Reads the property; what is invalid means the normal order.</summary>
    public static PaintOrder Parse(string? text)
    {
        var order = new List<string>();
        foreach (var word in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is not ("fill" or "stroke" or "markers") || order.Contains(word)) return new PaintOrder(false, 2);
            order.Add(word);
        }
        foreach (var word in (string[])["fill", "stroke", "markers"])
            if (!order.Contains(word)) order.Add(word);
        return new PaintOrder(order.IndexOf("stroke") < order.IndexOf("fill"), order.IndexOf("markers"));
    }
}
