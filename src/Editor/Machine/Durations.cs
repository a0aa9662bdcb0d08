using System.Globalization;

namespace SvgDistill.Editor.Machine;

/// <summary>Lengths of time as people read them.</summary>
internal static class Durations
{
    /// <summary>"7 s", "2 min 05 s", "1 h 10 min".</summary>
    public static string Words(double seconds) => Math.Round(seconds) switch
    {
        < 60 and var s => string.Create(CultureInfo.InvariantCulture, $"{s:0} s"),
        < 3600 and var s => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(s / 60):0} min {s % 60:00} s"),
        var s => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(s / 3600):0} h {s % 3600 / 60:00} min"),
    };
}
