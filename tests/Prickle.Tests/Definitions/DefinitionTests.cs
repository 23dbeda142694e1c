using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Activity;
using Prickle.Capture;
using Prickle.Definitions;
using Prickle.Definitions.Recording;
using Prickle.Filters;
using Prickle.Persons;
using Prickle.Tests.Events;
using Prickle.Tests.Events.Api;

namespace Prickle.Tests.Definitions;

/// <summary>Names appear when they are first seen, with a type that their values say, and people write about them.</summary>
public sealed class DefinitionTests(EventApiHost host) : IClassFixture<EventApiHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Api => $"/api/projects/{host.ProjectId}";

    PropertyDefinitions Properties => host.Services.GetRequiredService<PropertyDefinitions>();

    [Fact]
    public async Task A_new_property_with_numbers_is_numeric_and_a_hidden_one_is_not_offered()
    {
        await SeeAsync("bought", """{"j.total":12.5,"j.secret":"x"}""");
        var total = await PropertyAsync("j.total");
        (total.GetProperty("property_type").GetString(), total.GetProperty("is_numerical").GetBoolean()).ShouldBe(("Numeric", true));

        var secret = await PropertyAsync("j.secret");
        (await OfferedAsync()).ShouldContain("j.secret");
        (await host.Client.PatchAsJsonAsync($"{Api}/property_definitions/{secret.GetProperty("id").GetGuid()}", new { hidden = true }, Cancellation))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await OfferedAsync()).ShouldNotContain("j.secret");
        (await OfferedAsync()).ShouldContain("j.total");
    }

    [Theory]
    [InlineData("t_text", "\"pro\"", "String")]
    [InlineData("t_number", "3", "Numeric")]
    [InlineData("t_digits", "\"10\"", "String")]
    [InlineData("t_flag", "true", "Boolean")]
    [InlineData("t_word_flag", "\"true\"", "Boolean")]
    [InlineData("t_day", "\"2026-01-31\"", "DateTime")]
    [InlineData("t_moment", "\"2026-01-31T10:00:00.5Z\"", "DateTime")]
    [InlineData("created_at", "1768435200", "DateTime")]
    [InlineData("t_duration", "90", "Duration")]
    [InlineData("t_list", "[1]", null)]
    [InlineData("t_null", "null", null)]
    // A second kind of value makes it text; null changes nothing.
    [InlineData("t_mixed", "3|\"many\"|4", "String")]
    [InlineData("t_gaps", "null|3|null", "Numeric")]
    public async Task The_type_is_what_the_values_say(string name, string values, string? type)
    {
        foreach (var value in values.Split('|'))
        {
            await SeeAsync("typed", $$"""{"{{name}}":{{value}}}""");
        }
        (await PropertyAsync(name)).GetProperty("property_type").GetString().ShouldBe(type);
    }

    [Fact]
    public async Task A_type_that_a_person_chose_stays()
    {
        await SeeAsync("chosen", """{"zip":10115}""");
        var id = (await PropertyAsync("zip")).GetProperty("id").GetGuid();
        await host.Client.PatchAsJsonAsync($"{Api}/property_definitions/{id}", new { property_type = "String" }, Cancellation);
        await new DefinitionRecorderOf(host).SeeAsync("chosen", """{"zip":20095}""");
        (await PropertyAsync("zip")).GetProperty("property_type").GetString().ShouldBe("String");
    }

    [Fact]
    public async Task Events_know_their_properties_and_persons_theirs()
    {
        await SeeAsync("signed up", """{"plan_of_signup":"pro","$browser":"Firefox","$set":{"tier":"gold"}}""", hasProfile: true);
        (await NamesAsync("property_definitions?event_names=signed%20up")).ShouldBe(["$browser", "plan_of_signup"]);
        (await NamesAsync("property_definitions?type=person&search=tier")).ShouldBe(["tier"]);
        // What persons take from events by themselves is theirs too, and the first value under its own name.
        (await NamesAsync("property_definitions?type=person&search=browser")).ShouldBe(["$browser", "$initial_browser"]);
        (await NamesAsync("event_definitions?search=signed")).ShouldBe(["signed up"]);
    }

    [Fact]
    public async Task A_definition_is_described_and_the_change_is_in_the_log()
    {
        await SeeAsync("described", "{}");
        var found = await host.Client.GetFromJsonAsync<JsonElement>($"{Api}/event_definitions?search=described", Cancellation);
        var id = found.GetProperty("results")[0].GetProperty("id").GetGuid();
        var changed = await (await host.Client.PatchAsJsonAsync(
            $"{Api}/event_definitions/{id}", new { description = "Sent once", tags = new[] { "core" }, owner = "ada@burrow.test", verified = true }, Cancellation))
            .Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        (changed.GetProperty("description").GetString(), changed.GetProperty("tags")[0].GetString(), changed.GetProperty("verified").GetBoolean())
            .ShouldBe(("Sent once", "core", true));
        (await NamesAsync("event_definitions?tag=core")).ShouldBe(["described"]);
        var log = await host.Services.GetRequiredService<ActivityLog>().ListAsync(
            new ActivityFilter(host.Account.Project.OrganizationId, [host.ProjectId], false) { ItemId = $"{id}" }, 10, 0, Cancellation);
        log.Items.Single().After!["description"]!.GetValue<string>().ShouldBe("Sent once");

        var both = await host.Client.PatchAsJsonAsync($"{Api}/event_definitions/{id}", new { hidden = true }, Cancellation);
        both.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await host.Client.PatchAsJsonAsync($"{Api}/event_definitions/{Guid.NewGuid()}", new { verified = true }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Client.GetAsync($"{Api}/property_definitions?type=moon", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Values_are_suggested_most_frequent_first_and_by_search()
    {
        // "ash" twice, once as a member of a list; "oak" once.
        await host.Store.AddAsync("planted", """{"tree.kind":"oak"}""", project: host.ProjectId);
        await host.Store.AddAsync("planted", """{"tree.kind":"ash"}""", project: host.ProjectId);
        await host.Store.AddAsync("planted", """{"tree.kind":["ash",null]}""", project: host.ProjectId);
        (await NamesAsync("property_definitions/values?key=tree.kind")).ShouldBe(["ash", "oak"]);
        (await NamesAsync("property_definitions/values?key=tree.kind&value=OA")).ShouldBe(["oak"]);
    }

    [Fact]
    public async Task Use_is_counted_in_the_store()
    {
        await SeeAsync("counted", """{"weight":1}""");
        await host.Store.AddAsync("counted", """{"weight":1}""", project: host.ProjectId);
        await host.Store.AddAsync("counted", "{}", project: host.ProjectId);
        var definition = (await Properties.OfferedAsync(host.ProjectId, PropertyScope.Event, null, Cancellation)).Single(item => item.Name == "weight");
        var usage = await Properties.UsageAsync(host.ProjectId, definition, Cancellation);
        usage.Count.ShouldBe(1);
        usage.Events.ShouldBe([("counted", 1L)]);
    }

    async Task SeeAsync(string name, string properties, bool hasProfile = false) => await new DefinitionRecorderOf(host).SeeAsync(name, properties, hasProfile);

    async Task<JsonElement> PropertyAsync(string name)
    {
        var found = await host.Client.GetFromJsonAsync<JsonElement>($"{Api}/property_definitions?type=event&search={Uri.EscapeDataString(name)}", Cancellation);
        return found.GetProperty("results").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
    }

    async Task<List<string>> NamesAsync(string path)
    {
        var found = await host.Client.GetFromJsonAsync<JsonElement>($"{Api}/{path}", Cancellation);
        var items = found.ValueKind == JsonValueKind.Array ? found : found.GetProperty("results");
        return [.. items.EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
    }

    async Task<List<string>> OfferedAsync() =>
        [.. (await host.Services.GetRequiredService<IFilterOffers>().PropertiesAsync(host.ProjectId, ["event"], [], Cancellation)).Select(offer => offer.Key)];

    /// <summary>The listener as capture calls it.</summary>
    sealed class DefinitionRecorderOf(EventApiHost host)
    {
        public Task SeeAsync(string name, string properties, bool hasProfile = false)
        {
            var recorder = host.Services.GetServices<IStoredEventListener>().OfType<DefinitionRecorder>().Single();
            var person = new PersonSignal { ProjectId = host.ProjectId, DistinctId = "d", At = EventStore.Now };
            person.HasProfile = hasProfile;
            return recorder.ReadAsync(
                [
                    new CapturedEvent
                    {
                        ProjectId = host.ProjectId,
                        Uuid = Guid.CreateVersion7(),
                        Name = name,
                        DistinctId = "d",
                        CapturedAt = EventStore.Now,
                        Timestamp = EventStore.Now,
                        Properties = JsonElement.Parse(properties),
                        Person = person,
                    },
                ],
                TestContext.Current.CancellationToken).AsTask();
        }
    }
}
