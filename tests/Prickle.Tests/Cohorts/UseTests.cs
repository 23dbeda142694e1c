using System.Net;
using System.Text.Json;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Cohorts;

/// <summary>What stands on actions and cohorts is named before they go.</summary>
public sealed class UseTests(CohortHost host) : IClassFixture<CohortHost>
{
    [Fact]
    public async Task An_action_is_not_deleted_while_insights_ask_for_it()
    {
        var action = (await host.Client.PostAsync($"{host.Path}/actions", new { name = "Paid", steps = new[] { new { @event = "paid" } } }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();
        var insight = await InsightAsync("Payers", $$"""{"kind":"FunnelsQuery","series":[{"kind":"EventsNode","event":"seen"},{"kind":"ActionsNode","id":{{action}}}]}""");
        // Without a name an insight goes by what it asks.
        await InsightAsync("", $$"""{"kind":"TrendsQuery","series":[{"kind":"ActionsNode","id":{{action}}}]}""");
        await InsightAsync("Others", """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"seen"}]}""");

        var problem = await host.Client.EraseAsync($"{host.Path}/actions/{action}").JsonAsync(HttpStatusCode.BadRequest);

        problem.GetProperty("detail").GetString()!.ShouldContain("used by the insight \"Paid\", the insight \"Payers\"");
        var uses = (await host.Client.FetchAsync($"{host.Path}/actions/{action}").JsonAsync()).GetProperty("used_by");
        uses.EnumerateArray().Select(use => use.GetProperty("name").GetString()).ShouldBe(["Paid", "Payers"]);
        uses[1].GetProperty("address").GetString().ShouldBe($"insights/{insight}");
        (await host.Client.EraseAsync($"{host.Path}/actions/{action}?force=true")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_cohort_is_not_deleted_while_insights_and_actions_ask_for_it()
    {
        var cohort = (await host.Client.PostAsync($"{host.Path}/cohorts", new { name = "Chosen", is_static = true }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();
        await InsightAsync("Filtered", $$$"""{"kind":"TrendsQuery","series":[{"kind":"EventsNode","properties":[{"key":"id","type":"cohort","operator":"in","value":{{{cohort}}}}]}]}""");
        await InsightAsync("Split", $$$"""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"breakdownFilter":{"breakdowns":[{"property":"{{{cohort}}}","type":"cohort"},{"property":"all","type":"cohort"}]}}""");
        await InsightAsync("Others", """{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"breakdownFilter":{"breakdowns":[{"property":"all","type":"cohort"}]}}""");
        await host.Client.PostAsync($"{host.Path}/actions", new { name = "Chosen paid", steps = new[] { new { @event = "paid", properties = new[] { new { key = "id", type = "cohort", @operator = "in", value = cohort } } } } }).JsonAsync(HttpStatusCode.Created);

        var problem = await host.Client.EraseAsync($"{host.Path}/cohorts/{cohort}").JsonAsync(HttpStatusCode.BadRequest);

        var detail = problem.GetProperty("detail").GetString()!;
        (detail.Contains("the action \"Chosen paid\"", StringComparison.Ordinal), detail.Contains("the insight \"Filtered\"", StringComparison.Ordinal),
            detail.Contains("the insight \"Split\"", StringComparison.Ordinal), detail.Contains("Others", StringComparison.Ordinal)).ShouldBe((true, true, true, false), detail);
    }

    async Task<string> InsightAsync(string name, string query) =>
        (await host.Client.PostAsync($"{host.Path}/insights", new { name, query = JsonElement.Parse(query) }).JsonAsync(HttpStatusCode.Created)).GetProperty("short_id").GetString()!;
}
