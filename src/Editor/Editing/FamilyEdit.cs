using SvgDistill.Distill.Editing.Control;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;

namespace SvgDistill.Editor.Editing;

/// <summary>
/// Several drawings edited one after another so that colours that were equal among them stay equal: what a colour becomes the first drawing that has it
/// finds out. One that may not change in a drawing stays in all.
/// </summary>
internal sealed class FamilyEdit(IReadOnlyList<(EditRequest Request, EditPlaces Places)> members, IReporter reporter, CancellationToken stop)
{
    /// <summary>Edits; where it was stopped, those that were written come back.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before anything was written.</exception>
    public IReadOnlyList<EditedDrawing> Run()
    {
        var shared = new SharedColors();
        var documents = members.Select(m => InputFile.Load(m.Request.Input)).ToArray();
        // Whatever cannot be edited is refused before the first takes time.
        for (var i = 0; i < documents.Length; i++) shared.Hold(EditSession.Read(members[i].Request, documents[i]).Limits.Svg.Scene);
        using var model = SharedModel.Open(members[0].Request);
        var edited = new List<EditedDrawing>();
        foreach (var ((request, places), document) in members.Zip(documents))
        {
            reporter.Say(FormattableString.Invariant($"[{edited.Count + 1}/{members.Count}] {request.Input}"));
            try
            {
                edited.Add(new EditJob(request with { Limits = request.Limits with { Shared = shared } }, places, reporter, stop).Run(model, document));
            }
            catch (OperationCanceledException) when (edited.Count > 0)
            {
                break;
            }
            if (edited[^1].Interrupted) break;
        }
        return edited;
    }
}
