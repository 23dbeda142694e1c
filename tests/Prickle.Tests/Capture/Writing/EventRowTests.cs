using System.Text;
using System.Text.Json;
using Prickle.Capture;
using Prickle.Capture.Receiving;
using Prickle.Capture.Writing;
using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Tests.Capture.Writing;

public sealed class EventRowTests
{
    [Fact]
    public void Properties_are_copied_as_they_came_behind_the_address()
    {
        Properties("""{ "plan" : "pro \u00e9", "seats":3 }""", address: "10.0.0.7").ShouldBe("""{"$ip":"10.0.0.7","plan" : "pro \u00e9", "seats":3}""");
        Properties("{}", address: "10.0.0.7").ShouldBe("""{"$ip":"10.0.0.7"}""");
        Properties("{}").ShouldBe("{}");
    }

    [Fact]
    public void A_comma_behind_the_last_property_is_left_out() =>
        Properties("""{"plan":"pro,", }""").ShouldBe("""{"plan":"pro,"}""");

    [Theory]
    [InlineData("""{"a":1,"$elements_chain":"p:","b":"x","c":true}""", """{"a":1,"b":"x","c":true}""")]
    [InlineData("""{"$elements_chain":"p:","a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1,"$elements_chain":"p:"}""", """{"a":1}""")]
    [InlineData("""{"$elements_chain":"p:"}""", "{}")]
    [InlineData("""{"a":1, "$elements":[{"tag_name":"p"}] ,"b":[1,{"c":2}],}""", """{"a":1,"b":[1,{"c":2}]}""")]
    public void Elements_stand_in_a_column_of_their_own(string properties, string stored) => Properties(properties).ShouldBe(stored);

    [Fact]
    public void The_address_that_a_client_gave_is_not_there_twice() =>
        Properties("""{"a":1,"$ip":"1.2.3.4"}""", address: "1.2.3.4").ShouldBe("""{"a":1,"$ip":"1.2.3.4"}""");

    [Fact]
    public void A_number_beyond_a_double_becomes_text_and_is_noted()
    {
        var captured = Read("""{"a":1,"huge":1e999,"list":[1e999,2]}""");
        Written(captured).ShouldBe("""{"a":1,"huge":"1e999","list":["1e999",2]}""");
        captured.HasValueAsText.ShouldBeTrue();
    }

    [Fact]
    public void What_was_set_beside_the_properties_is_shown_among_them()
    {
        var captured = Read("""{"a":1}""", beside: """,  "$set":{"plan":"pro"}""");
        Written(captured).ShouldBe("""{"a":1,"$set":{"plan":"pro"}}""");
    }

    static string Properties(string properties, string? address = null)
    {
        var captured = Read(properties);
        captured.StoredAddress = address;
        return Written(captured);
    }

    static CapturedEvent Read(string properties, string beside = "")
    {
        var body = Encoding.UTF8.GetBytes($$"""{"event":"seen","distinct_id":"maya","properties":{{properties}}{{beside}}}""");
        var request = new RawRequest(CaptureLane.Events, body, "", "", "", null, "", "", DateTimeOffset.UnixEpoch);
        var captured = EventReader.Read(JsonDocument.Parse(body, LenientJson.Options).RootElement, request, 1).Events.Single();
        captured.Person = new PersonSignal { ProjectId = 1, DistinctId = "maya", At = captured.Timestamp };
        return captured;
    }

    /// <summary>The text of the column <c>properties</c>, as it goes to the store.</summary>
    static string Written(CapturedEvent captured)
    {
        using var rows = new JsonRows();
        EventRow.Write(rows, captured);
        var line = Encoding.UTF8.GetString(rows.Lines(0, 1).Span);
        line.ShouldEndWith("}}\n");
        const string column = "\"properties\":";
        return line[(line.IndexOf(column, StringComparison.Ordinal) + column.Length)..^2];
    }
}
