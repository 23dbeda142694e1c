using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Prickle.ClickHouse;

namespace Prickle.Capture.Receiving;

/// <summary>
/// An event in parts, as SDKs send long prompts and answers to <c>/i/v0/ai</c>: the part <c>event</c> is the event,
/// <c>event.properties</c> more of its properties, and each <c>event.properties.NAME</c> one property. It becomes the
/// classic shape: JSON stays structure, other text becomes text, and what is no text its base64.
/// </summary>
static class MultipartBody
{
    const string PropertiesPart = "event.properties";
    const int MostParts = 200;

    public static bool IsMultipart(string contentType) => contentType.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>The event as one JSON text, or why there is none.</summary>
    /// <param name="body">The parts.</param>
    /// <param name="contentType">Names the boundary between them.</param>
    /// <param name="inflate">Unpacks a part in gzip.</param>
    /// <param name="limit">The most bytes of all parts, unpacked.</param>
    /// <exception cref="InvalidDataException">These are no parts.</exception>
    /// <exception cref="IOException">The last part has no end.</exception>
    public static DecodeOutcome Read(
        ReadOnlyMemory<byte> body, string contentType, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> inflate, int limit)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
        {
            return new DecodeOutcome.Unreadable("The content type names no boundary between the parts");
        }

        var parts = new List<(string Name, ReadOnlyMemory<byte> Content)>();
        var size = 0L;
        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(body.ToArray(), writable: false));
        // The stream is memory: nothing is waited for.
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
        {
            var content = new MemoryStream();
            section.Body.CopyTo(content);
            var bytes = (ReadOnlyMemory<byte>)content.GetBuffer().AsMemory(0, (int)content.Length);
            bytes = BodyDecoder.IsGzip(bytes.Span) ? inflate(bytes) : bytes;
            size += bytes.Length;
            if (size > limit)
            {
                return new DecodeOutcome.TooLarge(limit);
            }

            parts.Add((NameOf(section), bytes));
            if (parts.Count > MostParts)
            {
                return new DecodeOutcome.Unreadable($"The body has more than {MostParts} parts");
            }
        }

        return Join(parts);
    }

    static string NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : "";

    static DecodeOutcome Join(List<(string Name, ReadOnlyMemory<byte> Content)> parts)
    {
        // What names a property more precisely wins.
        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var properties = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, content) in parts.OrderBy(part => part.Name switch { "event" => 0, PropertiesPart => 1, _ => 2 }))
        {
            if (name is "event" or PropertiesPart)
            {
                if (ReadObject(content, name == "event" ? members : properties) is { } why)
                {
                    return new DecodeOutcome.Unreadable($"The part '{name}' {why}");
                }

                if (name == "event" && members.Remove("properties", out var own) && ReadObject(own, properties) is not null)
                {
                    // What is wrong with it is said by whoever reads events.
                    members["properties"] = own;
                }
            }
            else if (name.StartsWith(PropertiesPart + ".", StringComparison.Ordinal) && name.Length > PropertiesPart.Length + 1)
            {
                properties[name[(PropertiesPart.Length + 1)..]] = Value(content);
            }
            else
            {
                return new DecodeOutcome.Unreadable($"The part '{name}' is not known: parts are 'event', '{PropertiesPart}' and '{PropertiesPart}.NAME'");
            }
        }

        if (members.Count == 0)
        {
            return new DecodeOutcome.Unreadable("The body has no part 'event'");
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, JsonRows.WriterOptions))
        {
            writer.WriteStartObject();
            WriteAll(writer, members);
            if (!members.ContainsKey("properties"))
            {
                writer.WriteStartObject("properties"u8);
                WriteAll(writer, properties);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return new DecodeOutcome.Decoded(buffer.WrittenMemory);
    }

    static string? ReadObject(ReadOnlyMemory<byte> content, Dictionary<string, ReadOnlyMemory<byte>> into)
    {
        using var document = LenientJson.TryParse(ReadableText.Repair(content), out _);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return "is not a JSON object";
        }

        foreach (var member in document.RootElement.EnumerateObject())
        {
            into[member.Name] = JsonMarshal.GetRawUtf8Value(member.Value).ToArray();
        }

        return null;
    }

    static ReadOnlyMemory<byte> Value(ReadOnlyMemory<byte> content)
    {
        if (!Utf8.IsValid(content.Span))
        {
            return JsonSerializer.SerializeToUtf8Bytes(Convert.ToBase64String(content.Span));
        }

        using var document = LenientJson.TryParse(ReadableText.Repair(content), out _);
        return document is null
            ? JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(content.Span))
            : JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray();
    }

    static void WriteAll(Utf8JsonWriter writer, Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Span, skipInputValidation: true);
        }
    }
}
