using SvgDistill.Tests;
using SvgDistill.Training.Configuring;
using SvgDistill.Training.Data;
using Xunit;

namespace SvgDistill.Training.Tests;

/// <summary>Icons as they are found: names, captions, what cannot be used.</summary>
public sealed class IconReaderTests : IDisposable
{
    private const string Circle = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><circle cx=\"12\" cy=\"12\" r=\"9\" fill=\"red\"/></svg>";

    private readonly TempFolder _folder = new();
    private readonly List<string> _told = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OneBrokenFileAmongManyIsToldAndLeftOut()
    {
        for (var i = 0; i < 5; i++) _folder.Write($"red-dot-{(char)('a' + i)}.svg", Circle);
        _folder.Write("broken.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g></svg>");
        _folder.Write("empty.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>");
        _folder.Write("notes.txt", "no drawing");
        Assert.Equal(["red dot a", "red dot b", "red dot c", "red dot d", "red dot e"], Read(_folder.Path).Select(i => i.Subject));
        Assert.Equal(2, _told.Count);
        Assert.Contains(_told, line => line.Contains("broken.svg:1:", StringComparison.Ordinal) && line.EndsWith("Left out.", StringComparison.Ordinal));
        Assert.Contains(_told, line => line.Contains("empty.svg: nothing is drawn; left out", StringComparison.Ordinal));
    }

    [Fact]
    public void AnEmptyFolderIsToldAndAMissingOneIsAnError()
    {
        Assert.Empty(Read(_folder.Path));
        Assert.Contains("no SVG files in it", Assert.Single(_told), StringComparison.Ordinal);
        Assert.Contains("no such file or folder", Assert.Throws<TrainingException>(() => Read(_folder["nowhere"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("red-apple", null, "red apple")]
    [InlineData("redApple_2", null, "red apple 2")]
    [InlineData("1F468-200D-1F680", null, "")]
    [InlineData("emoji_u1f34e", null, "")]
    [InlineData("face", null, "face")]
    [InlineData("1F34E", "Red  Apple", "red apple")]
    [InlineData("icon", "123", "icon")]
    public void SubjectsComeFromTitlesElseNames(string file, string? title, string subject) => Assert.Equal(subject, IconNames.Subject(title, file));

    [Fact]
    public void IconsWithoutANameAreKeptAndTold()
    {
        _folder.Write("1F534.svg", Circle);
        Assert.Equal("", Assert.Single(Read(_folder.Path)).Subject);
        Assert.Contains("1 of 1 drawings have no name", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void ATableOfCaptionsComesFirst()
    {
        _folder.Write("1F534.svg", Circle);
        _folder.Write("dot.svg", Circle);
        var table = CaptionTable.Read(_folder.Write("names.csv", "file,caption\r\n1F534.svg,\"a \"\"red\"\", round dot\"\r\n\r\ndot,spot\r\n"));
        Assert.Equal(2, table.Count);
        Assert.Equal(["a \"red\", round dot", "spot"], IconReader.Read([_folder.Path], table, _told.Add).Select(i => i.Subject));
        Assert.Empty(_told);
        var placed = CaptionTable.Read(_folder.Write("placed.csv", "icons/1F34a.svg,box\nicons/1F34b,ball\n"));
        Assert.Equal("box", placed.Find(_folder["icons/1F34a.svg"], ""));
        Assert.Equal("ball", placed.Find(_folder["icons/1F34b.svg"], ""));
        Assert.Null(placed.Find(_folder["others/1F34b.svg"], ""));
        var error = Assert.Throws<TrainingException>(() => CaptionTable.Read(_folder.Write("odd.csv", "dot,spot\nball,a, b\n")));
        Assert.Contains("odd.csv:2:", error.Message, StringComparison.Ordinal);
    }

    /// <summary>An entry with a slip in its name is told, not one whose drawing is there and broken.</summary>
    [Fact]
    public void EntriesThatNameNoDrawingAreTold()
    {
        _folder.Write("dot.svg", Circle);
        _folder.Write("broken.svg", "<svg");
        var file = _folder.Write("names.csv", "dot,spot\nbroken,box\ndott.svg,spot\nicons/ball,ball\n");
        var table = CaptionTable.Read(file);
        IconReader.Read([_folder.Path], table, _ => { });
        table.TellUnused(_told.Add);
        Assert.Equal([$"{file}: 2 of its 4 entries name no drawing: dott.svg, icons/ball"], _told);
        _told.Clear();
        CaptionTable.Empty.TellUnused(_told.Add);
        Assert.Empty(_told);
    }

    /// <summary>Sources that share a table are asked together; one of them with a pattern leaves out drawings that may have the entries.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData("ball", false)]
    public void ATableMayServeSeveralSources(string? match, bool told)
    {
        TinyRun.WriteIcons(_folder);
        Directory.CreateDirectory(_folder["more"]);
        _folder.Write("more/ball.svg", Circle);
        var table = _folder.Write("names.csv", "red-ball,ball\nball,dot\nbal,dot\n");
        DataSource Source(string folder, string? only) => new(_folder[folder], only, "", table, "", null);
        var config = TinyRun.Config(_folder, "tiny", 1, 1) with { Data = [Source("icons", null), Source("more", match)] };
        TinyRun.Run(config, stage: "tokenizer", notes: _told);
        Assert.Equal(told ? [$"{table}: 1 of its 3 entries name no drawing: bal"] : [], _told);
    }

    [Fact]
    public void IconifysSetsAreRead()
    {
        _folder.Write("metadata.json", """{ "categories": { "Shapes": ["dot"] } }""");
        var set = _folder.Write("icons.json", """
            { "prefix": "plain-ones", "height": 24, "width": 24, "icons": {
              "dot": { "body": "<circle cx='12' cy='12' r='9'/>" },
              "bar": { "body": "<rect width='48' height='4'/>", "width": 48 },
              "old": { "body": "<rect width='4' height='4'/>", "hidden": true } } }
            """);
        var icons = Read(set);
        Assert.Equal(["bar", "dot"], icons.Select(i => i.Subject));
        Assert.Equal(48, icons[0].Scene().Width);
        Assert.Equal(["shapes"], icons[1].Keywords);
        Assert.Equal("plain ones", icons[1].Style);
        Assert.Equal(["dot"], IconReader.Read([set], CaptionTable.Empty, _told.Add, "d*").Select(i => i.Subject));
        Assert.Equal(["bar"], IconReader.Read([set], CaptionTable.Empty, _told.Add, except: ["d?t"]).Select(i => i.Subject));
        Assert.Equal(["bar"], IconReader.Read([set], CaptionTable.Empty, _told.Add, except: ["x", "shapes"]).Select(i => i.Subject));
        Assert.Contains("no icon set", Assert.Throws<TrainingException>(() => Read(_folder.Write("other.json", "{}"))).Message, StringComparison.Ordinal);
        Assert.Contains("not JSON", Assert.Throws<TrainingException>(() => Read(_folder.Write("odd.json", "{"))).Message, StringComparison.Ordinal);
    }

    /// <summary>As with a broken file in a folder; a size that is no number counts as not given.</summary>
    [Fact]
    public void AnIconWithoutABodyIsToldAndLeftOutOfItsSet()
    {
        var set = _folder.Write("icons.json", """
            { "prefix": 7, "width": 32, "icons": { "bar": {}, "dot": { "body": "<circle cx='12' cy='12' r='9'/>", "width": "24" } } }
            """);
        var icon = Assert.Single(Read(set));
        Assert.Equal(("dot", 32.0, ""), (icon.Subject, icon.Scene().Width, icon.Style));
        Assert.Contains("icons.bar.body: a text expected; left out", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void ACaptionWhoseQuotationMarkIsNotClosedIsNamedByItsLine() =>
        Assert.Contains("odd.csv:2: a quotation mark", Assert.Throws<TrainingException>(() =>
            CaptionTable.Read(_folder.Write("odd.csv", "dot,spot\nball,\"a ball\nbox,a box\n"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("owl", true)]
    [InlineData("left arrow", false)]
    [InlineData("letter b", false)]
    [InlineData("3d printer", false)]
    public void NamesThatHaveASideAreNotMirrored(string subject, bool may) => Assert.Equal(may, IconNames.MayBeMirrored(subject));

    private IReadOnlyList<Icon> Read(string path) => IconReader.Read([path], CaptionTable.Empty, _told.Add);
}
