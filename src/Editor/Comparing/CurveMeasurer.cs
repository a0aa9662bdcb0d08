using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Measuring;

namespace SvgDistill.Editor.Comparing;

/// <summary>
/// The two figures of the curves, by the best tools at hand: identity (up is like the source) and prompt (right is like the
/// target).
/// </summary>
internal sealed class CurveMeasurer
{
    private readonly MeasuringTools _tools;
    private readonly MeasuredDrawing _source;
    private readonly RgbPicture _picture;
    private readonly (double R, double G, double B) _background;
    private readonly string _target;
    private readonly ModelLosses? _losses;

    /// <param name="tools">The networks at hand.</param>
    /// <param name="session">A run of the comparison.</param>
    /// <param name="source">The source drawing.</param>
    /// <param name="target">The target prompt.</param>
    /// <param name="sourceMargin">The source's denoising margin where an earlier run's measurer found it.</param>
    public CurveMeasurer(MeasuringTools tools, EditSession session, MeasuredDrawing source, string target, double? sourceMargin)
    {
        var (r, g, b) = Backgrounds.Color(session.Background);
        (_tools, _source, _target, _background) = (tools, source, target, (r, g, b));
        _picture = source.Draw(tools.Request.Side, _background);
        if (tools.Clip.Value is not null
            || ModelLosses.Of(session.Model, session.Judge, session.Prompts, session.Background).Value is null) return;
        _losses = new ModelLosses(session.Model, session.Judge, session.Prompts, session.Background);
        SourceMargin = sourceMargin ?? _losses.Of(source, noises: 1).Margin;
    }

    /// <summary>The source's denoising margin, the same for all runs; null where it is not used.</summary>
    public double? SourceMargin { get; }

    /// <summary>A drawing's figures; no prompt figure where neither CLIP nor a small model is there.</summary>
    public (double Identity, double? Prompt) Of(MeasuredDrawing drawing)
    {
        var picture = drawing.Draw(_tools.Request.Side, _background);
        var identity = _tools.Lpips.Value is { } lpips ? 1 - lpips.Measure(_picture, picture) : Ssim.Measure(_picture, picture);
        return (identity, Prompt(drawing));
    }

    private double? Prompt(MeasuredDrawing drawing) =>
        _tools.Clip.Value is { } clip ? clip.Score(drawing.Draw(clip.PictureSide, _background), _target)
        : ReferenceEquals(drawing, _source) && _losses is not null ? 0
        : _losses is { } losses && SourceMargin is { } before ? DenoisingLosses.Gain(before, losses.Of(drawing, noises: 1).Margin) : null;
}
