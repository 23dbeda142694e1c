using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Prickle.Tests.Events.Api;

public sealed class EventApiTests(EventApiHost host) : IClassFixture<EventApiHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Events => $"/api/projects/{host.ProjectId}/events";

    [Fact]
    public async Task An_event_is_shown_in_the_shape_of_the_field()
    {
        var uuid = await AddAsync("$autocapture", """{"plan":"pro"}""", "shape@fern.test",
            chain: "button.btn:attr__class=\"btn\"attr__data-plan=\"pro\"nth-child=\"1\"nth-of-type=\"1\"text=\"Go; now\"");
        var json = await host.Client.GetFromJsonAsync<JsonElement>($"{Events}/{uuid}/", Cancellation);
        json.GetProperty("id").GetGuid().ShouldBe(uuid);
        json.GetProperty("uuid").GetGuid().ShouldBe(uuid);
        json.GetProperty("event").GetString().ShouldBe("$autocapture");
        json.GetProperty("distinct_id").GetString().ShouldBe("shape@fern.test");
        json.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(EventStore.Now.AddMinutes(-1));
        json.GetProperty("properties").GetProperty("plan").GetString().ShouldBe("pro");
        var element = json.GetProperty("elements")[0];
        element.GetProperty("tag_name").GetString().ShouldBe("button");
        element.GetProperty("text").GetString().ShouldBe("Go; now");
        element.GetProperty("attributes").GetProperty("attr__data-plan").GetString().ShouldBe("pro");
    }

    [Fact]
    public async Task A_list_is_followed_to_its_end_by_next()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync($"page {i}", distinctId: "pager");
        }
        var seen = new List<string>();
        string? address = $"{Events}?distinct_id=pager&limit=2";
        while (address is not null)
        {
            var page = await host.Client.GetFromJsonAsync<JsonElement>(address, Cancellation);
            seen.AddRange(page.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("event").GetString()!));
            page.GetProperty("results").GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            address = page.GetProperty("next").GetString();
        }
        seen.ShouldBe(["page 0", "page 1", "page 2", "page 3", "page 4"], ignoreOrder: true);
    }

    [Fact]
    public async Task Filters_are_those_of_the_field()
    {
        await AddAsync("filtered", """{"plan":"pro"}""", "f1");
        await AddAsync("filtered", """{"plan":"free"}""", "f2");
        var properties = Uri.EscapeDataString("""[{"key":"plan","value":"pro","operator":"is_not","type":"event"}]""");
        (await IdsAsync($"?event=filtered&properties={properties}")).ShouldBe(["f2"]);
        (await IdsAsync($"?event=filtered&person_id={EventStore.PersonOf("f1")}")).ShouldBe(["f1"]);
        (await IdsAsync("?event=filtered&after=2026-03-01T14:00:00Z&before=2026-03-01T14:29:30Z")).Length.ShouldBe(2);
        (await IdsAsync("?event=filtered&before=2026-03-01T14:00:00Z")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_SQL_expression_filters_after_its_check()
    {
        await AddAsync("computed", """{"price":"7","count":3}""", "c1");
        await AddAsync("computed", """{"price":"2","count":3}""", "c2");
        // 7 times 3 is 21, 2 times 3 is 6.
        var properties = Uri.EscapeDataString("""[{"key":"toFloat64OrZero(toString(properties.price)) * toFloat64OrZero(toString(properties.count)) > 20","type":"hogql"}]""");
        (await IdsAsync($"?event=computed&properties={properties}")).ShouldBe(["c1"]);

        // Allowed, and not to be computed of this event: the answer says so.
        var failing = Uri.EscapeDataString("""[{"key":"toFloat64(toString(properties.word)) > 1","type":"hogql"}]""");
        await AddAsync("worded", """{"word":"seven"}""", "w1");
        using var response = await host.Client.GetAsync($"{Events}?event=worded&properties={failing}", Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("?person_id=someone", "person_id")]
    [InlineData("?after=soon", "after")]
    [InlineData("?before=0001-01-01", "before")]
    [InlineData("?properties={", "properties")]
    [InlineData("?properties=[{\"key\":\"a\",\"type\":\"cohort\"}]", "properties")]
    [InlineData("?cursor=1", "cursor")]
    [InlineData("?properties=[{\"key\":\"(SELECT 1 FROM system.one)\",\"type\":\"hogql\"}]", "properties")]
    [InlineData("?properties=[{\"key\":\"(toUInt32(2) AS project_id) = 2\",\"type\":\"hogql\"}]", "properties")]
    [InlineData("?properties=[{\"key\":\"hostName() = 'x'\",\"type\":\"hogql\"}]", "properties")]
    public async Task A_value_that_cannot_be_read_is_refused_and_named(string query, string attribute)
    {
        using var response = await host.Client.GetAsync(Events + query, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        problem.GetProperty("attr").GetString().ShouldBe(attribute);
    }

    [Fact]
    public async Task Strangers_and_other_projects_get_nothing()
    {
        using var stranger = host.ClientWith(null);
        using var refused = await stranger.GetAsync(Events, Cancellation);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var other = await host.Client.GetAsync("/api/projects/999/events", Cancellation);
        other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var missing = await host.Client.GetAsync($"{Events}/{Guid.CreateVersion7()}", Cancellation);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var broken = await host.Client.GetAsync($"{Events}/not-a-uuid", Cancellation);
        broken.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Sessions_are_listed_and_found()
    {
        await AddAsync("$pageview", """{"$current_url":"https://app.test/a"}""", "s@fern.test", session: "api-session");
        var list = await host.Client.GetFromJsonAsync<JsonElement>(
            $"/api/projects/@current/sessions?person_id={EventStore.PersonOf("s@fern.test")}", Cancellation);
        var session = list.GetProperty("results").EnumerateArray().Single();
        session.GetProperty("id").GetString().ShouldBe("api-session");
        session.GetProperty("entry_url").GetString().ShouldBe("https://app.test/a");
        var one = await host.Client.GetFromJsonAsync<JsonElement>($"/api/projects/{host.ProjectId}/sessions/api-session", Cancellation);
        one.GetProperty("pageview_count").GetInt64().ShouldBe(1);
        using var missing = await host.Client.GetAsync($"/api/projects/{host.ProjectId}/sessions/none", Cancellation);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var refused = await host.Client.GetAsync($"/api/projects/{host.ProjectId}/sessions?min_duration=-1", Cancellation);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_stranger_is_sent_from_a_page_to_the_set_up_or_the_sign_in()
    {
        using var stranger = host.ClientWith(null);
        using var response = await stranger.GetAsync($"/project/{host.ProjectId}/events", Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.OriginalString.ShouldContain("/sign-in");
    }

    Task<Guid> AddAsync(string name, string properties = "{}", string distinctId = "user-1", string session = "", string chain = "") =>
        host.Store.AddAsync(name, properties, distinctId, session: session, chain: chain, project: host.ProjectId);

    async Task<string[]> IdsAsync(string query)
    {
        var page = await host.Client.GetFromJsonAsync<JsonElement>(Events + query, Cancellation);
        return [.. page.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("distinct_id").GetString()!)];
    }
}
