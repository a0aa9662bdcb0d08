using System.Text.Json;
using System.Text.Json.Nodes;

namespace SvgDistill.Editor.Output;

/// <summary>JSON that may be anybody's.</summary>
internal static class JsonFields
{
    /// <summary>An object's fields; null where the text is no JSON, no object, or has a field twice, of which reading one would throw.</summary>
    public static JsonObject? Of(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
