using System.Text.Json;
using System.Text.Json.Nodes;

namespace Prickle.Flags.Wire;

/// <summary>The forms in which SDKs of all ages read their flags.</summary>
enum FlagsForm
{
    /// <summary>A list of the keys of those that are on.</summary>
    Keys,
    /// <summary>A map of those that are on.</summary>
    Enabled,
    /// <summary>A map of all, and one of payloads.</summary>
    Values,
    /// <summary>Everything about each.</summary>
    Details,
}

/// <summary>Writes answers.</summary>
static class FlagsReply
{
    public static void Write(
        Utf8JsonWriter writer, FlagsForm form, IReadOnlyList<FlagAnswer> answers, Guid requestId, DateTimeOffset now, JsonObject? config)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in config ?? [])
        {
            writer.WritePropertyName(key);
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                value.WriteTo(writer);
            }
        }
        if (form == FlagsForm.Details)
        {
            WriteDetails(writer, answers);
        }
        WriteValues(writer, form, answers);
        if (form != FlagsForm.Keys)
        {
            WritePayloads(writer, answers);
        }
        writer.WriteBoolean("errorsWhileComputingFlags", HasError(answers));
        writer.WriteString("requestId", requestId);
        writer.WriteNumber("evaluatedAt", now.ToUnixTimeMilliseconds());
        writer.WriteEndObject();
    }

    static bool HasError(IReadOnlyList<FlagAnswer> answers)
    {
        foreach (var answer in answers)
        {
            if (answer.Error is not null)
            {
                return true;
            }
        }
        return false;
    }

    static void WriteDetails(Utf8JsonWriter writer, IReadOnlyList<FlagAnswer> answers)
    {
        writer.WriteStartObject("flags");
        foreach (var answer in answers)
        {
            writer.WriteStartObject(answer.Flag.Key);
            writer.WriteString("key", answer.Flag.Key);
            writer.WriteBoolean("enabled", answer.IsEnabled);
            writer.WriteString("variant", answer.Variant);
            if (answer.Error is not null)
            {
                // Of which, browsers keep what they had.
                writer.WriteBoolean("failed", true);
            }
            WriteReason(writer, answer);
            writer.WriteStartObject("metadata");
            writer.WriteNumber("id", answer.Flag.Id);
            writer.WriteNumber("version", answer.Flag.Version);
            writer.WriteNull("description");
            writer.WriteString("payload", answer.Payload);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    static void WriteReason(Utf8JsonWriter writer, FlagAnswer answer)
    {
        writer.WriteStartObject("reason");
        writer.WriteString("code", answer.Error is null ? FlagAnswer.CodeOf(answer.Reason) : "error");
        if (answer.ConditionIndex is { } index)
        {
            writer.WriteNumber("condition_index", index);
        }
        else
        {
            writer.WriteNull("condition_index");
        }
        // Who evaluates may be anybody: what is wrong inside is for the pages.
        writer.WriteString("description", answer.Error is null ? answer.Description : "The flag could not be evaluated");
        writer.WriteEndObject();
    }

    static void WriteValues(Utf8JsonWriter writer, FlagsForm form, IReadOnlyList<FlagAnswer> answers)
    {
        if (form == FlagsForm.Keys)
        {
            writer.WriteStartArray("featureFlags");
            foreach (var answer in answers.Where(answer => answer is { Error: null, IsEnabled: true }))
            {
                writer.WriteStringValue(answer.Flag.Key);
            }
            writer.WriteEndArray();
            return;
        }
        writer.WriteStartObject("featureFlags");
        foreach (var answer in answers.Where(answer => answer.Error is null && (answer.IsEnabled || form != FlagsForm.Enabled)))
        {
            if (answer.Variant is { } variant)
            {
                writer.WriteString(answer.Flag.Key, variant);
            }
            else
            {
                writer.WriteBoolean(answer.Flag.Key, answer.IsEnabled);
            }
        }
        writer.WriteEndObject();
    }

    static void WritePayloads(Utf8JsonWriter writer, IReadOnlyList<FlagAnswer> answers)
    {
        writer.WriteStartObject("featureFlagPayloads");
        foreach (var answer in answers.Where(answer => answer is { Error: null, Payload: not null }))
        {
            writer.WriteString(answer.Flag.Key, answer.Payload);
        }
        writer.WriteEndObject();
    }
}
