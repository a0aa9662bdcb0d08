namespace SvgDistill.Training.Output;

/// <summary>A folder that is made beside its place and goes there when it is whole; there it replaces nothing but what this program made.</summary>
internal static class PlacedFolder
{
    /// <summary>Makes and places a folder.</summary>
    /// <param name="output">Its place.</param>
    /// <param name="isOurs">Whether a folder was made by this program.</param>
    /// <param name="fill">Writes the files into the folder that it is given.</param>
    /// <exception cref="TrainingException">Something cannot be written, or something else is at the place.</exception>
    public static void Write(string output, Func<string, bool> isOurs, Action<string> fill)
    {
        output = output.TrimEnd('/', '\\');
        // A name that nothing but a run that was killed here has: what is there goes.
        var temporary = output + ".svgdistill-unfinished";
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            Directory.CreateDirectory(temporary);
            fill(temporary);
            Place(temporary, output, isOurs);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{output}: cannot be written: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>Finds out, before hours of training, whether the folder may go to its place.</summary>
    /// <param name="output">The place.</param>
    /// <param name="isOurs">Whether a folder was made by this program.</param>
    /// <exception cref="TrainingException">Something else is there.</exception>
    public static void RequirePlace(string output, Func<string, bool> isOurs)
    {
        if (File.Exists(output) || Directory.Exists(output) && !isOurs(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new TrainingException($"{output}: something is there that is no model of this program. Name another folder as \"output\", or remove it.");
    }

    private static void Place(string temporary, string output, Func<string, bool> isOurs)
    {
        RequirePlace(output, isOurs);
        if (Directory.Exists(output))
        {
            var old = temporary + ".old";
            if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
            Directory.Move(output, old);
            Directory.Move(temporary, output);
            Directory.Delete(old, recursive: true);
            return;
        }
        Directory.Move(temporary, output);
    }
}
