using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Sql;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights.Api;

public sealed class SavedInsightApiTests(EngineFixture engine) : IAsyncLifetime
{
    const string Buys = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"2026-02-28","date_to":"2026-03-01"}}""";

    readonly InsightApiHost _host = new(engine);

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    async Task<string> SaveAsync(string name, string query = Buys, string more = "")
    {
        var (status, insight) = await _host.SendAsync(HttpMethod.Post, "insights", $"{{\"name\":\"{name}\",\"query\":{query}{more}}}");
        status.ShouldBe(HttpStatusCode.Created, insight.ToString());
        return insight.GetProperty("short_id").GetString()!;
    }

    async Task<string> NamesAsync(string filter) => string.Join(", ", (await _host.SendAsync(HttpMethod.Get, $"insights?{filter}")).Json
        .GetProperty("results").EnumerateArray().Select(insight => insight.GetProperty("name").GetString()));

    [Fact]
    public async Task An_insight_is_kept_changed_deleted_and_restored_and_its_history_says_so()
    {
        var id = await SaveAsync("Buyers", more: ",\"tags\":[\"money\"],\"description\":\"Who buys\"");

        var (_, kept) = await _host.SendAsync(HttpMethod.Get, $"insights/{id}");
        (kept.GetProperty("kind").GetString(), kept.GetProperty("created_by").GetString()).ShouldBe(("TrendsQuery", "owner@burrow.test"));
        kept.GetProperty("query").GetProperty("series")[0].GetProperty("event").GetString().ShouldBe("buy");
        var (_, changed) = await _host.SendAsync(HttpMethod.Patch, $"insights/{id}", """{"favorited":true}""");
        (changed.GetProperty("favorited").GetBoolean(), changed.GetProperty("description").GetString()).ShouldBe((true, "Who buys"));
        (await _host.SendAsync(HttpMethod.Delete, $"insights/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync("")).ShouldBe("");
        (await NamesAsync("deleted=true")).ShouldBe("Buyers");
        (await _host.SendAsync(HttpMethod.Patch, $"insights/{id}", """{"deleted":false}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await NamesAsync("")).ShouldBe("Buyers");

        var history = (await _host.SendAsync(HttpMethod.Get, $"activity_log?scope=insight&item_id={id}")).Json.GetProperty("results");
        history.EnumerateArray().Select(entry => entry.GetProperty("activity").GetString()).ShouldBe(["restored", "deleted", "updated", "created"]);
    }

    [Fact]
    public async Task Insights_are_found_by_name_kind_favourite_tag_and_maker_and_sorted()
    {
        await SaveAsync("Zebra", more: ",\"favorited\":true");
        await SaveAsync("Ant", Buys.Replace("TrendsQuery", "StickinessQuery", StringComparison.Ordinal), ",\"tags\":[\"small\",\"quick\"]");
        await SaveAsync("100% bees");

        (await NamesAsync("order=name")).ShouldBe("100% bees, Ant, Zebra");
        (await NamesAsync("order=-name&limit=1&offset=1")).ShouldBe("Ant");
        (await NamesAsync("search=ZEB")).ShouldBe("Zebra");
        (await NamesAsync("search=0%25")).ShouldBe("100% bees");
        (await NamesAsync("kind=StickinessQuery")).ShouldBe("Ant");
        (await NamesAsync("favorited=true")).ShouldBe("Zebra");
        (await NamesAsync("tag=quick")).ShouldBe("Ant");
        (await NamesAsync("mine=true&order=name")).ShouldBe("100% bees, Ant, Zebra");
    }

    [Theory]
    [InlineData("""{"name":"x","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"trendsFilter":{"formulaNodes":[{"formula":"sqrt(A)"}]}}}""", "formula")]
    [InlineData("""{"name":"x","query":{"kind":"TrendsQuery","series":[]}}""", "series")]
    [InlineData("""{"name":"x","query":{"kind":"Nothing"}}""", "query")]
    [InlineData("""{"name":"x"}""", "query")]
    public async Task What_cannot_be_asked_is_not_kept(string body, string attribute)
    {
        var (status, problem) = await _host.SendAsync(HttpMethod.Post, "insights", body);

        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, attribute));
    }

    [Fact]
    public async Task An_insight_without_a_name_goes_by_its_question_in_the_activity_log()
    {
        var id = await SaveAsync("");
        await _host.SendAsync(HttpMethod.Patch, $"insights/{id}", """{"favorited":true}""");
        await _host.SendAsync(HttpMethod.Patch, $"insights/{id}", """{"name":"Buyers"}""");

        var history = (await _host.SendAsync(HttpMethod.Get, $"activity_log?scope=insight&item_id={id}")).Json.GetProperty("results");
        history.EnumerateArray().Select(entry => entry.GetProperty("item_name").GetString()).ShouldBe(["Buyers", "buy", "buy"]);
    }

    [Fact]
    public async Task A_statement_is_kept_with_its_variables_and_filters_and_opened_again()
    {
        var insights = _host.Get<ISqlInsights>();
        var request = new SqlRequest("SELECT count() FROM events WHERE {filters} AND event = {variables.name}")
        {
            Variables = [new("name", SqlVariableType.String, JsonElement.Parse("\"buy\""))],
            Filters = new() { DateRange = new("-7d"), FilterTestAccounts = true },
        };

        var saved = (await insights.SaveAsync(_host.Grant, null, "Buys", AnswerSqlQuery.Write(request, null), TestContext.Current.CancellationToken)).ShouldBeOfType<Outcome<SqlInsight>.Done>().Value;

        var found = (await insights.FindAsync(_host.Grant.ProjectId, saved.ShortId, TestContext.Current.CancellationToken))!;
        var read = AnswerSqlQuery.Read(found.Query, false, null).ShouldBeOfType<SqlOutcome<SqlRequest>.Done>().Value;
        (read.Statement, read.Filters).ShouldBe((request.Statement, request.Filters));
        read.Variables.ShouldHaveSingleItem().Default!.Value.GetString().ShouldBe("buy");
        // A question of another kind is none of the console's.
        (await insights.FindAsync(_host.Grant.ProjectId, await SaveAsync("Buyers"), TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task An_insight_whose_cohort_was_deleted_says_so_and_can_still_be_renamed()
    {
        await _host.Store.HappenAsync("ann 2026-03-01T10:00 buy");
        await _host.Store.CohortAsync(7, "ann");
        var id = await SaveAsync("Buyers", Buys.Replace("\"dateRange\"", "\"properties\":[{\"key\":\"id\",\"type\":\"cohort\",\"operator\":\"in\",\"value\":7}],\"dateRange\"", StringComparison.Ordinal));
        var (_, link) = await _host.SendAsync(HttpMethod.Post, $"insights/{id}/share");
        _host.Store.Cohorts.Delete(7);

        var (status, problem) = await _host.SendAsync(HttpMethod.Get, $"insights/{id}/export");

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("detail").GetString().ShouldBe("The cohort \"Cohort 7\" (7) was deleted. Take it out of the question, or choose another.");
        (await _host.SendAsync(HttpMethod.Patch, $"insights/{id}", """{"name":"Payers"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await _host.SendAsync(HttpMethod.Post, $"insights/{id}/duplicate")).Status.ShouldBe(HttpStatusCode.Created);
        // Whoever has the link learns that it is broken, and nothing of the project.
        var shared = (await _host.SendAsync(HttpMethod.Get, $"/api/shared/insights/{link.GetProperty("token").GetString()}")).Json;
        shared.GetProperty("detail").GetString().ShouldBe("This insight cannot be computed any more. Whoever shared it can mend it.");
    }

    [Fact]
    public async Task An_insight_cannot_be_saved_with_what_the_project_has_not()
    {
        var query = Buys.Replace("\"EventsNode\",\"event\":\"buy\"", "\"ActionsNode\",\"id\":77", StringComparison.Ordinal);

        var (status, problem) = await _host.SendAsync(HttpMethod.Post, "insights", $"{{\"name\":\"x\",\"query\":{query}}}");

        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, "series"));
    }

    [Fact]
    public async Task A_copy_is_an_insight_of_its_own()
    {
        var id = await SaveAsync("Buyers", more: ",\"favorited\":true");

        var (status, copy) = await _host.SendAsync(HttpMethod.Post, $"insights/{id}/duplicate");

        (status, copy.GetProperty("name").GetString(), copy.GetProperty("favorited").GetBoolean()).ShouldBe((HttpStatusCode.Created, "Buyers (copy)", false));
        copy.GetProperty("short_id").GetString().ShouldNotBe(id);
    }

    [Fact]
    public async Task A_link_gives_one_insights_answer_to_anybody_until_it_is_stopped()
    {
        await _host.Store.HappenAsync("ann 2026-03-01T10:00 buy");
        var id = await SaveAsync("Buyers");
        using var nobody = _host.ClientWith(null);
        var (_, link) = await _host.SendAsync(HttpMethod.Post, $"insights/{id}/share");
        var address = $"/api/shared/insights/{link.GetProperty("token").GetString()}";

        var (status, shared) = await _host.SendAsync(HttpMethod.Get, address, client: nobody);

        status.ShouldBe(HttpStatusCode.OK, shared.ToString());
        shared.GetProperty("name").GetString().ShouldBe("Buyers");
        shared.GetProperty("result").GetProperty("series")[0].GetProperty("data").ToString().ShouldBe("[0,1]");
        shared.ToString().ShouldNotContain("SELECT");
        (await _host.SendAsync(HttpMethod.Get, $"insights/{id}")).Json.ToString().ShouldNotContain(link.GetProperty("token").GetString()!);

        (await _host.SendAsync(HttpMethod.Delete, $"insights/{id}/share")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _host.SendAsync(HttpMethod.Get, address, client: nobody)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_answer_is_exported_as_a_table_that_no_spreadsheet_runs()
    {
        await _host.Store.HappenAsync("""
            ann 2026-03-01T10:00 buy {"plan":"=SUM(A1)"}
            bob 2026-03-01T10:00 buy {"plan":"a,\"b\""}
            bob 2026-03-01T10:00 buy {"plan":"a,\"b\""}
            """);
        var id = await SaveAsync("Buyers", Buys.Replace("\"dateRange\"", "\"trendsFilter\":{\"display\":\"ActionsBarValue\"},\"breakdownFilter\":{\"breakdowns\":[{\"property\":\"plan\"}]},\"dateRange\"", StringComparison.Ordinal));

        var (status, csv) = await _host.SendAsync(HttpMethod.Get, $"insights/{id}/export?format=csv");

        status.ShouldBe(HttpStatusCode.OK, csv.ToString());
        csv.GetString().ShouldBe("series,breakdown,compare,value\r\nbuy,\"a,\"\"b\"\"\",,2\r\nbuy,'=SUM(A1),,1\r\n");
        (await _host.SendAsync(HttpMethod.Get, $"insights/{id}/export?format=json")).Json.GetProperty("kind").GetString().ShouldBe("trends");
        (await _host.SendAsync(HttpMethod.Get, $"insights/{id}/export?format=png")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Paths_and_SQL_are_exported_row_by_row()
    {
        await _host.Store.HappenAsync("""
            ann 2026-03-01T10:00 $pageview {"$current_url":"https://x.test/a_b"}
            ann 2026-03-01T10:01 $pageview {"$current_url":"https://x.test/c"}
            """);
        var paths = await SaveAsync("Ways", """{"kind":"PathsQuery","dateRange":{"date_from":"2026-03-01","date_to":"2026-03-01"}}""");
        var sql = await SaveAsync("Rows", """{"kind":"HogQLQuery","query":"SELECT event, count() AS n FROM events GROUP BY event"}""");

        (await _host.SendAsync(HttpMethod.Get, $"insights/{paths}/export?format=csv")).Json.GetString()
            .ShouldBe("source_step,source,target_step,target,weight,average_seconds\r\n1,/a_b,2,/c,1,60\r\n");
        (await _host.SendAsync(HttpMethod.Get, $"insights/{sql}/export?format=csv")).Json.GetString().ShouldBe("event,n\r\n$pageview,2\r\n");
        (await _host.SendAsync(HttpMethod.Get, $"insights/{sql}/export?format=json")).Json.ToString().ShouldBe("""[{"event":"$pageview","n":2}]""");
        var broken = await SaveAsync("Broken", """{"kind":"SqlQuery","query":"SELECT * FROM system.tables"}""");
        (await _host.SendAsync(HttpMethod.Get, $"insights/{broken}/export")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Nobody_sees_or_changes_another_organizations_insights()
    {
        await SaveAsync("Buyers");
        var (project, insight) = await _host.ForeignAsync();

        // Neither in their project, nor by its id in one's own.
        (await _host.SendAsync(HttpMethod.Get, $"/api/projects/{project}/insights/{insight}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Get, $"insights/{insight}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Patch, $"insights/{insight}", """{"name":"Mine"}""")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await NamesAsync("")).ShouldBe("Buyers");
    }
}
