using System.Text.Json;
using System.Text.Json.Nodes;
using SvgDistill.Distill.Films;
using SvgDistill.Distill.Reports;
using SvgDistill.Editor.Editing;
using SvgDistill.Editor.Output;
using SvgDistill.Editor.Reporting;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Rasterizer.Svg.Animating;

namespace SvgDistill.Editor.Showing;

/// <summary>An edit as films and a page: what is gathered while it runs, and what is written once the result stands.</summary>
internal sealed class EditShow
{
    private const double FilmSeconds = 3, AnimationSeconds = 2.5;
    private const int PictureSide = 320;

    private readonly EditSession _session;
    private readonly ShowRequest _request;
    private readonly EditPath _path;

    /// <summary>Begins at the drawing as it is.</summary>
    /// <param name="session">The edit.</param>
    /// <param name="request">What it is shown in.</param>
    /// <param name="first">Steps done by the run that this one goes on from.</param>
    public EditShow(EditSession session, ShowRequest request, int first) =>
        (_session, _request, _path) = (session, request, new EditPath(session.Scene.InitialValues(), session.Steps, first));

    /// <summary>Told after each step.</summary>
    public void Step(int step)
    {
        if ((_request.Film ?? _request.Report) is not null && _path.Wants(step)) _path.Add(step, _session.Theta);
    }

    /// <summary>Writes what was asked for; each stands alone.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="record">The run's record; null where it failed.</param>
    /// <param name="command">The command line.</param>
    /// <param name="after">Takes down what fails.</param>
    /// <param name="reporter">Where notes go.</param>
    public void Write(int steps, string? record, string command, FollowUp after, IReporter reporter)
    {
        var states = _path.To(_session.Theta, steps).Select(s => s with { Theta = _session.Whole(s.Theta.ToArray()) }).ToArray();
        if (_request.Film is { } film) after.Do("film", () => Outputs.Replace(film, Film(film, states, reporter)));
        if (_request.Animation is { } animation)
            after.Do("animation", () => Outputs.Replace(animation, Noted("--animate", SvgLoop.Write(_session.Svg, _session.Theta, AnimationSeconds), reporter)));
        if (_request.Report is { } report) after.Do("report", () => Outputs.Replace(report, EditHtml.Write(Report(states, record, command))));
    }

    private byte[] Film(string name, IReadOnlyList<DrawingState> states, IReporter reporter) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".svg" => Noted("--film", SvgFilm.Write(_session.Svg, states, FilmSeconds), reporter),
        ".gif" => PictureFilm.Gif(_session.Scene, states, PictureSide, Backgrounds.Color(_session.Background)),
        _ => PictureFilm.Png(_session.Scene, states, PictureSide),
    };

    private static byte[] Noted(string option, AnimatedSvg svg, IReporter reporter)
    {
        const int Named = 3;
        if (svg.Still.Count > 0)
            reporter.Note($"{option}: what changes and does not move there: {string.Join(", ", svg.Still.Take(Named))}"
                + (svg.Still.Count > Named ? $" and {svg.Still.Count - Named} more" : ""));
        return svg.Bytes;
    }

    private EditReport Report(IReadOnlyList<DrawingState> states, string? record, string command)
    {
        var (before, after) = (_session.Before, _session.Theta);
        var root = record is null ? [] : JsonNode.Parse(record)!.AsObject();
        // Equal runs give equal pages.
        root.Remove("timing");
        return new EditReport
        {
            Input = InputFile.IsStandard(_session.Request.Input) ? "standard input" : Path.GetFileName(_session.Request.Input),
            SourcePrompt = _session.SourcePrompt,
            TargetPrompt = _session.Request.Target,
            Background = _session.Background,
            Scene = _session.Scene,
            Before = _session.Document.ToBytes(),
            After = _session.Write(),
            Film = SvgFilm.Write(_session.Svg, states, FilmSeconds).Bytes,
            Moves = MovedPoints.Between(_session.Scene, before, after),
            Curves = _session.Run.Curves,
            Command = command,
            Options = Rows(root["options"]),
            Measures = Rows(root["metrics"]),
            Frozen = FrozenElements.Of(_session.Svg, _session.Request.Scene, _session.Target.Options.Locked),
            Notes = _session.Notes,
            Record = record is null ? "" : RunRecord.Text(root),
        };
    }

    // A record's object as rows; objects in it one row a field.
    private static List<(string, string)> Rows(JsonNode? node)
    {
        var rows = new List<(string, string)>();
        if (node is JsonObject fields)
            foreach (var (name, value) in fields)
                if (value is JsonObject inner) rows.AddRange(inner.Select(f => ($"{Words(name)}: {Words(f.Key)}", Value(f.Value))));
                else rows.Add((Words(name), Value(value)));
        return rows;

        static string Words(string name) => name.Replace('_', ' ');
        static string Value(JsonNode? value) => value is null ? "none"
            : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
    }
}
