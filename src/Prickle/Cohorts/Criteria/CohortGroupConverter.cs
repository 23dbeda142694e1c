using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Filters;

namespace Prickle.Cohorts.Criteria;

/// <summary>The field's form: <c>{type: OR, values: [{type: AND, values: [{type: behavioral, …}]}]}</c>.</summary>
sealed class CohortGroupConverter : JsonConverter<CohortGroup>
{
    const int Deepest = 5;

    static readonly Dictionary<string, CohortBehavior> Behaviors = new()
    {
        ["performed_event"] = CohortBehavior.Did,
        ["performed_event_multiple"] = CohortBehavior.DidTimes,
        ["performed_event_first_time"] = CohortBehavior.DidFirst,
        ["performed_event_sequence"] = CohortBehavior.DidThen,
        ["performed_event_regularly"] = CohortBehavior.DidRegularly,
        ["stopped_performing_event"] = CohortBehavior.Stopped,
        ["restarted_performing_event"] = CohortBehavior.Restarted,
    };

    public override CohortGroup Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Criterion(JsonElement.ParseValue(ref reader), options, 1) as CohortGroup
        ?? throw new JsonException("The criteria of a cohort are a group {type, values}.");

    static CohortCriterion Criterion(JsonElement json, JsonSerializerOptions options, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            throw new JsonException($"A criterion is an object; groups may lie {Deepest} deep at most.");
        }
        return Text(json, "type") switch
        {
            "AND" or "OR" => new CohortGroup(
                Text(json, "type") == "AND" ? FilterJoin.And : FilterJoin.Or,
                json.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array
                    ? [.. values.EnumerateArray().Select(value => Criterion(value, options, depth + 1))]
                    : throw new JsonException("A group has values.")),
            "behavioral" => Behavior(json, options),
            "person" => new PersonCriterion(json.Deserialize<PropertyFilter>(options)!),
            "cohort" => new MembershipCriterion(
                Whole(json, "value") ?? throw new JsonException("A cohort criterion names the id of a cohort as its value."), Flag(json, "negation")),
            var other => throw new JsonException($"\"{other}\" is no type of criterion: behavioral, person, cohort, AND, OR."),
        };
    }

    static BehaviorCriterion Behavior(JsonElement json, JsonSerializerOptions options)
    {
        if (!Behaviors.TryGetValue(Text(json, "value") ?? "", out var behavior))
        {
            throw new JsonException($"\"{Text(json, "value")}\" is no behaviour: {string.Join(", ", Behaviors.Keys)}.");
        }
        var criterion = new BehaviorCriterion(behavior, Event(json, "key", "event_type") ?? throw new JsonException("A behaviour has a key: an event or an action."));
        return criterion with
        {
            Filters = json.TryGetProperty("event_filters", out var filters) && filters.ValueKind != JsonValueKind.Null
                ? filters.Deserialize<FilterGroup>(options)! : FilterGroup.Everything,
            Within = Span(json, "time_value", "time_interval") ?? criterion.Within,
            IsNegated = Flag(json, "negation"),
            Operator = Text(json, "operator") ?? criterion.Operator,
            Times = Whole(json, "operator_value") ?? criterion.Times,
            Then = Event(json, "seq_event", "seq_event_type"),
            ThenWithin = Span(json, "seq_time_value", "seq_time_interval") ?? criterion.ThenWithin,
            MinimumPeriods = Whole(json, "min_periods") ?? criterion.MinimumPeriods,
            TotalPeriods = Whole(json, "total_periods") ?? criterion.TotalPeriods,
        };
    }

    public override void Write(Utf8JsonWriter writer, CohortGroup value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type", value.Join == FilterJoin.And ? "AND" : "OR");
        writer.WriteStartArray("values");
        foreach (var member in value.Members)
        {
            switch (member)
            {
                case CohortGroup group: Write(writer, group, options); break;
                case PersonCriterion person: JsonSerializer.Serialize(writer, person.Filter with { Type = "person" }, options); break;
                case MembershipCriterion membership:
                    writer.WriteStartObject();
                    writer.WriteString("type", "cohort");
                    writer.WriteString("key", "id");
                    writer.WriteNumber("value", membership.CohortId);
                    writer.WriteBoolean("negation", membership.IsNegated);
                    writer.WriteEndObject();
                    break;
                case BehaviorCriterion behavior: WriteBehavior(writer, behavior, options); break;
            }
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WriteBehavior(Utf8JsonWriter writer, BehaviorCriterion behavior, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "behavioral");
        writer.WriteString("value", Behaviors.First(pair => pair.Value == behavior.Behavior).Key);
        WriteEvent(writer, behavior.What, "key", "event_type");
        if (!behavior.Filters.IsEmpty)
        {
            writer.WritePropertyName("event_filters");
            JsonSerializer.Serialize(writer, behavior.Filters, options);
        }
        WriteSpan(writer, behavior.Within, "time_value", "time_interval");
        writer.WriteBoolean("negation", behavior.IsNegated);
        if (behavior.Behavior is CohortBehavior.DidTimes or CohortBehavior.DidRegularly)
        {
            writer.WriteString("operator", behavior.Operator);
            writer.WriteNumber("operator_value", behavior.Times);
        }
        if (behavior.Behavior == CohortBehavior.DidRegularly)
        {
            writer.WriteNumber("min_periods", behavior.MinimumPeriods);
            writer.WriteNumber("total_periods", behavior.TotalPeriods);
        }
        if (behavior.Then is { } then)
        {
            WriteEvent(writer, then, "seq_event", "seq_event_type");
        }
        if (behavior.Behavior is CohortBehavior.DidThen or CohortBehavior.Stopped or CohortBehavior.Restarted)
        {
            WriteSpan(writer, behavior.ThenWithin, "seq_time_value", "seq_time_interval");
        }
        writer.WriteEndObject();
    }

    static void WriteEvent(Utf8JsonWriter writer, CohortEvent what, string key, string type)
    {
        if (what.ActionId is { } id)
        {
            writer.WriteNumber(key, id);
        }
        else
        {
            writer.WriteString(key, what.Event);
        }
        writer.WriteString(type, what.ActionId is null ? "events" : "actions");
    }

    static void WriteSpan(Utf8JsonWriter writer, CohortSpan span, string count, string unit)
    {
        writer.WriteNumber(count, span.Count);
        writer.WriteString(unit, span.Unit);
    }

    static CohortEvent? Event(JsonElement json, string key, string type) =>
        !json.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : Text(json, type) == "actions"
            ? new CohortEvent(null, Whole(json, key) ?? throw new JsonException("An action is named by its id."))
        : value.ValueKind == JsonValueKind.String ? new CohortEvent(value.GetString(), null)
        : throw new JsonException("An event is named by text.");

    static CohortSpan? Span(JsonElement json, string count, string unit) =>
        Whole(json, count) is { } number ? new CohortSpan(number, Text(json, unit) ?? "day") : null;

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Numbers come as text from forms of the field.
    static int? Whole(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed) ? parsed
        : null;

    static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
