namespace SvgDistill.Rasterizer.Tensors;

/// <summary>
/// A rasterizer shared by the pictures drawn with it. A picture whose backward pass comes after another one was drawn is drawn anew
/// first: arrays are kept once, however many pictures await their gradient.
/// </summary>
internal sealed class RenderState(SceneRasterizer rasterizer)
{
    private Request? _last;

    public SceneRasterizer Rasterizer { get; } = rasterizer;

    /// <summary>What must be known to run a pass again.</summary>
    public sealed class Request(double[] theta, double filterWidth, Action<SceneRasterizer, double[]> pass)
    {
        public double[] Theta => theta;
        public double FilterWidth => filterWidth;
        public Action<SceneRasterizer, double[]> Pass => pass;
    }

    /// <summary>Runs a pass at theta as things are set now.</summary>
    public Request Run(double[] theta, Action<SceneRasterizer, double[]> pass)
    {
        var request = new Request(theta, Rasterizer.FilterWidth, pass);
        Ensure(request);
        return request;
    }

    /// <summary>Runs a pass unless it was the last one run.</summary>
    public void Ensure(Request request)
    {
        if (ReferenceEquals(_last, request)) return;
        // A pass that fails half-way leaves nothing that a backward pass could use.
        _last = null;
        double width = Rasterizer.FilterWidth;
        Rasterizer.FilterWidth = request.FilterWidth;
        try
        {
            request.Pass(Rasterizer, request.Theta);
        }
        finally
        {
            Rasterizer.FilterWidth = width;
        }
        _last = request;
    }
}
