using System.Buffers;
using System.Text.Json;

namespace Prickle.Flags.Wire;

/// <summary>An answer as SDKs read it.</summary>
sealed class WrittenAnswer
{
    readonly FlagAnswer _answer;

    public WrittenAnswer(FlagAnswer answer)
    {
        _answer = answer;
        Key = JsonEncodedText.Encode(answer.Flag.Key);
        Variant = answer.Variant is { } variant ? JsonEncodedText.Encode(variant) : null;
        Payload = answer.Payload is { } payload ? JsonEncodedText.Encode(payload) : null;
        Details = Write(answer);
    }

    public JsonEncodedText Key { get; }
    public JsonEncodedText? Variant { get; }
    public JsonEncodedText? Payload { get; }
    public bool IsEnabled => _answer.IsEnabled;
    public bool HasError => _answer.Error is not null;

    /// <summary>Everything about it, as an object.</summary>
    public byte[] Details { get; }

    /// <summary>Whether the other says the same: payloads go by the variant.</summary>
    public bool Says(in FlagAnswer other) =>
        _answer.IsEnabled == other.IsEnabled && _answer.Reason == other.Reason && _answer.ConditionIndex == other.ConditionIndex
        && HasError == other.Error is not null && _answer.Variant == other.Variant;

    static byte[] Write(FlagAnswer answer)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
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
        return text.WrittenSpan.ToArray();
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
}

/// <summary>The answers that a flag has given. There are few different ones, so each is written once and copied from then on.</summary>
sealed class WrittenAnswers
{
    // A flag of many sets and variants writes what is beyond that each time.
    const int Most = 64;

    volatile WrittenAnswer[] _known = [];

    public WrittenAnswer Of(in FlagAnswer answer)
    {
        var known = _known;
        foreach (var written in known)
        {
            if (written.Says(answer))
            {
                return written;
            }
        }
        var added = new WrittenAnswer(answer);
        if (known.Length < Most)
        {
            // Of two that are written in one moment one is forgotten, and written again.
            _known = [.. known, added];
        }
        return added;
    }
}
