using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Destinations;
using Prickle.Messages.Storage;
using Prickle.Persons;
using Prickle.Storage;
using Prickle.Tests.Automations;
using Prickle.Tests.Engine;
using Prickle.Tests.Previews;

namespace Prickle.Tests.Messages;

/// <summary>Messages on pages with SQLite: how they come there, are shown once, and what people do with them.</summary>
public sealed class InAppMessageTests(AutomationHost host) : InAppMessageScenarios(host), IClassFixture<AutomationHost>;

/// <summary>The same on PostgreSQL.</summary>
public sealed class PostgresInAppMessageTests(PostgresAutomationHost host) : InAppMessageScenarios(host), IClassFixture<PostgresAutomationHost>;

public abstract class InAppMessageScenarios(AutomationHost host)
{
    const string Kind = "in_app_message";

    [Fact]
    public async Task An_automation_shows_a_message_once_and_what_the_person_does_is_captured()
    {
        var id = await host.PublishAsync("Greet", """
            {"trigger":{"type":"event","events":["opened shop"]},"steps":[{"type":"destination","id":"greet","kind":"in_app_message","fields":{
              "style":"modal","title":"Hello {{ person.properties.name }}","body":"<b>First</b>\nSecond","button_text":"Look","button_url":"/offers?for={{ event.properties.plan }}"} }]}
            """);
        await host.CaptureAsync("opened shop", "anna", """{"plan":"a b","$set":{"name":"Anna"}}""");
        (await host.HistoryAsync(id, (await host.RunsAsync(id, 1, "completed"))[0])).ShouldBe(["greet done"]);
        var message = (await WaitingAsync("anna")).ShouldHaveSingleItem();
        message.GetProperty("style").GetString().ShouldBe("modal");
        message.GetProperty("title").GetString().ShouldBe("Hello Anna");
        message.GetProperty("body").GetString().ShouldBe("<b>First</b>\nSecond", "text, which pages show as text");
        message.GetProperty("button_text").GetString().ShouldBe("Look");
        message.GetProperty("button_url").GetString().ShouldBe("/offers?for=a%20b");
        message.GetProperty("position").GetString().ShouldBe("bottom");
        (await WaitingAsync("somebody else")).ShouldBeEmpty();

        var shown = message.GetProperty("id").GetString()!;
        (await MarkAsync("anna", shown, "shown")).ShouldBeTrue();
        (await WaitingAsync("anna")).ShouldBeEmpty();
        (await MarkAsync("anna", shown, "clicked")).ShouldBeTrue();
        (await MarkAsync("anna", shown, "closed")).ShouldBeTrue();
        foreach (var what in (string[])["shown", "clicked", "closed"])
        {
            var (distinctId, properties) = (await EventsAsync(shown, what, 1)).ShouldHaveSingleItem();
            distinctId.ShouldBe("anna");
            properties.GetProperty("$message_title").GetString().ShouldBe("Hello Anna");
            properties.GetProperty("$message_style").GetString().ShouldBe("modal");
            properties.GetProperty("$origin").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task The_same_delivery_twice_is_one_message()
    {
        var first = await DeliverAsync("twice", "berta", ("title", "Once"));
        var second = await DeliverAsync("twice", "berta", ("title", "Once"));
        first.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        second.Output!["message_id"]!.ToString().ShouldBe(first.Output!["message_id"]!.ToString());
        var message = (await WaitingAsync("berta")).ShouldHaveSingleItem();
        await MarkAsync("berta", message.GetProperty("id").GetString()!, "shown");
        await DeliverAsync("twice", "berta", ("title", "Once"));
        (await WaitingAsync("berta")).ShouldBeEmpty("a repetition after it was seen shows nothing again");
    }

    [Fact]
    public async Task Of_two_tabs_the_first_shows_it_and_may_say_so_again()
    {
        var id = await SentAsync("tabs", "carla", ("title", "Tabs"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(tab => MarkAsync("carla", id, "shown", $"tab-{tab}")));
        answers.Count(isFirst => isFirst).ShouldBe(1);
        var winner = Array.IndexOf(answers, true);
        (await MarkAsync("carla", id, "shown", $"tab-{winner}")).ShouldBeTrue("its answer may have been lost");
        (await MarkAsync("carla", id, "shown", "tab-7")).ShouldBeFalse();
        (await MarkAsync("carla", id, "shown")).ShouldBeFalse();
        await EventsAsync(id, "shown", 1);
    }

    [Fact]
    public async Task A_close_that_is_told_twice_is_one_event()
    {
        var id = await SentAsync("closes", "dora", ("title", "Close me"));
        await MarkAsync("dora", id, "shown");
        (await MarkAsync("dora", id, "closed")).ShouldBeTrue();
        (await MarkAsync("dora", id, "closed")).ShouldBeFalse();
        // Told after both, so whatever they captured is stored before it.
        await MarkAsync("dora", id, "clicked");
        await EventsAsync(id, "clicked", 1);
        (await EventsAsync(id, "closed")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_comes_too_late_sees_nothing()
    {
        var id = await SentAsync("late", "emma", ("title", "For two days"), ("expires_days", "2"));
        host.Time.Advance(TimeSpan.FromHours(47));
        (await WaitingAsync("emma")).Count.ShouldBe(1);
        host.Time.Advance(TimeSpan.FromHours(2));
        (await WaitingAsync("emma")).ShouldBeEmpty();
        (await MarkAsync("emma", id, "shown")).ShouldBeFalse("a page that still has it in its list does not show it");
    }

    [Fact]
    public async Task Three_at_a_time_come_the_newest_first_and_twenty_wait_at_most()
    {
        for (var number = 1; number <= 22; number++)
        {
            await DeliverAsync($"many-{number}", "frida", ("title", $"Number {number}"));
        }
        (await WaitingAsync("frida")).Select(one => one.GetProperty("title").GetString()).ShouldBe(["Number 22", "Number 21", "Number 20"]);
        await using var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var waiting = await MessageStore.Waiting(database, host.Project.Id, MessageStore.Micros(host.Time.GetUtcNow()))
            .Where(row => row.DistinctId == "frida").Select(row => row.Content).ToListAsync(TestContext.Current.CancellationToken);
        waiting.Count.ShouldBe(20);
        waiting.ShouldNotContain(content => content.Contains("\"Number 1\"", StringComparison.Ordinal) || content.Contains("\"Number 2\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_came_to_a_visitor_without_a_name_waits_for_who_they_are_then()
    {
        await host.CaptureAsync("looked", "anonymous-7", "{}");
        await Eventually.IsTrueAsync(async () => (await host.PropertiesAsync("anonymous-7")).ValueKind == JsonValueKind.Object);
        var id = await SentAsync("merge", "anonymous-7", ("title", "For you"));
        await host.CaptureAsync("$identify", "gerda", """{"$anon_distinct_id":"anonymous-7"}""");
        await Eventually.IsTrueAsync(async () => (await WaitingAsync("gerda")).Count == 1);
        (await MarkAsync("gerda", id, "shown")).ShouldBeTrue();
        (await WaitingAsync("anonymous-7")).ShouldBeEmpty("both are one person, who has seen it");
    }

    [Fact]
    public async Task What_nobody_has_seen_can_be_taken_back()
    {
        var unseen = await SentAsync("undo-1", "helga", ("title", "Not seen"));
        (await UndoAsync("undo-1", "helga")).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        (await WaitingAsync("helga")).ShouldBeEmpty();
        (await MarkAsync("helga", unseen, "shown")).ShouldBeFalse();

        var seen = await SentAsync("undo-2", "helga", ("title", "Seen"));
        await MarkAsync("helga", seen, "shown");
        (await UndoAsync("undo-2", "helga")).Outcome.Detail.ShouldBe("The message was seen already, or waits no more.");
        (await MarkAsync("helga", seen, "closed")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("button_url", "javascript:alert(1)")]
    [InlineData("button_url", "http://example.com/")]
    [InlineData("button_url", "//example.com/")]
    [InlineData("button_url", "/\\example.com/")]
    [InlineData("button_url", "https://{{ event.properties.host }}/")]
    [InlineData("button_url", "{{ event.properties.address }}")]
    [InlineData("expires_days", "0")]
    [InlineData("expires_days", "366")]
    [InlineData("expires_days", "7d")]
    [InlineData("style", "popup")]
    [InlineData("position", "left")]
    [InlineData("title", "")]
    public async Task A_field_that_makes_no_sense_is_refused_before_anything_is_sent(string field, string value)
    {
        var fields = new Dictionary<string, string> { ["title"] = "T", ["button_text"] = "B", [field] = value };
        var problems = await host.Get<DestinationSender>().CheckAsync(host.Project.Id, Kind, null, fields, TestContext.Current.CancellationToken);
        problems.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("https://example.com/a?b={{ event.properties.b }}#c")]
    [InlineData("/")]
    [InlineData("/pricing/{{ person.properties.plan }}")]
    public async Task An_address_of_the_web_and_a_path_are_taken(string address)
    {
        var fields = new Dictionary<string, string> { ["title"] = "T", ["button_text"] = "B", ["button_url"] = address };
        (await host.Get<DestinationSender>().CheckAsync(host.Project.Id, Kind, null, fields, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_does_not_turn_a_path_into_another_host()
    {
        var report = await DeliverAsync("hostile", "ines", new JsonObject { ["next"] = "/evil.example" }, ("title", "T"), ("button_text", "B"), ("button_url", "/{{ next }}"));
        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        (await WaitingAsync("ines")).ShouldHaveSingleItem().GetProperty("button_url").GetString().ShouldBe("/%2Fevil.example");
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_in_words()
    {
        var id = await SentAsync("refused", "jana", ("title", "Mine"));
        var token = host.Project.Token;
        (await PostAsync("", """{"token":"phc_wrong","distinct_id":"jana"}""")).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync("", $$"""{"token":"{{token}}"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("", $$"""{"token":"{{token}}","distinct_id":"{{new string('x', 201)}}"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("", "no JSON")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("", $$"""{"token":"{{token}}","distinct_id":"jana","more":"{{new string('x', 10_000_000)}}"}""")).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync("/seen", $$"""{"token":"{{token}}","distinct_id":"jana","id":"none","what":"shown"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("/seen", $$"""{"token":"{{token}}","distinct_id":"jana","id":"{{id}}","what":"eaten"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("/seen", $$"""{"token":"{{token}}","distinct_id":"jana","id":"{{id}}","what":"closed"}""")).ShouldBe(HttpStatusCode.BadRequest, "it was not shown yet");
        (await PostAsync("/seen", $$"""{"token":"{{token}}","distinct_id":"stranger","id":"{{id}}","what":"shown"}""")).ShouldBe(HttpStatusCode.NotFound);
        (await WaitingAsync("jana")).Count.ShouldBe(1, "a stranger did not take it away");
    }

    [Fact]
    public async Task Whoever_tries_other_people_s_messages_has_to_wait()
    {
        var body = $$"""{"token":"{{host.Project.Token}}","distinct_id":"guesser","id":"{{Guid.NewGuid()}}","what":"shown"}""";
        var answers = new List<HttpStatusCode>();
        for (var tries = 0; tries < 21; tries++)
        {
            answers.Add(await PostAsync("/seen", body));
        }
        answers[^1].ShouldBe(HttpStatusCode.TooManyRequests);
        await WaitingAsync("guesser");
        host.Time.Advance(TimeSpan.FromMinutes(5));
        (await PostAsync("/seen", body)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Pages_of_any_site_may_ask_and_read_a_refusal()
    {
        foreach (var (path, token) in ((string, string)[])[("/api/messages", host.Project.Token), ("/api/messages/seen", "phc_wrong")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent($$"""{"token":"{{token}}","distinct_id":"karla"}""") };
            request.Headers.Add("Origin", "https://shop.example");
            using var response = await host.Page.SendAsync(request, TestContext.Current.CancellationToken);
            response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["https://shop.example"]);
        }
    }

    [Fact]
    public async Task The_script_is_served_where_pages_look_for_it()
    {
        using var response = await host.Page.GetAsync(new Uri($"/static/messages.js?token={host.Project.Token}", UriKind.Relative), TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/javascript");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("prickle-messages");
    }

    async Task<HttpStatusCode> PostAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using var response = await host.Page.PostAsync(new Uri($"/api/messages{path}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    async Task<IReadOnlyList<JsonElement>> WaitingAsync(string distinctId)
    {
        var (status, answer) = await PreviewHost.SendAsync(
            host.Page, HttpMethod.Post, "/api/messages", $$"""{"token":"{{host.Project.Token}}","distinct_id":"{{distinctId}}"}""");
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return [.. answer.GetProperty("messages").EnumerateArray()];
    }

    /// <summary>Says what happened to a message; true for the first.</summary>
    async Task<bool> MarkAsync(string distinctId, string id, string what, string? view = null)
    {
        var (status, answer) = await PreviewHost.SendAsync(
            host.Page, HttpMethod.Post, "/api/messages/seen",
            $$"""{"token":"{{host.Project.Token}}","distinct_id":"{{distinctId}}","id":"{{id}}","what":"{{what}}"{{(view is null ? "" : $",\"view\":\"{view}\"")}} }""");
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer.GetProperty("first").GetBoolean();
    }

    Task<DeliveryReport> DeliverAsync(string key, string distinctId, params (string Name, string Value)[] fields) => DeliverAsync(key, distinctId, [], fields);

    async Task<DeliveryReport> DeliverAsync(string key, string distinctId, JsonObject variables, params (string Name, string Value)[] fields) =>
        await host.Get<DestinationSender>().SendAsync(await RequestAsync(key, distinctId, variables, fields), TestContext.Current.CancellationToken);

    async Task<string> SentAsync(string key, string distinctId, params (string Name, string Value)[] fields)
    {
        var report = await DeliverAsync(key, distinctId, fields);
        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        return report.Output!["message_id"]!.ToString();
    }

    async Task<DeliveryReport> UndoAsync(string key, string distinctId) =>
        await host.Get<DestinationSender>().UndoAsync(await RequestAsync(key, distinctId, [], [("title", "T")]), TestContext.Current.CancellationToken);

    async Task<DeliveryRequest> RequestAsync(string key, string distinctId, JsonObject variables, (string Name, string Value)[] fields)
    {
        var known = await host.Get<PersonLookup>().FindAsync(host.Project.Id, distinctId, TestContext.Current.CancellationToken);
        return new DeliveryRequest(host.Project.Id, Kind, null, key, fields.ToDictionary(field => field.Name, field => field.Value), variables)
        {
            Person = new DeliveryPerson(known.PersonId, distinctId),
        };
    }

    async Task<IReadOnlyList<(string DistinctId, JsonElement Properties)>> EventsAsync(string id, string what)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(host.Project.Id)}");
        sql.And($"event = {sql.Text($"$in_app_message_{what}")}");
        sql.And($"CAST(properties.`$message_id`, 'Nullable(String)') = {sql.Text(id)}");
        return await host.Store.Store.ListAsync(
            $"SELECT distinct_id, toJSONString(properties) FROM events WHERE {sql.Where} ORDER BY timestamp, uuid",
            row => (row.GetString(0), JsonElement.Parse(row.GetString(1))), sql.Parameters, null, CancellationToken.None);
    }

    /// <summary>The stored events, once there are so many.</summary>
    async Task<IReadOnlyList<(string DistinctId, JsonElement Properties)>> EventsAsync(string id, string what, int count)
    {
        IReadOnlyList<(string, JsonElement)> events = [];
        await Eventually.IsTrueAsync(async () => (events = await EventsAsync(id, what)).Count == count);
        return events;
    }
}
