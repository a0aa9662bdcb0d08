using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Measuring;

/// <summary>A row a name: an icon, then the pictures of each model.</summary>
internal static class ModelSheet
{
    /// <summary>The PNG's bytes.</summary>
    public static byte[] Png(IReadOnlyList<Tensor> icons, IReadOnlyList<ModelFigures> models)
    {
        using var scope = NewDisposeScope();
        var sheet = new Sheet((int)icons[0].shape[2]);
        for (var i = 0; i < icons.Count; i++) sheet.Add(cat([icons[i], .. models.Select(m => m.Shown[i])], 0));
        return sheet.ToPng();
    }
}
