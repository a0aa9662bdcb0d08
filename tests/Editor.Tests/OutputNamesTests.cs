using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Editor.Output;
using Xunit;

namespace SvgDistill.Editor.Tests;

public sealed class OutputNamesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnEditStandsBesideItsInputAndIsNamedAfterTheTarget() =>
        Assert.Equal(_folder["owl.a-monkey.svg"], OutputNames.ForEdit(_folder["owl.svg"], "a monkey").Free);

    [Fact]
    public void ATakenNameGetsTheNextNumber()
    {
        _folder.Write("owl.a-monkey.svg", "");
        Assert.Equal(_folder["owl.a-monkey-2.svg"], OutputNames.ForEdit(_folder["owl.svg"], "a monkey").Free);
        _folder.Write("owl.a-monkey-2.svg", "");
        Assert.Equal(_folder["owl.a-monkey-3.svg"], OutputNames.ForEdit(_folder["owl.svg"], "a monkey").Free);
    }

    [Fact]
    public void ARecordAloneTakesTheNameToo()
    {
        _folder.Write("owl.a-monkey.svg.json", "");
        Assert.Equal(_folder["owl.a-monkey-2.svg"], OutputNames.ForEdit(_folder["owl.svg"], "a monkey").Free);
    }

    [Theory]
    [InlineData("A Monkey!", "a-monkey")]
    [InlineData("  café / señor  ", "café-señor")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("🙈", "edit")]
    [InlineData("Ünïcode 猿", "ünïcode-猿")]
    public void SlugsKeepLettersAndDigits(string prompt, string slug) => Assert.Equal(slug, OutputNames.Slug(prompt));

    [Fact]
    public void AnyPromptGivesAFileNameInsideTheFolder() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), prompt =>
        {
            var name = OutputNames.Slug(WellFormed(prompt.Get));
            return name.Length is > 0 and <= 49 && name == Path.GetFileName(name) && name is not ("." or "..");
        }).Check(RandomCases.Of(100));

    // Random UTF-16 may hold lone surrogates, which no argument of a process can.
    private static string WellFormed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
