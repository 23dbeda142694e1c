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

    [Fact]
    public async Task A_cohort_is_not_deleted_while_filters_of_dashboards_and_statements_name_it()
    {
        var cohort = (await host.Client.PostAsync($"{host.Path}/cohorts", new { name = "Regulars", is_static = true }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();
        var leaf = JsonElement.Parse($$"""[{"key":"id","type":"cohort","operator":"in","value":{{cohort}}}]""");
        var other = JsonElement.Parse($$"""[{"key":"id","type":"cohort","operator":"in","value":{{cohort}}1}]""");
        var kept = await DashboardAsync(new { name = "Kept", filters = new { properties = leaf } });
        await DashboardAsync(new { name = "By set", filter_sets = new[] { new { name = "Them", filters = new { properties = leaf } } } });
        await DashboardAsync(new { name = "Split", filters = new { breakdown_filter = new { breakdowns = new[] { new { property = $"{cohort}", type = "cohort" } } } } });
        await DashboardAsync(new { name = "By tile", tiles = new[] { new { kind = "text", body = "x", filters = new { filters = new { properties = leaf } } } } });
        await DashboardAsync(new { name = "Others", filters = new { properties = other } });
        var gone = await DashboardAsync(new { name = "Gone", filters = new { properties = leaf } });
        await host.Client.EraseAsync($"{host.Path}/dashboards/{gone}");
        await host.Client.PostAsync($"{host.Path}/sql/queries", new { name = "Statement", query = "SELECT 1 FROM events WHERE {filters}", filters = new { properties = leaf } }).JsonAsync(HttpStatusCode.Created);
        var insight = await InsightAsync("SQL", $$"""{"kind":"SqlQuery","query":"SELECT 1 FROM events WHERE {filters}","filters":{"properties":{{leaf.GetRawText()}}} }""");

        var uses = (await host.Client.FetchAsync($"{host.Path}/cohorts/{cohort}").JsonAsync()).GetProperty("used_by").EnumerateArray().ToList();

        uses.Select(use => $"{use.Text("kind")} {use.Text("name")}").Order().ShouldBe(
            ["dashboard By set", "dashboard By tile", "dashboard Kept", "dashboard Split", "insight SQL", "saved query Statement"]);
        uses.Single(use => use.Text("name") == "Kept").Text("address").ShouldBe($"dashboards/{kept}");
        uses.Single(use => use.Text("name") == "SQL").Text("address").ShouldBe($"sql?insight={insight}");
        (await host.Client.EraseAsync($"{host.Path}/cohorts/{cohort}").JsonAsync(HttpStatusCode.BadRequest)).Text("detail").ShouldContain("the dashboard \"Kept\"");
    }

    [Fact]
    public async Task A_cohort_of_the_projects_own_people_says_so()
    {
        var cohort = (await host.Client.PostAsync($"{host.Path}/cohorts", new { name = "Staff", is_static = true }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();
        await host.Client.PatchAsync(host.Path, new { test_account_filters = JsonElement.Parse($$"""[{"key":"id","type":"cohort","operator":"not_in","value":{{cohort}}}]""") }).JsonAsync();

        var uses = (await host.Client.FetchAsync($"{host.Path}/cohorts/{cohort}").JsonAsync()).GetProperty("used_by");

        uses.EnumerateArray().Select(use => $"{use.Text("kind")} {use.Text("name")} {use.Text("address")}").ShouldBe(["setting your own people settings"]);
        await host.Client.PatchAsync(host.Path, new { test_account_filters = Array.Empty<object>() }).JsonAsync();
    }

    async Task<int> DashboardAsync(object body) => (await host.Client.PostAsync($"{host.Path}/dashboards", body).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();

    async Task<string> InsightAsync(string name, string query) =>
        (await host.Client.PostAsync($"{host.Path}/insights", new { name, query = JsonElement.Parse(query) }).JsonAsync(HttpStatusCode.Created)).GetProperty("short_id").GetString()!;
}
