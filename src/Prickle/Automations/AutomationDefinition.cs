using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Filters;

namespace Prickle.Automations;

/// <summary>
/// What an automation does, as it is published, exported and run: when something happens, then these steps. A value; what is
/// wrong with one says <see cref="AutomationCheck"/>.
/// </summary>
public sealed record AutomationDefinition
{
    /// <summary>What begins a run.</summary>
    public AutomationTrigger Trigger { get; init; } = new EventTrigger();

    /// <summary>How often it may begin for the same person.</summary>
    public EntryRule Entry { get; init; } = new();

    /// <summary>What ends a run before its last step.</summary>
    public ExitRule Exit { get; init; } = new();

    /// <summary>What the automation is for; null when nothing is counted.</summary>
    public ConversionGoal? Goal { get; init; }

    /// <summary>The steps, each with an id of its own. A run begins with the first.</summary>
    public IReadOnlyList<AutomationStep> Steps { get; init; } = [];

    /// <summary>The step of an id, or null.</summary>
    public AutomationStep? Find(string? id) => id is null ? null : Steps.FirstOrDefault(step => step.Id == id);

    /// <inheritdoc />
    public bool Equals(AutomationDefinition? other) => other is not null && AutomationJson.Write(this) == AutomationJson.Write(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Trigger.GetType(), Steps.Count);
}

/// <summary>How often runs begin.</summary>
public sealed record EntryRule
{
    /// <summary>At most one run for a person, ever.</summary>
    public bool OncePerPerson { get; init; }

    /// <summary>Only each Nth match begins a run; null for every match.</summary>
    public EntryMask? Mask { get; init; }
}

/// <summary>Lets only some matches through.</summary>
/// <param name="Every">Each Nth match begins a run; 1 for the first within <see cref="Within"/>.</param>
/// <param name="Within">Counting begins anew when this much time has gone by since the first match; <c>1h</c>.</param>
/// <param name="PerPerson">Counts for each person by themselves.</param>
public sealed record EntryMask(int Every, Period Within, bool PerPerson = false);

/// <summary>What ends a run early. Messages that were to come are not sent.</summary>
public sealed record ExitRule
{
    /// <summary>The goal was reached.</summary>
    public bool OnConversion { get; init; }

    /// <summary>The person fits this now; looked at before each step and while the run waits. Null for none.</summary>
    public FilterGroup? When { get; init; }
}

/// <summary>An event that shows that a run has done what it is for.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Within">Counted for so long after the run began.</param>
public sealed record ConversionGoal(string Event, Period Within)
{
    /// <summary>Conditions on the event.</summary>
    public FilterGroup Filters { get; init; } = FilterGroup.Everything;
}

/// <summary>Definitions as JSON, in the form of the API, of files and of the store.</summary>
public static class AutomationJson
{
    /// <summary>snake_case; members that do not exist are refused, so that a slip of the pen is seen.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static string Write(AutomationDefinition definition) => JsonSerializer.Serialize(definition, Options);

    /// <exception cref="JsonException">It is not a definition; the path says where.</exception>
    public static AutomationDefinition Read(string json) => JsonSerializer.Deserialize<AutomationDefinition>(json, Options)!;
}
