using SvgDistill.Rasterizer.Svg.Writing;
using SvgDistill.Rasterizer.Svg.Xml;

namespace SvgDistill.Rasterizer.Svg;

/// <summary>Writes moved parameters back into the file, in place: everything else keeps its bytes.</summary>
public static class SvgWriter
{
    /// <summary>How many decimals a parameter is written with.</summary>
    public static int Decimals(Scenes.Parameter parameter) => NumberText.Decimals(parameter);

    /// <summary>The file at the given parameters; at the initial ones exactly the bytes that were read.</summary>
    /// <param name="scene">The scene as read.</param>
    /// <param name="theta">One value for each of the scene's parameters, finite.</param>
    /// <exception cref="ArgumentException">The length is wrong or a value is not finite.</exception>
    public static byte[] Write(SvgScene scene, ReadOnlySpan<double> theta) => Write(scene, theta, StructureChanges.None);

    /// <summary>The file at the given parameters with some paths drawn through other points and some elements left out.</summary>
    /// <param name="scene">The scene as read.</param>
    /// <param name="theta">One value for each of the scene's parameters, finite.</param>
    /// <param name="changes">What changes besides numbers.</param>
    /// <exception cref="ArgumentException">The length is wrong, a value is not finite, or an element may not be left out.</exception>
    public static byte[] Write(SvgScene scene, ReadOnlySpan<double> theta, StructureChanges changes) => Write(scene, theta, changes, null);

    /// <summary>The same, with the places of <paramref name="animated"/> numbers written whether or not they changed.</summary>
    internal static byte[] Write(SvgScene scene, ReadOnlySpan<double> theta, StructureChanges changes, IReadOnlySet<int>? animated)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(changes);
        var parameters = scene.Scene.Parameters;
        if (theta.Length != parameters.Length)
            throw new ArgumentException($"The scene has {parameters.Length} parameters, not {theta.Length}.",
                nameof(theta));
        for (var i = 0; i < theta.Length; i++)
            if (!double.IsFinite(theta[i]))
                throw new ArgumentException(
                    $"The parameter {parameters[i].Name} of <{parameters[i].Element.TagName}> in line "
                    + $"{parameters[i].Element.Line} is not finite.", nameof(theta));
        var edits = new SourceEdits();
        var context = new WriteContext(parameters, theta, edits, changes.Outlines, animated);
        foreach (var binding in scene.Bindings) binding.Write(context);
        if (changes.Removed.Count > 0
            && !changes.Removed.IsSubsetOf(PlainShapes.Of(scene.Document).Concat(PlainShapes.Emptied(scene.Document, changes.Removed))))
            throw new ArgumentException("An element that something else refers to cannot be left out.", nameof(changes));
        foreach (var order in changes.Removed.Order()) edits.Remove(scene.Document.Elements[order], scene.Document.Text);
        return scene.Document.ToBytes(edits);
    }
}
