using System.IO.Compression;
using System.Text;
using Prickle.Capture;
using Prickle.Capture.Receiving;

namespace Prickle.Tests.Capture.Receiving;

public sealed class MultipartBodyTests
{
    [Fact]
    public void An_event_in_parts_becomes_one_event_with_all_its_properties()
    {
        var json = Decode(
            Part("event", """{"event":"$ai_generation","distinct_id":"maya","properties":{"$ai_model":"m1","$ai_input":"short"}}""", "application/json"),
            Part("event.properties.$ai_input", """[{"role":"user","content":"Bonjour ü"}]""", "application/json"),
            Part("event.properties", """{"$ai_latency":1.50,"$ai_model":"m2"}""", "application/json"),
            Part("event.properties.$ai_output", "plain \"text\"", "text/plain"));

        // What is more precisely named says more: event.properties over event, and a property's own part over both.
        json.ShouldBe("""{"event":"$ai_generation","distinct_id":"maya","properties":{"$ai_model":"m2","$ai_input":[{"role":"user","content":"Bonjour ü"}],"$ai_latency":1.50,"$ai_output":"plain \u0022text\u0022"}}""");
    }

    [Fact]
    public void Parts_and_bodies_may_be_packed_and_what_is_no_text_is_kept_as_base64()
    {
        var parts = Body(
            Part("event", """{"event":"$ai_span","distinct_id":"maya"}""", "application/json"),
            Part("event.properties.$ai_input_state", Gzip("""{"a":1}"""u8), "application/json"),
            // Base64 of the bytes ff fe fd is "//79".
            Part("event.properties.$ai_picture", [0xff, 0xfe, 0xfd], "application/octet-stream"));
        const string expected = """{"event":"$ai_span","distinct_id":"maya","properties":{"$ai_input_state":{"a":1},"$ai_picture":"//79"}}""";

        Text(BodyDecoder.Decode(Request(parts))).ShouldBe(expected);
        Text(BodyDecoder.Decode(Request(Gzip(parts)))).ShouldBe(expected);
        Text(BodyDecoder.Decode(Request(Gzip(parts)) with { ContentEncoding = "gzip" })).ShouldBe(expected);
    }

    [Fact]
    public void The_event_that_comes_of_it_is_read_like_any_other()
    {
        var request = Request(Body(
            Part("event", """{"event":"$ai_trace","distinct_id":"maya","uuid":"01890a5d-ac96-774b-bcce-b302099a8057"}""", "application/json"),
            Part("event.properties", """{"$ai_trace_id":"t"}""", "application/json")));
        var (document, _) = CapturedBody.Open(request);
        using (document)
        {
            var captured = EventReader.Read(document.ShouldNotBeNull().RootElement, request, 1).Events.ShouldHaveSingleItem();
            captured.Uuid.ShouldBe(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"));
            captured.Text("$ai_trace_id"u8).ShouldBe("t");
        }
    }

    [Fact]
    public void What_cannot_be_an_event_is_refused_with_the_part_that_is_the_matter()
    {
        Refusal(Body(Part("event.properties.a", "1", "application/json"))).ShouldContain("no part 'event'");
        Refusal(Body(Part("event", "{", "application/json"))).ShouldContain("'event' is not a JSON object");
        Refusal(Body(Part("event", "{\"event\":\"a\"}", ""), Part("event.properties", "[]", ""))).ShouldContain("'event.properties' is not");
        Refusal(Body(Part("event", "{\"event\":\"a\"}", ""), Part("file", "x", ""))).ShouldContain("'file' is not known");
        Refusal("--other\r\n\r\n"u8.ToArray()).ShouldNotBeEmpty();
        Refusal(Body(Part("event", """{"event":"a"}""", ""))[..^20]).ShouldNotBeEmpty();
        BodyDecoder.Decode(Request(Body()) with { ContentType = "multipart/form-data" }).ShouldBeOfType<DecodeOutcome.Unreadable>();
    }

    [Fact]
    public void Parts_that_are_too_large_together_once_unpacked_are_refused()
    {
        var half = Gzip(Encoding.UTF8.GetBytes(new string(' ', (BodyDecoder.Limit / 2) + 1)));
        BodyDecoder.Decode(Request(Body(
            Part("event", """{"event":"a","distinct_id":"b"}""", ""), Part("event.properties.a", half, ""), Part("event.properties.b", half, ""))))
            .ShouldBe(new DecodeOutcome.TooLarge(BodyDecoder.Limit));
    }

    static string Decode(params byte[][] parts) => Text(BodyDecoder.Decode(Request(Body(parts))));

    static string Text(DecodeOutcome outcome) => Encoding.UTF8.GetString(outcome.ShouldBeOfType<DecodeOutcome.Decoded>().Json.Span);

    static string Refusal(byte[] body) => BodyDecoder.Decode(Request(body)).ShouldBeOfType<DecodeOutcome.Unreadable>().Why;

    static RawRequest Request(byte[] body) => new(
        CaptureLane.Events, body, "", "multipart/form-data; boundary=\"border\"", "", null, "", "", DateTimeOffset.UnixEpoch);

    static byte[] Body(params byte[][] parts) => [.. parts.SelectMany(part => part), .. "--border--\r\n"u8];

    static byte[] Part(string name, string content, string type) => Part(name, Encoding.UTF8.GetBytes(content), type);

    static byte[] Part(string name, byte[] content, string type) =>
    [
        .. Encoding.UTF8.GetBytes($"--border\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n"),
        .. Encoding.UTF8.GetBytes(type.Length > 0 ? $"Content-Type: {type}\r\n\r\n" : "\r\n"), .. content, .. "\r\n"u8,
    ];

    static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
