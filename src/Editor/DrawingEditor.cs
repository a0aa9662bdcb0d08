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
    private readonly CancellationTokenSource _closing = new();
    private int _editing; // The thread of the edit that runs.

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
    /// <exception cref="ObjectDisposedException">The editor is disposed, or was while the edit waited for its turn.</exception>
    public async Task<EditedDrawing> EditAsync(SvgDocument drawing, string target, DrawingEditOptions? options = null,
        IProgress<EditorProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(drawing);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        var request = new EditRequest(options ?? new DrawingEditOptions(), drawing.Name, target, _options);
        request.Limits.Check();
        request.Maker.Check();
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        try
        {
            await _turn.WaitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(DrawingEditor));
        }
        try
        {
            // A thread of its own: an edit takes seconds to hours.
            return await Task.Factory.StartNew(() =>
            {
                _editing = Environment.CurrentManagedThreadId;
                try
                {
                    TensorEngine.Start();
                    return new EditJob(request, new EditPlaces(), new ProgressReporter(progress), stop.Token).Run(_model, drawing);
                }
                finally
                {
                    _editing = 0;
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Frees the model. An edit that runs is stopped after its step, as by its cancellation, and waited for; those that wait for their turn end with <see cref="ObjectDisposedException"/>.</summary>
    /// <exception cref="InvalidOperationException">It is called from the progress of the edit that it would wait for.</exception>
    public void Dispose()
    {
        if (_closing.IsCancellationRequested) return;
        if (_editing == Environment.CurrentManagedThreadId) throw new InvalidOperationException("Dispose waits for the edit in progress: call it from elsewhere than its progress.");
        _closing.Cancel();
        _turn.Wait();
        _model.Dispose();
        _closing.Dispose();
        _turn.Dispose();
    }
}
