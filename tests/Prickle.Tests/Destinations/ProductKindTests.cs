using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Persons;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Destinations;

/// <summary>Ways out that end within the product: cohorts, flags, persons and events.</summary>
public sealed class ProductKindTests(DestinationHost host) : IClassFixture<DestinationHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value);

    Task<bool> IsInAsync(int cohort, Guid person) => host.Get<CohortQueries>().HasAsync(host.Project.Id, cohort, person, Cancellation);

    [Fact]
    public async Task A_person_is_put_into_a_static_cohort_and_taken_out_again()
    {
        await host.MeetAsync("cora");
        var cohort = await host.CohortAsync("Welcomed");
        var request = await host.RequestAsync("cohort_add", "cora", Fields(("cohort", $"{cohort}")));

        var report = await host.SendAsync(request);

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>(report.Outcome.Detail);
        report.Output!["was_in"]!.GetValue<bool>().ShouldBeFalse();
        (await IsInAsync(cohort, request.Person!.Id)).ShouldBeTrue();
        // The same message once more is one effect, and is still taken back.
        (await host.SendAsync(request with { MayHaveArrived = true })).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        (await host.UndoAsync(request with { Output = report.Output })).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        (await IsInAsync(cohort, request.Person.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Taking_back_changes_nothing_that_was_so_before()
    {
        await host.MeetAsync("bea");
        var cohort = await host.CohortAsync("Was here");
        var request = await host.RequestAsync("cohort_add", "bea", Fields(("cohort", $"{cohort}")));
        await host.SendAsync(request);

        var second = await host.SendAsync(request with { Key = "run-2" });
        second.Output!["was_in"]!.GetValue<bool>().ShouldBeTrue();
        await host.UndoAsync(request with { Key = "run-2", Output = second.Output });
        (await IsInAsync(cohort, request.Person!.Id)).ShouldBeTrue();

        var removal = await host.SendAsync(request with { Kind = "cohort_remove", Key = "run-3" });
        removal.Output!["was_in"]!.GetValue<bool>().ShouldBeTrue();
        (await IsInAsync(cohort, request.Person.Id)).ShouldBeFalse();
        await host.UndoAsync(request with { Kind = "cohort_remove", Key = "run-3", Output = removal.Output });
        (await IsInAsync(cohort, request.Person.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_cohort_that_is_gone_or_follows_criteria_must_be_mended()
    {
        await host.MeetAsync("dan");
        var dynamic = await host.CohortAsync("Pros", isStatic: false);
        (await host.SendAsync(await host.RequestAsync("cohort_add", "dan", Fields(("cohort", $"{dynamic}"))))).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>();
        (await host.SendAsync(await host.RequestAsync("cohort_add", "dan", Fields(("cohort", "99999"))))).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>();
    }

    [Fact]
    public async Task Many_at_once_all_come_into_the_cohort()
    {
        var cohort = await host.CohortAsync("Crowd");
        var requests = new List<DeliveryRequest>();
        for (var number = 0; number < 40; number++)
        {
            requests.Add(await host.RequestAsync("cohort_add", $"crowd-{number}", Fields(("cohort", $"{cohort}")), $"crowd-{number}"));
        }
        var reports = await Task.WhenAll(requests.Select(host.SendAsync));
        reports.ShouldAllBe(report => report.Outcome is DeliveryOutcome.Delivered);
        (await host.Get<CohortQueries>().MembersAsync(host.Project.Id, cohort, 100, 0, Cancellation)).Count.ShouldBe(40);
    }

    [Fact]
    public async Task A_flag_is_on_for_that_person_only_and_off_again_when_it_is_taken_back()
    {
        await host.MakeFlagAsync("new-checkout");
        await host.MeetAsync("fay");
        await host.MeetAsync("finn");
        (await host.FlagAsync("new-checkout", "fay")).IsOn.ShouldBeFalse();
        var request = await host.RequestAsync("flag_add", "fay", Fields(("flag", "new-checkout")));

        var report = await host.SendAsync(request);

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>(report.Outcome.Detail);
        (await host.FlagAsync("new-checkout", "fay")).IsOn.ShouldBeTrue();
        (await host.FlagAsync("new-checkout", "finn")).IsOn.ShouldBeFalse();
        await host.SendAsync(request with { MayHaveArrived = true });
        var (_, flag) = await host.SendAsync(HttpMethod.Get, $"/api/projects/{host.Project.Id}/feature_flags");
        flag.GetProperty("results").EnumerateArray().Single(one => one.GetProperty("key").GetString() == "new-checkout")
            .GetProperty("filters").GetProperty("groups").GetArrayLength().ShouldBe(2);
        await host.UndoAsync(request with { Output = report.Output });
        (await host.FlagAsync("new-checkout", "fay")).IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task Somebody_who_was_in_a_flag_stays_in_it()
    {
        await host.MakeFlagAsync("kept");
        await host.MeetAsync("gwen");
        var request = await host.RequestAsync("flag_add", "gwen", Fields(("flag", "kept")));
        await host.SendAsync(request);
        var second = await host.SendAsync(request with { Key = "run-2" });
        await host.UndoAsync(request with { Key = "run-2", Output = second.Output });
        (await host.FlagAsync("kept", "gwen")).IsOn.ShouldBeTrue();

        var removal = await host.SendAsync((await host.RequestAsync("flag_remove", "gwen", Fields(("flag", "kept")))) with { Key = "run-3" });
        (await host.FlagAsync("kept", "gwen")).IsOn.ShouldBeFalse();
        await host.UndoAsync((await host.RequestAsync("flag_remove", "gwen", Fields(("flag", "kept")))) with { Key = "run-3", Output = removal.Output });
        (await host.FlagAsync("kept", "gwen")).IsOn.ShouldBeTrue();
        (await host.SendAsync(request with { Fields = Fields(("flag", "no-such-flag")) })).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>();
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("true", "true")]
    [InlineData("plan {{ person.properties.plan }}", "\"plan pro\"")]
    [InlineData("12345678901234567890", "\"12345678901234567890\"")]
    [InlineData("007", "\"007\"")]
    [InlineData("\"42\"", "\"42\"")]
    public async Task A_property_keeps_the_type_that_its_text_has(string value, string json)
    {
        var id = $"pia-{value.GetHashCode(StringComparison.Ordinal)}";
        await host.MeetAsync(id, """{"plan":"pro"}""");
        (await host.SendAsync(await host.RequestAsync("person_property", id, Fields(("property", "score"), ("value", value))))).Outcome
            .ShouldBeOfType<DeliveryOutcome.Delivered>();
        JsonElement.DeepEquals((await host.PropertiesAsync(id)).GetProperty("score"), JsonElement.Parse(json)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_property_gets_its_former_value_back_unless_something_changed_it_since()
    {
        await host.MeetAsync("quinn", """{"plan":"free"}""");
        var request = await host.RequestAsync("person_property", "quinn", Fields(("property", "plan"), ("value", "trial")));
        var report = await host.SendAsync(request);
        report.Output!["before"]!.GetValue<string>().ShouldBe("free");
        await host.UndoAsync(request with { Output = report.Output });
        (await host.PropertiesAsync("quinn")).GetProperty("plan").GetString().ShouldBe("free");

        var again = await host.SendAsync(request with { Key = "run-2" });
        await host.SendAsync(await host.RequestAsync("person_property", "quinn", Fields(("property", "plan"), ("value", "pro")), "run-3"));
        (await host.UndoAsync(request with { Key = "run-2", Output = again.Output })).Outcome.Detail.ShouldContain("stays");
        (await host.PropertiesAsync("quinn")).GetProperty("plan").GetString().ShouldBe("pro");

        var unset = await host.RequestAsync("person_property", "quinn", Fields(("property", "plan"), ("operation", "unset")), "run-4");
        var gone = await host.SendAsync(unset);
        (await host.PropertiesAsync("quinn")).TryGetProperty("plan", out _).ShouldBeFalse();
        await host.UndoAsync(unset with { Output = gone.Output });
        (await host.PropertiesAsync("quinn")).GetProperty("plan").GetString().ShouldBe("pro");
    }

    [Fact]
    public async Task An_event_is_captured_once_with_its_origin()
    {
        await host.MeetAsync("rosa", """{"plan":"pro"}""");
        var request = await host.RequestAsync(
            "capture", "rosa", Fields(("event", "welcomed"), ("properties", """{"plan":{{ person.properties.plan }},"words":"say {{ person.properties.none }}"}""")));

        var first = await host.SendAsync(request);
        await host.SendAsync(request);
        await host.SendAsync(request with { Key = "run-2" });

        first.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>(first.Outcome.Detail);
        await Eventually.IsTrueAsync(async () => (await EventsAsync("welcomed")).Count == 2);
        var stored = (await EventsAsync("welcomed"))[0];
        stored.GetProperty("plan").GetString().ShouldBe("pro");
        stored.GetProperty("$origin").EnumerateArray().Select(one => one.GetString()).ShouldBe(["automation:1", "automation:2"]);
        (await host.SendAsync(request with { Fields = Fields(("event", "$identify")) })).Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>();
        (await host.SendAsync(request with { Person = null })).Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>();
    }

    async Task<IReadOnlyList<JsonElement>> EventsAsync(string name)
    {
        var sql = new SqlBuilder();
        return await host.Store.Store.ListAsync(
            $"SELECT toJSONString(properties) FROM events FINAL WHERE project_id = {sql.Project(host.Project.Id)} AND event = {sql.Text(name)}",
            row => JsonElement.Parse(row.GetString(0)), sql.Parameters, null, CancellationToken.None);
    }
}
