using System.Runtime.InteropServices;
using System.Text.Json;

namespace Prickle.Flags.Wire;

/// <summary>What an SDK asks of <c>/flags</c>, under all the names that versions of it use.</summary>
sealed record FlagsRequest(FlagRequest Subject)
{
    /// <summary>The most that properties may take: a person has a few dozen.</summary>
    const int LargestProperties = 1024 * 1024;

    public bool IsWithoutFlags { get; init; }

    /// <summary>The only flags wanted; null for all.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>client or server; null when it is not known.</summary>
    public string? Runtime { get; init; }

    /// <summary>The request, or the status, code and sentence of its refusal.</summary>
    public static (FlagsRequest? Request, int Status, string Code, string Detail) Read(JsonElement body, string userAgent)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, StatusCodes.Status400BadRequest, "invalid_payload", "The body is an object with distinct_id");
        }
        var isWithoutFlags = Member(body, "disable_flags").ValueKind == JsonValueKind.True;
        var distinctId = Text(Member(body, "distinct_id")) ?? Text(Member(body, "$distinct_id"));
        if (distinctId is null && !isWithoutFlags)
        {
            return (null, StatusCodes.Status400BadRequest, "missing_distinct_id", "Send a distinct_id: without one nobody is meant");
        }
        var person = Object(body, "person_properties", "$properties");
        var groups = Object(body, "group_properties", "$group_properties");
        if (SizeOf(person) > LargestProperties || SizeOf(groups) > LargestProperties)
        {
            return (null, StatusCodes.Status413PayloadTooLarge, "request_too_large", $"person_properties and group_properties may have {LargestProperties / 1024} KB each");
        }
        return (new FlagsRequest(new FlagRequest(distinctId ?? "")
        {
            AnonymousId = Text(Member(body, "$anon_distinct_id")) ?? Text(Member(body, "anon_distinct_id")),
            DeviceId = Text(Member(body, "$device_id")) ?? Text(Member(body, "device_id")) ?? Text(Member(person, "$device_id")),
            PersonProperties = person,
            GroupProperties = groups,
            Groups = Groups(Object(body, "groups", "$groups")),
        })
        {
            IsWithoutFlags = isWithoutFlags,
            Keys = Texts(body, "flag_keys_to_evaluate", "flag_keys"),
            Contexts = Texts(body, "evaluation_contexts", "evaluation_environments") ?? [],
            Runtime = Text(Member(body, "evaluation_runtime")) is (FlagRuntimes.Client or FlagRuntimes.Server) and var said ? said : RuntimeOf(userAgent),
        }, 0, "", "");
    }

    /// <summary>Whether the flag is for who asks.</summary>
    public bool Wants(FlagSettings flag) =>
        (Keys is null || Keys.Contains(flag.Key))
        && (flag.EvaluationContexts.Count == 0 || flag.EvaluationContexts.Any(context => Contexts.Contains(context, StringComparer.OrdinalIgnoreCase)))
        && (flag.EvaluationRuntime == FlagRuntimes.All || Runtime is null || Runtime == flag.EvaluationRuntime);

    // Browsers name themselves; SDKs of servers do too. Whoever does neither gets every flag.
    static string? RuntimeOf(string userAgent) =>
        Array.Exists(Servers, name => userAgent.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ? FlagRuntimes.Server
        : Array.Exists(Clients, name => userAgent.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ? FlagRuntimes.Client
        : null;

    static readonly string[] Servers =
        ["posthog-node", "posthog-python", "posthog-dotnet", "posthog-ruby", "posthog-go", "posthog-php", "posthog-java", "posthog-elixir", "posthog-rs"];

    static readonly string[] Clients = ["Mozilla/", "posthog-js", "posthog-ios", "posthog-android", "posthog-flutter", "posthog-react-native"];

    static Dictionary<string, string> Groups(JsonElement json)
    {
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                if (Text(member.Value) is { Length: > 0 } key)
                {
                    groups[member.Name] = key;
                }
            }
        }
        return groups;
    }

    static IReadOnlyList<string>? Texts(JsonElement body, string name, string older)
    {
        var list = Member(body, name) is { ValueKind: JsonValueKind.Array } given ? given : Member(body, older);
        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Text).OfType<string>()] : null;
    }

    static JsonElement Object(JsonElement body, string name, string older) =>
        Member(body, name) is { ValueKind: JsonValueKind.Object } given ? given : Member(body, older) is { ValueKind: JsonValueKind.Object } other ? other : default;

    static int SizeOf(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(json).Length;

    static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    static string? Text(JsonElement value) => value.ValueKind switch
    {
        // A NUL is nothing that an id needs and nothing that PostgreSQL stores.
        JsonValueKind.String => value.GetString()!.Replace("\0", "", StringComparison.Ordinal),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
