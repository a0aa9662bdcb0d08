namespace SvgDistill.Rasterizer.Svg;

/// <summary>A shape to put into a file.</summary>
/// <param name="Name">The element's local name.</param>
/// <param name="Attributes">Its attributes as written, in ASCII.</param>
public sealed record InsertedShape(string Name, string Attributes);

/// <summary>Shapes to put into a file beside one of its elements.</summary>
/// <param name="Order">The element, by <see cref="Scenes.SourceElement.Order"/>: one of <see cref="Insertions.Neighbours"/>.</param>
/// <param name="IsBefore">True to put them before it, where they are painted earlier; false for after it.</param>
/// <param name="Group">The id of a <c>g</c> around them; null for none.</param>
/// <param name="Shapes">The shapes, the first at the back.</param>
public sealed record Insertion(int Order, bool IsBefore, string? Group, IReadOnlyList<InsertedShape> Shapes);
