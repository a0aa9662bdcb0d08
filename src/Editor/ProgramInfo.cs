using System.Reflection;

namespace SvgDistill.Editor;

/// <summary>What this program is, for records, logs and <c>--version</c>.</summary>
internal static class ProgramInfo
{
    /// <summary>The version from the build, without the commit that the SDK appends.</summary>
    public static string Version { get; } =
        typeof(ProgramInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
