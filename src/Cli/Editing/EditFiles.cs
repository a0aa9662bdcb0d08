using SvgDistill.Cli.Output;

namespace SvgDistill.Cli.Editing;

/// <summary>The files of an edit of a drawing (or, with another extension, of a picture): the result, its record, pictures, and while a run is unfinished its state.</summary>
/// <param name="Svg">The result.</param>
/// <param name="Named">True where the user named it (with <c>-o</c>, or by resuming): it is replaced.</param>
internal sealed record EditFiles(string Svg, bool Named)
{
    /// <summary>What was done and came out.</summary>
    public string Record => Svg + ".json";
    /// <summary>Where an interrupted run goes on from; gone when the run is complete.</summary>
    public string State => Svg + ".state";
    /// <summary>The picture that <c>--preview</c> renews.</summary>
    public string Preview => Stem + ".preview.png";
    /// <summary>With <c>--png</c>, the drawing as it was.</summary>
    public string Before => Stem + ".before.png";
    /// <summary>With <c>--png</c>, the drawing as it is.</summary>
    public string After => Stem + ".after.png";
    /// <summary>With <c>--png</c>, the picture that the drawing was moved toward (<c>--via</c>).</summary>
    public string Via => Stem + ".via.png";

    private string Stem => Svg.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) ? Svg[..^4] : Svg;

    /// <summary>The files of a new run whose result has the given extension.</summary>
    public static EditFiles New(string? output, string input, string target, string extension = ".svg")
    {
        var files = output is null ? new EditFiles(OutputNames.ForEdit(input, target, extension), Named: false) : new EditFiles(output, Named: true);
        Outputs.RequireWritable(files.Svg);
        return files;
    }

    /// <summary>The files of the run that was interrupted last.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static EditFiles Interrupted(string? output, string input, string target, string extension = ".svg")
    {
        var candidates = output is null ? OutputNames.Edits(input, target, extension).Reverse() : [output];
        foreach (var svg in candidates)
            if (new EditFiles(svg, Named: true) is var files && File.Exists(files.State)) return files;
        throw CliException.Usage($"--resume: there is no interrupted run ({output ?? OutputNames.FirstForEdit(input, target, extension)}.state is not there)");
    }

    /// <summary>These files, or, where another run has taken the name meanwhile, those of the next free one.</summary>
    public EditFiles StillFree(string input, string target) =>
        Named || !(File.Exists(Svg) || File.Exists(Record)) ? this : this with { Svg = OutputNames.ForEdit(input, target, Path.GetExtension(Svg)) };
}
