using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SvgDistill.Cli.Options;
using SvgDistill.Cli.Terminal;
using SvgDistill.Diffusion.Models;

namespace SvgDistill.Cli.Commands;

/// <summary><c>model pull</c>: fetches a model. The only command that connects to anything.</summary>
internal sealed class ModelPullCommand : Command, IHasExamples
{
    private readonly Argument<string> _repository = new("repository") { Description = "The model's name on Hugging Face: org/name." };
    private readonly Option<string> _revision = new("--revision")
    {
        Description = "Branch, tag or commit.", HelpName = "NAME", DefaultValueFactory = _ => "main",
    };
    private readonly Option<string?> _endpoint = new("--endpoint")
    {
        Description = "Another server (https, or http on this machine). Default: HF_ENDPOINT, else https://huggingface.co.", HelpName = "ADDRESS",
    };
    private readonly Option<bool> _quiet = Shared.Quiet();
    private readonly Streams _streams;

    public ModelPullCommand(Streams streams) : base("pull", "Fetches a model from Hugging Face into its cache; goes on where it stopped.")
    {
        _streams = streams;
        Add(_repository);
        foreach (Option option in new Option[] { _revision, _endpoint, _quiet }) Add(option);
        SetAction(Run);
    }

    public IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("svgdistill model pull stable-diffusion-v1-5/stable-diffusion-v1-5", "1.5, about 2.7 GB; then --model stable-diffusion-v1-5/stable-diffusion-v1-5"),
    ];

    private int Run(ParseResult parsed)
    {
        var screen = new Screen(_streams, parsed.GetValue(_quiet));
        using var interrupt = new Interrupt(screen);
        using var puller = new ModelPuller(parsed.GetValue(_endpoint));
        var (last, said) = ("", Stopwatch.StartNew());
        void Say(PullProgress progress)
        {
            if (progress.File == last && said.Elapsed < TimeSpan.FromSeconds(5) && progress.Bytes < progress.Total) return;
            (last, said) = (progress.File, Stopwatch.StartNew());
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"{progress.Bytes / 1e6:f0} of {progress.Total / 1e6:f0} MB  {progress.File}"));
        }
        var folder = puller.PullAsync(parsed.GetValue(_repository)!, parsed.GetValue(_revision)!, Say, interrupt.Token).GetAwaiter().GetResult();
        _streams.Output.WriteLine(folder);
        return ExitCode.Done;
    }
}
