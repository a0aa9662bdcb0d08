namespace SvgDistill.Editor;

/// <summary>What an edit says of itself while it runs.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all; 0 before the first.</param>
/// <param name="Text">What is done, or a note on the drawing or the prompts.</param>
/// <param name="IsNote">Whether it is a note that the user should see.</param>
public sealed record EditorProgress(int Step, int Steps, string Text, bool IsNote = false);
