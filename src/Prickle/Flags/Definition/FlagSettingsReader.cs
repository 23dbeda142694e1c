using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Flags.Definition;

/// <summary>Lays what a request names over the settings of a flag. What it does not name stays; what it names wrongly is refused with the path.</summary>
static class FlagSettingsReader
{
    public static bool TryApply(
        FlagSettings current, JsonElement body, [NotNullWhen(true)] out FlagSettings? settings, [NotNullWhen(false)] out Refusal? refusal)
    {
        settings = null;
        refusal = null;
        if (body.ValueKind != JsonValueKind.Object)
        {
            refusal = Refusal.Invalid("body", "Send an object.");
            return false;
        }
        foreach (var member in body.EnumerateObject())
        {
            (current, refusal) = Apply(current, member.Name, member.Value);
            if (refusal is not null)
            {
                return false;
            }
        }
        settings = current;
        return true;
    }

    // Names that the settings do not have are passed over, as the field's API does.
    static (FlagSettings Settings, Refusal? Refusal) Apply(FlagSettings current, string name, JsonElement value) => name switch
    {
        "key" => Text(current, name, value, text => current with { Key = text }),
        "name" => Text(current, name, value, text => current with { Name = text }),
        "filters" => FlagFiltersReader.TryRead(value, name, out var filters, out var refusal) ? (current with { Filters = filters }, null) : (current, refusal),
        "active" => Flag(current, name, value, flag => current with { Active = flag }),
        "tags" => Texts(current, name, value, texts => current with { Tags = texts }),
        "ensure_experience_continuity" => Flag(current, name, value, flag => current with { EnsureExperienceContinuity = flag }),
        "bucketing_identifier" => Text(current, name, value, text => current with { BucketingIdentifier = text.Length == 0 ? FlagBucketing.DistinctId : text }),
        "evaluation_contexts" or "evaluation_tags" or "evaluation_environments" => Texts(current, name, value, texts => current with { EvaluationContexts = texts }),
        "evaluation_runtime" => Text(current, name, value, text => current with { EvaluationRuntime = text.Length == 0 ? FlagRuntimes.All : text }),
        "is_remote_configuration" => Flag(current, name, value, flag => current with { IsRemoteConfiguration = flag }),
        _ => (current, null),
    };

    static (FlagSettings Settings, Refusal? Refusal) Text(FlagSettings current, string name, JsonElement value, Func<string, FlagSettings> with) => value.ValueKind switch
    {
        JsonValueKind.String => (with(value.GetString()!), null),
        JsonValueKind.Null => (with(""), null),
        _ => (current, Refusal.Invalid(name, "Text is expected here.")),
    };

    static (FlagSettings Settings, Refusal? Refusal) Flag(FlagSettings current, string name, JsonElement value, Func<bool, FlagSettings> with) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => (with(value.GetBoolean()), null),
        JsonValueKind.Null => (with(false), null),
        _ => (current, Refusal.Invalid(name, "true or false is expected here.")),
    };

    static (FlagSettings Settings, Refusal? Refusal) Texts(FlagSettings current, string name, JsonElement value, Func<IReadOnlyList<string>, FlagSettings> with) => value.ValueKind switch
    {
        JsonValueKind.Null => (with([]), null),
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            (with([.. value.EnumerateArray().Select(item => item.GetString()!)]), null),
        _ => (current, Refusal.Invalid(name, "A list of texts is expected here.")),
    };
}
