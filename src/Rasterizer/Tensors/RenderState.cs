using SvgDistill.Rasterizer.Drawing;

namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// A rasterizer shared by the graph nodes that drew with it. A node whose backward pass comes after another forward pass draws anew
/// first: arrays are kept once, however many pictures await their gradient.
/// </summary>
internal sealed class RenderState(SceneRasterizer rasterizer)
{
    private object? _drawn;

    public SceneRasterizer Rasterizer { get; } = rasterizer;

    /// <summary>What a node must know to draw again.</summary>
    public sealed class Request(RenderState state, double[] theta, double filterWidth, PictureStrip strip)
    {
        public RenderState State => state;
        public double[] Theta => theta;
        public double FilterWidth => filterWidth;
        public PictureStrip Strip => strip;
    }

    /// <summary>A request to draw at theta as things are set now.</summary>
    public Request At(double[] theta) => At(theta, PictureStrip.Whole(Rasterizer.Picture.Height));

    /// <summary>A request to draw some rows at theta as things are set now.</summary>
    public Request At(double[] theta, PictureStrip strip) => new(this, theta, Rasterizer.FilterWidth, strip);

    /// <summary>The strips in which a drawing is drawn at theta.</summary>
    public IReadOnlyList<PictureStrip> StripsAt(double[] theta)
    {
        _drawn = null;
        return Rasterizer.StripsAt(theta);
    }

    /// <summary>Runs a pass unless it was the last one run.</summary>
    public void Ensure(Request request, Action<SceneRasterizer, Request> pass)
    {
        if (ReferenceEquals(_drawn, request)) return;
        double width = Rasterizer.FilterWidth;
        Rasterizer.FilterWidth = request.FilterWidth;
        pass(Rasterizer, request);
        Rasterizer.FilterWidth = width;
        _drawn = request;
    }
}
