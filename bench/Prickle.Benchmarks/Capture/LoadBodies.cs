using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace Prickle.Benchmarks.Capture;

/// <summary>
/// Bodies as browsers send them, made before anything is measured: batches of fifty events, gzipped, all of one person
/// and session; and single events, one for every batch, as a page sends its first.
/// </summary>
sealed class LoadBodies(string token, int seed)
{
    public const int BatchSize = 50;

    static readonly string[] Names = ["$pageview", "$autocapture", "$pageleave", "task_added", "task_completed", "report_exported"];
    static readonly string[] Browsers = ["Chrome", "Firefox", "Safari", "Microsoft Edge"];
    static readonly string[] Countries = ["GB", "US", "DE", "NL", "FR", "SE"];

    readonly Random _random = new(seed);

    /// <summary>A batch followed by a single event, so many times.</summary>
    public IReadOnlyList<LoadBody> Make(int pairs)
    {
        var bodies = new List<LoadBody>(pairs * 2);
        for (var pair = 0; pair < pairs; pair++)
        {
            bodies.Add(Body(BatchSize));
            bodies.Add(Body(1));
        }

        return bodies;
    }

    LoadBody Body(int events)
    {
        var buffer = new ArrayBufferWriter<byte>(events * 1500);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            var now = DateTimeOffset.UtcNow;
            var visitor = new Visit(_random.Next(20_000), Guid.CreateVersion7(now), Guid.CreateVersion7(now), _random.Next(Browsers.Length));
            writer.WriteStartObject();
            writer.WriteString("api_key", token);
            writer.WriteString("sent_at", now);
            writer.WriteStartArray("batch");
            for (var number = 0; number < events; number++)
            {
                WriteEvent(writer, visitor, now.AddMilliseconds(-200 * (events - number)));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(buffer.WrittenSpan);
        }

        return new LoadBody(packed.ToArray(), events);
    }

    void WriteEvent(Utf8JsonWriter writer, Visit visit, DateTimeOffset at)
    {
        var name = Names[_random.Next(Names.Length)];
        writer.WriteStartObject();
        writer.WriteString("event", name);
        writer.WriteString("uuid", Guid.CreateVersion7(at));
        writer.WriteString("timestamp", at);
        writer.WriteStartObject("properties");
        // Half of the visitors are anonymous, and no person is kept of them: the SDK's default.
        writer.WriteString("distinct_id", $"visitor-{visit.Number}");
        writer.WriteBoolean("$process_person_profile", visit.Number % 2 == 0);
        writer.WriteBoolean("$is_identified", visit.Number % 2 == 0);
        writer.WriteString("$session_id", visit.Session);
        writer.WriteString("$window_id", visit.Window);
        writer.WriteString("$device_id", $"visitor-{visit.Number}");
        WriteDevice(writer, visit);
        var page = _random.Next(40);
        writer.WriteString("$current_url", $"https://shop.test/plans/{page}?tab=tasks");
        writer.WriteString("$pathname", $"/plans/{page}");
        writer.WriteString("title", $"Plan {page}");
        writer.WriteNumber("$time", at.ToUnixTimeMilliseconds() / 1000.0);
        if (name == "$autocapture")
        {
            writer.WriteString("$event_type", "click");
            writer.WriteString(
                "$elements_chain",
                "button.btn.btn-primary:attr__class=\"btn btn-primary\"nth-child=\"1\"nth-of-type=\"1\"text=\"Save\";div.toolbar:nth-child=\"2\"nth-of-type=\"1\"");
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    static void WriteDevice(Utf8JsonWriter writer, Visit visit)
    {
        writer.WriteString("$lib", "web");
        writer.WriteString("$lib_version", "1.449.2");
        writer.WriteString("$browser", Browsers[visit.Browser]);
        writer.WriteNumber("$browser_version", 140 + visit.Browser);
        writer.WriteString("$browser_language", "en-GB");
        writer.WriteString("$os", "Windows");
        writer.WriteString("$os_version", "11");
        writer.WriteString("$device_type", "Desktop");
        writer.WriteNumber("$screen_width", 1920);
        writer.WriteNumber("$screen_height", 1080);
        writer.WriteNumber("$viewport_width", 1880);
        writer.WriteNumber("$viewport_height", 940);
        writer.WriteString("$host", "shop.test");
        writer.WriteString("$referrer", "$direct");
        writer.WriteString("$referring_domain", "$direct");
        writer.WriteString("$timezone", "Europe/London");
        writer.WriteString("$geoip_country_code", Countries[visit.Number % Countries.Length]);
    }

    sealed record Visit(int Number, Guid Session, Guid Window, int Browser);
}

/// <summary>A request's body, and how many events are in it.</summary>
sealed record LoadBody(byte[] Bytes, int Events);
