using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Previews.Wire;

/// <summary>Reads who looks from what a page or a server sent.</summary>
static class VisitorReader
{
    const int LongestId = 200;
    const int LongestCode = 100;

    /// <param name="links">Reads signed words, which a page sends along; null where a server speaks, who needs none.</param>
    public static bool TryRead(
        JsonElement body, int projectId, PreviewLinks? links, [NotNullWhen(true)] out PreviewVisitor? visitor, [NotNullWhen(false)] out Refusal? refusal)
    {
        (visitor, refusal) = (null, null);
        if (body.ValueKind != JsonValueKind.Object)
        {
            refusal = Refusal.Invalid("body", "Send an object.");
            return false;
        }
        var code = Text(body, "code") is { Length: > 0 and <= LongestCode } given ? given : null;
        if (links is not null && Text(body, "identity") is { Length: > 0 } signed)
        {
            if (links.Read(signed) is not { } known || known.ProjectId != projectId)
            {
                refusal = Refusal.Invalid("identity", "These signed words are not of this project, or too old: have new ones made.");
                return false;
            }
            visitor = known.Visitor with { Code = code };
            return true;
        }
        if (Text(body, "distinct_id") is not { Length: > 0 and <= LongestId } id)
        {
            refusal = Refusal.Invalid("distinct_id", $"Say who looks, by a distinct id of at most {LongestId} characters.");
            return false;
        }
        if (!TryReadGroups(body, out var groups))
        {
            refusal = Refusal.Invalid("groups", "An object of keys by the names of types is expected here: {\"company\": \"acme\"}.");
            return false;
        }
        visitor = new PreviewVisitor(id) { Groups = groups, Code = code };
        return true;
    }

    public static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        } : null;

    public static bool? Flag(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;

    /// <summary>What is chosen; null when the body does not say.</summary>
    public static PreviewChoice? Choice(JsonElement body, string source) => Flag(body, "enabled") is not { } isEnabled ? null : new PreviewChoice(isEnabled)
    {
        WantsIt = Flag(body, "wants_it") ?? true,
        Source = source,
        Feedback = Text(body, "feedback"),
        SessionId = Text(body, "session_id") is { Length: > 0 and <= LongestId } session ? session : null,
        IsForGroup = Flag(body, "for_group") == true,
    };

    static bool TryReadGroups(JsonElement body, out IReadOnlyDictionary<string, string> groups)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        groups = read;
        foreach (var name in (string[])["groups", "$groups"])
        {
            if (!body.TryGetProperty(name, out var given) || given.ValueKind == JsonValueKind.Null)
            {
                continue;
            }
            if (given.ValueKind != JsonValueKind.Object)
            {
                return false;
            }
            foreach (var group in given.EnumerateObject())
            {
                if (group.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
                {
                    return false;
                }
                read[group.Name] = group.Value.ToString();
            }
        }
        return true;
    }
}
