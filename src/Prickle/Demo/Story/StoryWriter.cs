using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Prickle.Demo.Story;

/// <summary>Writes events as the SDKs do: those of a page as posthog-js, those of the server as posthog-node.</summary>
static class StoryWriter
{
    const string BrowserLibraryVersion = "1.449.2";
    const string ServerLibraryVersion = "5.50.0";

    /// <summary>One body for the capture endpoints, as UTF-8 JSON.</summary>
    public static ReadOnlyMemory<byte> Batch(IEnumerable<StoryEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>(512 * 1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteBoolean("historical_migration"u8, true);
        writer.WriteStartArray("batch"u8);
        foreach (var item in events)
        {
            WriteEvent(writer, item);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    static void WriteEvent(Utf8JsonWriter writer, StoryEvent item)
    {
        writer.WriteStartObject();
        writer.WriteString("event"u8, item.Name);
        writer.WriteString("uuid"u8, item.Uuid);
        writer.WriteString("distinct_id"u8, item.DistinctId);
        writer.WriteString("timestamp"u8, item.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("properties"u8);
        if (item.Page is { } page)
        {
            WriteBrowser(writer, item, page);
        }
        else
        {
            writer.WriteString("$lib"u8, "posthog-node");
            writer.WriteString("$lib_version"u8, ServerLibraryVersion);
            WriteGroups(writer, item.Visitor);
        }

        WriteMembers(writer, item.Details);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    static void WriteBrowser(Utf8JsonWriter writer, StoryEvent item, StoryPage page)
    {
        var device = page.Browser.Device;
        var path = page.Path.Split('?')[0];
        writer.WriteString("$lib"u8, "web");
        writer.WriteString("$lib_version"u8, BrowserLibraryVersion);
        writer.WriteString("$os"u8, device.System);
        writer.WriteString("$os_version"u8, device.SystemVersion);
        writer.WriteString("$browser"u8, device.Browser);
        writer.WriteNumber("$browser_version"u8, device.BrowserVersion);
        writer.WriteString("$browser_language"u8, item.Visitor.Place.Language);
        writer.WriteString("$device_type"u8, device.Type);
        writer.WriteNumber("$screen_width"u8, device.Width);
        writer.WriteNumber("$screen_height"u8, device.Height);
        writer.WriteNumber("$viewport_width"u8, device.Width);
        writer.WriteNumber("$viewport_height"u8, device.Height * 86 / 100);
        writer.WriteString("$timezone"u8, item.Visitor.Place.TimeZone);
        writer.WriteString("$current_url"u8, $"https://{BrowserSession.Host}{page.Path}");
        writer.WriteString("$host"u8, BrowserSession.Host);
        writer.WriteString("$pathname"u8, path);
        writer.WriteString("title"u8, page.Title);
        writer.WriteString("$referrer"u8, page.Referrer.Length > 0 ? page.Referrer : "$direct");
        writer.WriteString("$referring_domain"u8, page.Referrer.Length > 0 ? new Uri(page.Referrer).Host : "$direct");
        writer.WriteString("$device_id"u8, page.Browser.AnonymousId);
        writer.WriteString("$session_id"u8, page.SessionId);
        writer.WriteString("$window_id"u8, page.WindowId);
        writer.WriteBoolean("$is_identified"u8, page.IsIdentified);
        writer.WriteBoolean("$process_person_profile"u8, true);
        writer.WriteString("$geoip_country_code"u8, item.Visitor.Place.CountryCode);
        writer.WriteString("$geoip_country_name"u8, item.Visitor.Place.Country);
        writer.WriteString("$geoip_city_name"u8, item.Visitor.Place.City);
        if (page.IsIdentified)
        {
            writer.WriteString("$user_id"u8, item.Visitor.UserId);
        }

        if (page.ShowsCompany)
        {
            WriteGroups(writer, item.Visitor);
        }
    }

    static void WriteGroups(Utf8JsonWriter writer, Visitor visitor)
    {
        if (visitor.Company is { } company)
        {
            writer.WriteStartObject("$groups"u8);
            writer.WriteString("company"u8, company.Key);
            writer.WriteEndObject();
        }
    }

    static void WriteMembers(Utf8JsonWriter writer, Details details)
    {
        foreach (var (name, value) in details)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }
    }

    static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case Details members:
                writer.WriteStartObject();
                WriteMembers(writer, members);
                writer.WriteEndObject();
                break;
            case System.Collections.IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A detail cannot be a {value.GetType().Name}", nameof(value));
        }
    }
}
