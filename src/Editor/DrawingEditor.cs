using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Engine;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;

namespace SvgDistill.Editor;

/// <summary>
/// Edits SVG drawings toward a text: the same file with other numbers. It holds a loaded model; one edit runs at a time, others wait.
/// Equal drawings, texts and options give equal bytes.
/// </summary>
public sealed class DrawingEditor : IDisposable
{
    private readonly EditorOptions _options;
    private readonly SharedModel _model;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Loads the model.</summary>
    /// <param name="options">Which, and how; null: <c>models/icon-prior</c> beside the program.</param>
    /// <exception cref="EditorException">The model or the engine cannot be had, or memory will not do.</exception>
    /// <exception cref="Diffusion.ModelException">The model is damaged or of a kind that is not supported.</exception>
    public DrawingEditor(EditorOptions? options = null)
    {
        _options = options ?? new EditorOptions();
        _model = new SharedModel(ModelChoice.Open(_options.Model, _options.Precision, _options.Device, _options.Prediction, _options.Adapters));
    }

    /// <summary>Edits a drawing.</summary>
    /// <param name="drawing">The drawing; it stays as it is.</param>
    /// <param name="target">What the picture should show, as in "a monkey".</param>
    /// <param name="options">How; null: as the model recommends.</param>
    /// <param name="progress">Told what is done, step by step.</param>
    /// <param name="cancellation">Stops after the step in progress; what had been reached is the result.</param>
    /// <exception cref="EditorException">The drawing is empty, or something that was asked for cannot be had.</exception>
    /// <exception cref="Rasterizer.SvgDistillException">A palette, a mask, a font or a selector does not do: the message says where and why.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before its first step.</exception>
    public async Task<EditedDrawing> EditAsync(SvgDocument drawing, string target, DrawingEditOptions? options = null,
        IProgress<EditorProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        var request = new EditRequest(options ?? new DrawingEditOptions(), drawing.Name, target, _options);
        request.Limits.Check();
        request.Maker.Check();
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // A thread of its own: an edit takes seconds to hours.
            return await Task.Factory.StartNew(() =>
            {
                TensorEngine.Start();
                return new EditJob(request, new EditPlaces(), new ProgressReporter(progress), cancellation).Run(_model, drawing);
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _turn.Dispose();
    }
}
