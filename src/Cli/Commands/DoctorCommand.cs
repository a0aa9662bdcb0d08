using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SvgDistill.Cli.Doctor;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Editor.Output;

namespace SvgDistill.Cli.Commands;

/// <summary><c>doctor</c>: what was found on this machine, and a self-test of a few seconds.</summary>
internal sealed class DoctorCommand : Command, IHasExamples
{
    private readonly Option<string?> _model = Shared.Model();
    private readonly Option<bool> _json = Shared.Json();
    private readonly Streams _streams;

    public DoctorCommand(Streams streams) : base("doctor", "Says what was found (engine, processor, GPU, model) and tests it for a few seconds.")
    {
        _streams = streams;
        Add(_model);
        Add(_json);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill doctor", "a line for each part; ends with an error code where something is broken"),
        ("svgdistill doctor --model ~/models/my-model --json", "the same for another model, as JSON"),
    ];

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var json = parsed.GetValue(_json);
        var findings = new List<Finding>();
        foreach (var finding in Findings(parsed.GetValue(_model)))
        {
            findings.Add(finding);
            if (!json) _streams.Output.WriteLine($"{Word(finding.Health),-8} {finding.Part,-11} {finding.Text}");
        }
        var broken = findings.Where(f => f.Health == Health.Broken).ToList();
        if (json)
            _streams.Output.Write(new RunRecord("doctor", [])
            {
                ["healthy"] = broken.Count == 0,
                ["parts"] = new JsonObject([.. findings.Select(f => KeyValuePair.Create(f.Part, (JsonNode?)new JsonObject
                {
                    ["health"] = Word(f.Health), ["text"] = f.Text, ["details"] = f.Details,
                }))]),
                ["timing"] = new JsonObject { ["seconds"] = Math.Round(watch.Elapsed.TotalSeconds, 3) },
            });
        else _streams.Output.WriteLine(broken.Count == 0 ? "all is well" : $"broken: {string.Join(", ", broken.Select(f => f.Part))}");
        return broken.Count == 0 ? ExitCode.Done : broken[0].Code;
    }

    private static IEnumerable<Finding> Findings(string? model)
    {
        foreach (var finding in MachineProbe.Run()) yield return finding;
        yield return RasterizerProbe.Run();
        var engine = true;
        foreach (var finding in EngineProbe.Run())
        {
            engine &= finding.Health != Health.Broken;
            yield return finding;
        }
        yield return engine ? ModelProbe.Run(model)
            : new("model", Health.Warning, "not looked at: that takes the tensor engine", []);
    }

    private static string Word(Health health) => health switch
    {
        Health.Ok => "ok",
        Health.Warning => "warning",
        _ => "BROKEN",
    };
}
