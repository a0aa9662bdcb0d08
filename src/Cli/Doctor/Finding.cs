using System.Text.Json.Nodes;

namespace SvgDistill.Cli.Doctor;

/// <summary>How a part is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Ok,
    /// <summary>It works, but not as well as it could.</summary>
    Warning,
    /// <summary>It does not work.</summary>
    Broken,
}

/// <summary>What the doctor found out about one part.</summary>
/// <param name="Part">What was looked at.</param>
/// <param name="Health">How it is.</param>
/// <param name="Text">One line for a person; for what is broken, with the remedy.</param>
/// <param name="Details">The same in numbers, for <c>--json</c>.</param>
/// <param name="Code">What the program ends with where this is broken.</param>
internal sealed record Finding(string Part, Health Health, string Text, JsonObject Details, int Code = ExitCode.Internal);
