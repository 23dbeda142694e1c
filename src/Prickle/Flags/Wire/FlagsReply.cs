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
        Utf8JsonWriter writer, FlagsForm form, WrittenAnswer[] answers, Guid requestId, DateTimeOffset now, JsonObject? config)
    {
        writer.WriteStartObject();
        if (config is not null)
        {
            WriteConfig(writer, config);
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

    static void WriteConfig(Utf8JsonWriter writer, JsonObject config)
    {
        foreach (var (key, value) in config)
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
    }

    static bool HasError(WrittenAnswer[] answers)
    {
        foreach (var answer in answers)
        {
            if (answer.HasError)
            {
                return true;
            }
        }
        return false;
    }

    static void WriteDetails(Utf8JsonWriter writer, WrittenAnswer[] answers)
    {
        writer.WriteStartObject("flags");
        foreach (var answer in answers)
        {
            writer.WritePropertyName(answer.Key);
            writer.WriteRawValue(answer.Details, skipInputValidation: true);
        }
        writer.WriteEndObject();
    }

    static void WriteValues(Utf8JsonWriter writer, FlagsForm form, WrittenAnswer[] answers)
    {
        if (form == FlagsForm.Keys)
        {
            writer.WriteStartArray("featureFlags");
            foreach (var answer in answers)
            {
                if (answer is { HasError: false, IsEnabled: true })
                {
                    writer.WriteStringValue(answer.Key);
                }
            }
            writer.WriteEndArray();
            return;
        }
        writer.WriteStartObject("featureFlags");
        foreach (var answer in answers)
        {
            if (answer.HasError || (!answer.IsEnabled && form == FlagsForm.Enabled))
            {
                continue;
            }
            if (answer.Variant is { } variant)
            {
                writer.WriteString(answer.Key, variant);
            }
            else
            {
                writer.WriteBoolean(answer.Key, answer.IsEnabled);
            }
        }
        writer.WriteEndObject();
    }

    static void WritePayloads(Utf8JsonWriter writer, WrittenAnswer[] answers)
    {
        writer.WriteStartObject("featureFlagPayloads");
        foreach (var answer in answers)
        {
            if (answer is { HasError: false, Payload: { } payload })
            {
                writer.WriteString(answer.Key, payload);
            }
        }
        writer.WriteEndObject();
    }
}
