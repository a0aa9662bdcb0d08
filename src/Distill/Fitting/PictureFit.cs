using System.Text;
using SvgDistill.Distill.Finishing;
using SvgDistill.Rasterizer.Compositing;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Distill.Fitting;

/// <summary>Draws a picture anew in paths, or moves an existing drawing toward it.</summary>
public sealed class PictureFit
{
    // New paths come in three rounds: regions of colour first, then what still differs most (as LIVE adds paths stage by stage).
    private static readonly double[] _roundEnds = [.4, .65, 1];

    private readonly FitOptions _options;
    private readonly FitTarget _target;

    /// <summary>Prepares a fit to the target.</summary>
    public PictureFit(FitTarget target, FitOptions options) => (_target, _options) = (target, options);

    /// <summary>Called after every step with the picture before it.</summary>
    public Action<FitProgress, Picture>? Progress { get; set; }

    /// <summary>A new drawing; where <paramref name="cancel"/> is set, the state so far. The bytes of an SVG file.</summary>
    public FitResult Draw(CancellationToken cancel)
    {
        var picture = _target.Picture;
        var regions = ColorRegions.Find(PixelGrid.From(picture), _options.Paths);
        var layers = RegionLayers.Build(regions, picture.Width, picture.Height);
        var text = DrawingText.Document(layers, picture.Width, picture.Height);
        var (paths, step) = (layers.Count, 0);
        FitResult result = default!;
        foreach (var end in _roundEnds)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            result = Run(SvgSceneReader.Read(SvgDocument.Parse(bytes, "drawing")), step, step = (int)(end * _options.Steps), paths, keepsShapes: false, cancel);
            if (cancel.IsCancellationRequested || end == 1) break;
            var more = ResidualLayers.Find(picture, result.Picture, _options.Paths - paths);
            text = DrawingText.Append(Encoding.UTF8.GetString(result.Svg), more);
            paths += more.Count;
        }
        return result with { Paths = paths };
    }

    /// <summary>Moves an existing drawing toward the target, its tree kept; where <paramref name="cancel"/> is set, the state so far.</summary>
    public FitResult Move(SvgScene scene, CancellationToken cancel) => Move(scene, null, 0, _options.Steps, cancel);

    /// <summary>A part of the steps of such a move.</summary>
    /// <param name="scene">The drawing.</param>
    /// <param name="start">Where its parameters are; null for the file's own values.</param>
    /// <param name="first">Steps done.</param>
    /// <param name="last">Steps that will be done at the end.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public FitResult Move(SvgScene scene, double[]? start, int first, int last, CancellationToken cancel) =>
        Run(scene, first, last, 0, keepsShapes: true, cancel, start);

    private FitResult Run(SvgScene scene, int first, int last, int paths, bool keepsShapes, CancellationToken cancel, double[]? start = null)
    {
        var loop = new FitLoop(scene.Scene, _target, _options, keepsShapes, start);
        var step = first;
        for (; step < last && !cancel.IsCancellationRequested; step++)
        {
            var error = loop.Step((double)step / _options.Steps);
            Progress?.Invoke(new(step + 1, _options.Steps, Psnr(error), paths, loop.Theta), loop.Picture);
        }
        if (keepsShapes)
            foreach (var rule in _options.Rules) rule.Settle(loop.Theta);
        if (_options.Finish is { } finish && keepsShapes && step == _options.Steps)
            Finisher.Finish(scene.Scene, scene.Scene.InitialValues(), [.. loop.Theta], finish with { Rules = _options.Rules }).Theta.CopyTo(loop.Theta, 0);
        var svg = SvgWriter.Write(scene, loop.Theta);
        return new(svg, Psnr(loop.Draw()), step, paths, loop.Picture) { Theta = [.. loop.Theta] };
    }

    private static double Psnr(double meanSquaredError) => -10 * Math.Log10(Math.Max(meanSquaredError, 1e-12));
}

/// <summary>A fitted drawing.</summary>
/// <param name="Svg">The file's bytes.</param>
/// <param name="Psnr">Peak signal to noise ratio against the target over premultiplied RGBA, dB.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Paths">Paths in a new drawing; 0 for a moved one.</param>
/// <param name="Picture">Its picture at the target's size.</param>
public sealed record FitResult(byte[] Svg, double Psnr, int Steps, int Paths, Picture Picture)
{
    /// <summary>The parameters that were written.</summary>
    public IReadOnlyList<double> Theta { get; init; } = [];
}
