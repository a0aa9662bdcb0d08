using System.Globalization;
using FsCheck;

namespace SvgDistill.Tests;

/// <summary>
/// How many cases a property is tried on. They are the same in every run, so that what fails is of the change that is tested;
/// <c>SVGDISTILL_CASES=N</c> tries N times as many, others each time (<c>./test --all</c> does so with 5).
/// </summary>
internal static class RandomCases
{
    private static readonly int _times = Environment.GetEnvironmentVariable("SVGDISTILL_CASES") is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : 0;

    /// <summary>At which a property that fails throws, with the smallest case found and the seed to see it again.</summary>
    public static Config Of(int count) => _times == 0
        ? Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(12345, 678901)
        : Config.QuickThrowOnFailure.WithMaxTest(_times * count);
}
