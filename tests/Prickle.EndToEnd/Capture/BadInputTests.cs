using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Capture;

/// <summary>What bad input gets: its status, what is stored of it, and a warning where somebody should know.</summary>
public sealed class BadInputTests(SharedProduct shared)
{
    const string Form = "application/x-www-form-urlencoded";
    const string Epoch = "1970-01-01 00:00:00.000000";

    static readonly Dictionary<string, BadInput> Cases = new()
    {
        ["nothing"] = new((_, _) => [], 400),
        ["gzip cut short"] = new((token, key) => Packed.Gzip(BadInput.Event("\"properties\":{}")(token, key))[..30], 400),
        ["gzip cut short, with a header"] =
            new((token, key) => Packed.Gzip(BadInput.Event("\"properties\":{}")(token, key))[..30], 400) { ContentEncoding = "gzip" },
        ["a header that says zstd of what is none"] = new(BadInput.Event("\"properties\":{}"), 400) { ContentEncoding = "zstd" },
        ["a header that says br of what is none"] = new(BadInput.Event("\"properties\":{}"), 400) { ContentEncoding = "br" },
        ["a header that says deflate of what is none"] = new(BadInput.Event("\"properties\":{}"), 400) { ContentEncoding = "deflate" },
        ["an unknown content encoding"] = new(BadInput.Event("\"properties\":{}"), 400) { ContentEncoding = "lzma" },
        ["wrong base64"] = new((_, _) => "data=%21%21%21not*base64%21"u8.ToArray(), 400) { Type = Form },
        ["JSON cut short"] = new(BadInput.Template("""{"api_key":"TOKEN","event":"sent","distinct_id":"""), 400),
        ["a text instead of JSON"] = new((_, _) => "hello?"u8.ToArray(), 400),
        ["NaN and Infinity"] = new(BadInput.Event("""
            "properties":{"a":NaN,"b":Infinity,"c":-Infinity,"d":[NaN,1],"text":"NaN"}
            """), 200, 1)
        {
            Check = stored =>
            {
                stored.Property("a").ShouldBeNullOrEmpty();
                stored.Property("text").ShouldBe("NaN");
            },
        },
        ["lone surrogates"] = new(BadInput.Event("""
            "properties":{"high":"a\ud83d","low":"\udc00b","whole":"\ud83e\udd94"}
            """), 200, 1)
        {
            Check = stored => (stored.Property("high"), stored.Property("low"), stored.Property("whole")).ShouldBe(("a\ufffd", "\ufffdb", "🦔")),
        },
        ["invalid UTF-8"] = new(WithInvalidByte, 200, 1) { Check = stored => stored.Property("text").ShouldBe("a\ufffdb") },
        ["500 levels"] = new(BadInput.Event($"\"properties\":{{\"deep\":{Nested(500)}}}"), 200, 1, ["ValueStoredAsText"]),
        ["100,000 levels"] = new(BadInput.Event($"\"properties\":{{\"deep\":{Nested(100_000)}}}"), 400),
        ["doubled keys"] = new(BadInput.Event("""
            "properties":{"a":1,"a":2,"b":{"c":1},"b":{"c":2}}
            """), 200, 1) { Check = stored => stored.Property("a").ShouldBe("1") },
        ["a number beyond double"] = new(BadInput.Event("""
            "properties":{"huge":1e400,"usual":1e300}
            """), 200, 1, ["ValueStoredAsText"]) { Check = stored => stored.Property("huge").ShouldBe("1e400") },
        ["one bad event among 100"] = new(BadInput.BatchWith(37, """{"event":"sent"}"""), 200, 99, ["MissingDistinctId"]),
        ["one item of 100 that is no object"] = new(BadInput.BatchWith(99, "17"), 200, 99, ["NotAnObject"]),
        ["no distinct id"] = new(BadInput.Template("""{"api_key":"TOKEN","event":"sent"}"""), 400, 0, ["MissingDistinctId"]),
        ["an empty distinct id"] = new(BadInput.Template("""{"api_key":"TOKEN","event":"sent","distinct_id":""}"""), 400, 0, ["MissingDistinctId"]),
        ["no event name"] = new(BadInput.Template("""{"api_key":"TOKEN","distinct_id":"a"}"""), 400, 0, ["MissingEventName"]),
        ["properties that are a list"] = new(BadInput.Event("\"properties\":[]"), 400, 0, ["InvalidProperties"]),
        ["a distinct id of 200 characters"] = new(WithIdOf(200), 200, 1) { Check = stored => stored.DistinctId.Length.ShouldBe(200) },
        ["a distinct id of 201 characters"] = new(WithIdOf(201), 200, 1, ["DistinctIdCut"])
        {
            Check = stored => stored.DistinctId.Length.ShouldBe(200),
        },
        ["a number as distinct id"] = new(BadInput.Template("""{"api_key":"TOKEN","event":"sent","distinct_id":17}"""), 200, 1)
        {
            Check = stored => stored.DistinctId.ShouldBe("17"),
        },
        ["a uuid that is none"] = new(BadInput.Event("\"uuid\":\"seventeen\""), 200, 1, ["InvalidUuid"]),
        ["no token"] = new(BadInput.Template("""{"event":"sent","distinct_id":"a"}"""), 401),
        ["a token of nobody"] = new(BadInput.Template("""{"api_key":"phc_of_nobody","event":"sent","distinct_id":"a"}"""), 401),
        ["a personal key as token"] = new(BadInput.Template("""{"api_key":"KEY","event":"sent","distinct_id":"a"}"""), 401),
        ["two tokens in one body"] = new(BadInput.Template("""
            [{"event":"sent","distinct_id":"a","token":"TOKEN"},{"event":"sent","distinct_id":"b","token":"phc_another"}]
            """), 401),
        ["a timestamp in the year 0"] = AtTheEpoch("\"timestamp\":\"0000-01-01T00:00:00Z\""),
        ["a timestamp in the year 10000"] = AtTheEpoch("\"timestamp\":\"+10000-01-01T00:00:00Z\""),
        ["an offset beyond all time"] = AtTheEpoch("\"offset\":1e300"),
        ["a timestamp in the year 9999"] = new(BadInput.Event("\"timestamp\":\"9999-12-31T23:59:59Z\""), 200, 1, ["TimestampInFuture"])
        {
            Check = ShouldBeOfNow,
        },
        ["a timestamp that is none"] = new(BadInput.Event("\"timestamp\":\"yesterday\""), 200, 1, ["InvalidTimestamp"]) { Check = ShouldBeOfNow },
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bad_input_gets_its_status_and_harms_nothing(string name)
    {
        var bad = Cases[name];
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync(name);
        using var body = new ByteArrayContent(bad.Body(project.Token, running.Api.PersonalApiKey));
        body.Headers.ContentType = new MediaTypeHeaderValue(bad.Type);
        if (bad.ContentEncoding is not null)
        {
            body.Headers.ContentEncoding.Add(bad.ContentEncoding);
        }

        using var response = await running.Http.PostAsync("/batch/", body);

        ((int)response.StatusCode).ShouldBe(bad.Status, await response.Content.ReadAsStringAsync());
        // What is accepted later is stored later: when this event is there, nothing of the bad request can follow.
        await SendGoodAsync(running, project, "afterwards");
        await running.Store.WaitForEventsAsync(project.Id, 1, "distinct_id = 'afterwards'");
        var stored = await running.Store.WaitForEventsAsync(project.Id, bad.Stored, "distinct_id != 'afterwards'");
        await running.Store.WaitForWarningsAsync(project.Id, bad.Warnings ?? []);
        if (bad.Stored == 1)
        {
            bad.Check(stored.Single());
        }
    }

    [Fact]
    public async Task A_body_of_30_MB_is_refused()
    {
        var running = await shared.StartedAsync();
        using var body = new ByteArrayContent(Encoding.ASCII.GetBytes(new string(' ', 30_000_000)));

        using var response = await running.Http.PostAsync("/batch/", body);

        ((int)response.StatusCode).ShouldBe(413);
    }

    [Fact]
    public async Task Gzip_bombs_are_refused_within_bounded_memory()
    {
        const int bombs = 12;
        const long bound = 400L * 1024 * 1024;
        var running = await shared.StartedAsync();
        // Half a gigabyte of zeros each; unpacked all together they would be six.
        var bomb = Packed.Gzip(new byte[512 * 1024 * 1024]);
        var before = running.Process.ResidentBytes;

        var statuses = await Task.WhenAll(Enumerable.Range(0, bombs).Select(async _ =>
        {
            using var body = new ByteArrayContent(bomb);
            using var response = await running.Http.PostAsync("/e/", body);
            return (int)response.StatusCode;
        }));

        statuses.ShouldBe(Enumerable.Repeat(413, bombs));
        (running.Process.ResidentBytes - before).ShouldBeLessThan(bound);
    }

    static async Task SendGoodAsync(Running running, TestProject project, string distinctId)
    {
        using var good = new StringContent(
            $$"""{"api_key":"{{project.Token}}","event":"sent","distinct_id":"{{distinctId}}"}""", Encoding.UTF8, "application/json");
        using var response = await running.Http.PostAsync("/capture/", good);
        ((int)response.StatusCode).ShouldBe(200);
    }

    static string Nested(int levels) => new string('[', levels) + new string(']', levels);

    static Func<string, string, byte[]> WithIdOf(int characters) =>
        BadInput.Template($$"""{"api_key":"TOKEN","event":"sent","distinct_id":"{{new string('i', characters)}}"}""");

    static byte[] WithInvalidByte(string token, string key)
    {
        var body = BadInput.Event("\"properties\":{\"text\":\"a?b\"}")(token, key);
        body[Array.IndexOf(body, (byte)'?')] = 0xff;
        return body;
    }

    static BadInput AtTheEpoch(string time) => new(BadInput.Event(time), 200, 1, ["InvalidTimestamp"])
    {
        Check = stored => stored.Timestamp.ShouldBe(Epoch),
    };

    static void ShouldBeOfNow(StoredEvent stored) => DateTimeOffset
        .Parse(stored.Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        .ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(2));
}
