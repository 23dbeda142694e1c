using System.Text;
using System.Text.Json;
using Prickle.Capture;
using Prickle.Capture.Receiving;

namespace Prickle.Tests.Capture.Receiving;

public sealed class EventReaderTests
{
    static readonly DateTimeOffset Arrival = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"api_key":"phc_1","batch":[{"event":"a","distinct_id":"x"}]}""")]
    [InlineData("""{"token":"phc_1","event":"a","distinct_id":"x"}""")]
    [InlineData("""[{"event":"a","distinct_id":"x","token":"phc_1"},{"event":"b","properties":{"token":"phc_1","distinct_id":"x"}}]""")]
    [InlineData("""{"event":"a","$distinct_id":"x","$token":"phc_1"}""")]
    public void The_token_is_found_in_each_place_it_may_stand(string body) =>
        EventReader.FindToken(Parse(body)).ShouldBe(new TokenSearch("phc_1", false));

    [Fact]
    public void Tokens_of_two_projects_in_one_body_are_a_conflict() =>
        EventReader.FindToken(Parse("""[{"event":"a","token":"phc_1"},{"event":"a","token":"phc_2"}]""")).IsConflict.ShouldBeTrue();

    [Fact]
    public void The_outer_distinct_id_wins_and_numbers_become_text()
    {
        Read("""{"event":"a","distinct_id":"outer","properties":{"distinct_id":"inner"}}""").Events.Single().DistinctId.ShouldBe("outer");
        Read("""{"event":"a","properties":{"distinct_id":42}}""").Events.Single().DistinctId.ShouldBe("42");
    }

    [Fact]
    public void One_bad_item_costs_only_itself()
    {
        var read = Read("""{"batch":[{"event":"a","distinct_id":"x"},{"distinct_id":"x"},{"event":"b"},7,{"event":"c","distinct_id":"x","properties":[]}]}""");
        read.Events.Select(captured => captured.Name).ShouldBe(["a"]);
        read.Refused.Select(warning => warning.Reason).ShouldBe(
            [DropReason.MissingEventName, DropReason.MissingDistinctId, DropReason.NotAnObject, DropReason.InvalidProperties]);
    }

    [Fact]
    public void Engage_without_a_name_identifies() =>
        EventReader.Read(Parse("""{"$distinct_id":"x","$set":{"a":1}}"""), Request(CaptureLane.Engage), 1).Events.Single().Name.ShouldBe("$identify");

    [Fact]
    public void Long_ids_are_cut_at_two_hundred_characters_with_a_warning_and_never_through_a_pair()
    {
        var long_ = new string('x', 199) + "😀tail";
        var read = Read($$"""{"event":"a","distinct_id":"{{long_}}"}""");
        read.Events.Single().DistinctId.ShouldBe(new string('x', 199));
        read.Warnings.Single().Reason.ShouldBe(DropReason.DistinctIdCut);
    }

    [Fact]
    public void A_malformed_uuid_becomes_the_same_uuid_each_time()
    {
        var first = Read("""{"event":"a","distinct_id":"x","uuid":"not-one"}""");
        var second = Read("""{"event":"a","distinct_id":"x","uuid":"not-one"}""");
        first.Events.Single().Uuid.ShouldNotBe(Guid.Empty);
        second.Events.Single().Uuid.ShouldBe(first.Events.Single().Uuid);
        first.Warnings.Single().Reason.ShouldBe(DropReason.InvalidUuid);
    }

    [Fact]
    public void Events_without_a_uuid_get_one_from_their_place_that_tells_them_apart_and_carries_the_arrival()
    {
        var node = Guid.Parse("11111111-2222-4333-8444-555555555555");
        var first = DerivedUuid.FromPlace(Arrival, node, 7, 0);
        DerivedUuid.FromPlace(Arrival, node, 7, 0).ShouldBe(first);
        DerivedUuid.FromPlace(Arrival, node, 7, 1).ShouldNotBe(first);
        DerivedUuid.FromPlace(Arrival, node, 8, 0).ShouldNotBe(first);
        first.Version.ShouldBe(7);
        // 2026-05-01T12:00:00Z is 1,777,636,800,000 ms, in hexadecimal 019de3…; a uuid of version 7 begins with it.
        first.ToString("N")[..12].ShouldBe(1_777_636_800_000L.ToString("x12"));
    }

    [Fact]
    public void Sent_at_stands_in_the_wrapper_or_in_each_item()
    {
        var wrapper = Read("""{"sent_at":"2026-05-01T11:00:00Z","batch":[{"event":"a","distinct_id":"x","timestamp":"2026-05-01T10:59:00Z"}]}""");
        wrapper.Events.Single().Clock.SentAt.ShouldBe(new DateTimeOffset(2026, 5, 1, 11, 0, 0, TimeSpan.Zero));
        var item = Read("""[{"event":"a","distinct_id":"x","sent_at":1777633200000}]""");
        item.Events.Single().Clock.SentAt.ShouldBe(new DateTimeOffset(2026, 5, 1, 11, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Json_that_python_writes_is_read()
    {
        var document = LenientJson.TryParse(Encoding.UTF8.GetBytes("""{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN","d":"\"NaN",}"""), out _);
        document!.RootElement.GetRawText().ShouldBe("""{"a":null,"b":[null,null],"c":"NaN","d":"\"NaN",}""");
    }

    [Fact]
    public void The_newer_protocol_is_written_over_into_the_classic_shape()
    {
        const string body = """
            {"created_at":"2026-05-01T11:00:00Z","batch":[{"event":"a","uuid":"01890a5d-ac96-774b-bcce-b302099a8057","distinct_id":"x",
             "timestamp":"2026-05-01T10:59:00Z","session_id":"s1","window_id":"w1","options":{"process_person_profile":false,"disable_skew_correction":true},
             "properties":{"n":1}}]}
            """;
        var (document, _) = CapturedBody.Open(Request(CaptureLane.Analytics) with { Body = Encoding.UTF8.GetBytes(body) });
        var captured = EventReader.Read(document!.RootElement, Request(CaptureLane.Analytics), 1).Events.Single();
        captured.Text("$session_id"u8).ShouldBe("s1");
        captured.Text("$window_id"u8).ShouldBe("w1");
        captured.Properties.GetProperty("$process_person_profile").GetBoolean().ShouldBeFalse();
        captured.Clock.IsTrusted.ShouldBeTrue();
        captured.Clock.SentAt.ShouldBe(new DateTimeOffset(2026, 5, 1, 11, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("""{"$session_id":"s-1","$window_id":"w-1"}""", "s-1", "w-1")]
    [InlineData("""{"$session_id":"first","$session_id":"last","$window_id":7}""", "last", "")]
    [InlineData("""{"\u0024session_id":"escaped","$window_id":"w \u00e9"}""", "escaped", "w \u00e9")]
    public void Session_and_window_are_read_as_looking_them_up_would(string properties, string session, string window)
    {
        var captured = Read($$"""{"event":"seen","distinct_id":"maya","properties":{{properties}}}""").Events.Single();
        (captured.SessionId, captured.WindowId).ShouldBe((session, window));
    }

    [Fact]
    public void What_an_event_may_hold_is_told_by_one_look_at_its_properties()
    {
        Special("""{"plan":"pro","seats":3,"$process_person_profile":true,"$cookieless_mode":false}""").ShouldBe(SpecialProperties.None);
        Special("""{"$set":{"plan":"pro"},"$ip":null,"$groups":{}}""").ShouldBe(
            SpecialProperties.Update | SpecialProperties.Address | SpecialProperties.Groups | SpecialProperties.Rewritten);
        Special("""{"$process_person_profile":false,"$elements_chain":"p:"}""").ShouldBe(
            SpecialProperties.WithoutProfile | SpecialProperties.Elements);
        Special("""{"\u0024set":{}}""").ShouldBe(SpecialProperties.Unknown);

        static SpecialProperties Special(string properties) =>
            Read($$"""{"event":"seen","distinct_id":"maya","properties":{{properties}}}""").Events.Single().Special;
    }

    static ReadEvents Read(string body) => EventReader.Read(Parse(body), Request(CaptureLane.Events), 1);

    static RawRequest Request(CaptureLane lane) => new(lane, default, "", "", "", null, "", "", Arrival);

    static JsonElement Parse(string body) => JsonElement.Parse(body);
}
