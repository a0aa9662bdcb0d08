using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Editor.Tests;

/// <summary>Families of drawings that are stopped.</summary>
public sealed class FamilyEditTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[1/2]", 0)]
    [InlineData("[2/2]", 1)]
    public void WhatIsWrittenComesBackWhenItIsStoppedBeforeTheNextDrawing(string at, int written)
    {
        using var stop = new CancellationTokenSource();
        var members = new[] { "one.svg", "two.svg" }.Select(name =>
        {
            _folder.Write(name, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><circle cx=\"4\" cy=\"4\" r=\"3\" fill=\"#a32\"/></svg>");
            var request = new EditRequest
            {
                Input = _folder[name], Source = "a ball", Target = "a pear", Model = TestPaths.TinyModel, Losses = false, Method = new MethodName(MethodKind.Sds), Settings = new() { Steps = 1 },
            };
            return (request, new EditPlaces { Files = ResultFiles.At(_folder["out-" + name]), KeepsState = false });
        }).ToArray();
        var family = new FamilyEdit(members, new ProgressReporter(new Stopping(stop, at)), stop.Token);
        if (written == 0) Assert.Throws<OperationCanceledException>(family.Run);
        else Assert.Equal(written, family.Run().Count);
        Assert.Equal(written, _folder.Files.Count(f => f.StartsWith("out-", StringComparison.Ordinal) && f.EndsWith(".svg", StringComparison.Ordinal)));
    }

    private sealed class Stopping(CancellationTokenSource stop, string at) : IProgress<EditorProgress>
    {
        public void Report(EditorProgress value)
        {
            if (value.Text.StartsWith(at, StringComparison.Ordinal)) stop.Cancel();
        }
    }
}
