using System.Globalization;
using System.Text.Json.Nodes;
using SvgDistill.Diffusion;
using SvgDistill.Editor;
using SvgDistill.Editor.Engine;

namespace SvgDistill.Cli.Doctor;

/// <summary>The model: is it there and whole, and do its parts compute what its folder says they should.</summary>
internal static class ModelProbe
{
    // The known outputs were computed in fp32 by another engine; the decoded picture is stored in fp16 (2^-11 of a value).
    private const double Tolerance = 1e-3;

    public static Finding Run(string? model)
    {
        try
        {
            using var opened = ModelChoice.Open(model, "fp32", null, null);
            var checks = opened.SelfCheck();
            var worst = checks.Count > 0 ? checks.Max(c => c.RelativeError) : 0;
            var good = worst <= Tolerance;
            var text = checks.Count == 0 ? "it carries no selfcheck.safetensors, so its numbers were not checked"
                : string.Join(", ", checks.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Part} {c.RelativeError:0.0e+0}")))
                    + (good ? "" : $": more than {Tolerance}: the weights or this engine are damaged; take the model's files again");
            return new("model", good ? Health.Ok : Health.Broken, $"{opened.Path} ({opened.Hash[..12]}); self-check: {text}",
                new JsonObject
                {
                    ["path"] = opened.Path, ["sha256"] = opened.Hash,
                    ["relative_errors"] = new JsonObject([.. checks.Select(c => KeyValuePair.Create(c.Part.Replace(' ', '_'), (JsonNode?)c.RelativeError))]),
                }, ExitCode.Model);
        }
        catch (Exception error) when (error is ModelException or EditorException { Kind: EditorErrorKind.Model })
        {
            return new("model", Health.Broken, error.Message, [], ExitCode.Model);
        }
    }
}
