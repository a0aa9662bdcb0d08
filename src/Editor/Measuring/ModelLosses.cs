using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Editing;
using SvgDistill.Rasterizer;
using static TorchSharp.torch;

namespace SvgDistill.Editor.Measuring;

/// <summary>
/// A model's denoising losses of a drawing under the target and the source prompt; the drawing framed as for an edit with the
/// model.
/// </summary>
internal sealed class ModelLosses(DiffusionModel model, Denoiser denoiser, Prompts prompts, string background)
{
    /// <summary>Whether a model's losses take seconds, not an hour: 2 x 80 forward samples a drawing.</summary>
    public static bool Fits(DiffusionModel model) => model.Unet.ParameterCount <= EditMeasures.SmallUnet || model.Unet.Device.type != TorchSharp.DeviceType.CPU;

    /// <summary>The measure, or, for a model that would take an hour on a CPU, why not.</summary>
    public static Tool<Func<MeasuredDrawing, DenoisingLosses>> Of(DiffusionModel model, Denoiser denoiser, Prompts prompts, string background) =>
        Fits(model) ? new Func<MeasuredDrawing, DenoisingLosses>(new ModelLosses(model, denoiser, prompts, background).Of)
            : new Tool<Func<MeasuredDrawing, DenoisingLosses>>("the model is too large to measure its loss on a CPU.");

    /// <summary>The losses with four noises a timestep.</summary>
    public DenoisingLosses Of(MeasuredDrawing drawing) => Of(drawing, noises: 4);

    /// <summary>The losses with fewer or more; all drawings see the same.</summary>
    public DenoisingLosses Of(MeasuredDrawing drawing, int noises)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var loss = new DenoisingLoss(denoiser, noises: noises);
        var z = model.EncodeImage(Picture(drawing).ToTensor().to(model.Unet.Device));
        return loss.Of(z, prompts);
    }

    private RgbPicture Picture(MeasuredDrawing drawing)
    {
        var (r, g, b) = Backgrounds.Color(background);
        var (scene, side) = (drawing.Scene, model.ImageSize);
        var frame = scene.ToSquare(side, model.Defaults.FrameMargin ?? 0);
        return RgbPicture.Over(new SceneRasterizer(scene, side, side, frame).Forward(scene.InitialValues(), keep: false), (r, g, b));
    }
}
