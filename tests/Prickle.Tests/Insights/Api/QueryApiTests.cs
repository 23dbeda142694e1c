using System.Net;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights.Api;

public sealed class QueryApiTests(EngineFixture engine) : IAsyncLifetime
{
    const string Buys = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy","math":"dau"}],"dateRange":{"date_from":"2026-02-27","date_to":"2026-03-01"}}""";

    readonly InsightApiHost _host = new(engine);

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        await _host.Store.HappenAsync("""
            ann 2026-02-27T10:00 buy {"plan":"pro"}
            bob 2026-02-27T10:00 buy
            ann 2026-03-01T10:00 buy {"plan":"pro"}
            """);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_trend_comes_in_full_and_in_the_shape_that_scripts_read()
    {
        var (status, reply) = await _host.QueryAsync(Buys);

        status.ShouldBe(HttpStatusCode.OK, reply.ToString());
        reply.GetProperty("result").GetProperty("kind").GetString().ShouldBe("trends");
        var series = reply.GetProperty("results")[0];
        series.GetProperty("data").ToString().ShouldBe("[2,0,1]");
        series.GetProperty("days").ToString().ShouldBe("""["2026-02-27","2026-02-28","2026-03-01"]""");
        (series.GetProperty("label").GetString(), series.GetProperty("count").GetDouble()).ShouldBe(("buy", 3));
        (reply.GetProperty("is_cached").GetBoolean(), reply.GetProperty("timezone").GetString()).ShouldBe((false, "UTC"));
        reply.GetProperty("cost").GetProperty("rows_read").GetInt64().ShouldBe(3);
        reply.GetProperty("statements")[0].GetProperty("sql").GetString()!.ShouldContain("uniqExact");
        (await _host.QueryAsync(Buys)).Json.GetProperty("is_cached").GetBoolean().ShouldBeTrue();
        (await _host.QueryAsync(Buys, ",\"refresh\":\"force_blocking\"")).Json.GetProperty("is_cached").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_other_kinds_answer_too()
    {
        var lifecycle = Buys.Replace("TrendsQuery", "LifecycleQuery", StringComparison.Ordinal);
        var stickiness = Buys.Replace("TrendsQuery", "StickinessQuery", StringComparison.Ordinal);

        (await _host.QueryAsync(stickiness)).Json.GetProperty("results")[0].GetProperty("data").ToString().ShouldBe("[1,1,0]");
        (await _host.QueryAsync($"{{\"kind\":\"InsightVizNode\",\"source\":{lifecycle}}}")).Json.GetProperty("results")[3].GetProperty("status").GetString().ShouldBe("dormant");
    }

    [Fact]
    public async Task The_actors_of_a_number_are_a_query_of_their_own()
    {
        var (status, reply) = await _host.QueryAsync($"{{\"kind\":\"ActorsQuery\",\"source\":{Buys},\"selection\":{{\"day\":\"2026-02-27\"}},\"limit\":1}}");

        status.ShouldBe(HttpStatusCode.OK, reply.ToString());
        (reply.GetProperty("count").GetInt64(), reply.GetProperty("has_more").GetBoolean(), reply.GetProperty("results").GetArrayLength()).ShouldBe((2, true, 1));
    }

    [Theory]
    [InlineData("""{"kind":"TrendsQuery","series":[]}""", "series")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"trendsFilter":{"formulaNodes":[{"formula":"sqrt(A)"}]}}""", "formula")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"dateRange":{"date_from":"-10y"},"interval":"minute"}""", "interval")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"breakdownFilter":{"breakdowns":[{"property":"a"}],"breakdown_limit":100000}}""", "breakdown_limit")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"properties":[{"key":"a","operator":"regex","value":"("}]}""", "properties")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"ActionsNode","id":77}]}""", "series")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"properties":[{"key":"id","type":"cohort","operator":"in","value":88}]}""", "properties")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode","properties":[{"key":"id","type":"cohort","operator":"not_in","value":88}]}]}""", "properties")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"breakdownFilter":{"breakdowns":[{"property":"all","type":"cohort"},{"property":"88","type":"cohort"}]}}""", "breakdowns")]
    [InlineData("""{"kind":"FunnelsQuery","series":[{"kind":"EventsNode","event":"a"},{"kind":"EventsNode","event":"b"}],"funnelsFilter":{"funnelWindowInterval":0}}""", "funnelWindowInterval")]
    [InlineData("""{"kind":"GuessQuery"}""", "query")]
    [InlineData("""{"series":[]}""", "query")]
    [InlineData("""[1]""", "query")]
    [InlineData("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"interval":"fortnight"}""", "query")]
    [InlineData("""{"kind":"HogQLQuery","query":"drop table events"}""", "query")]
    [InlineData("""{"kind":"ActorsQuery"}""", "query")]
    public async Task What_is_wrong_with_a_query_is_said_with_400(string query, string attribute)
    {
        var (status, problem) = await _host.QueryAsync(query);

        status.ShouldBe(HttpStatusCode.BadRequest, problem.ToString());
        problem.GetProperty("attr").GetString().ShouldBe(attribute);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("""{"breakdown":"plan","breakdown_type":"event"}""", "pro 2, $$_posthog_breakdown_null_$$ 1")]
    [InlineData("""{"breakdown":["plan"]}""", "pro 2, $$_posthog_breakdown_null_$$ 1")]
    [InlineData("""{"breakdown":[7,"all"],"breakdown_type":"cohort"}""", "all 3, 7 2")]
    public async Task The_older_form_of_a_breakdown_is_read_too(string filter, string series)
    {
        await _host.Store.CohortAsync(7, "ann");

        var (status, reply) = await _host.QueryAsync(
            $"{{\"kind\":\"TrendsQuery\",\"series\":[{{\"kind\":\"EventsNode\",\"event\":\"buy\"}}],\"dateRange\":{{\"date_from\":\"2026-02-27\"}},\"breakdownFilter\":{filter}}}");

        status.ShouldBe(HttpStatusCode.OK, reply.ToString());
        // Ann bought twice, on the plan pro; bob once, on none.
        string.Join(", ", reply.GetProperty("results").EnumerateArray().Select(one => $"{one.GetProperty("breakdown_value").GetString()} {one.GetProperty("count").GetInt32()}")).ShouldBe(series);
    }

    [Fact]
    public async Task A_cohort_or_an_action_that_is_not_of_the_project_is_named()
    {
        const string filtered = """{"kind":"TrendsQuery","series":[{"kind":"EventsNode"}],"properties":[{"key":"id","type":"cohort","operator":"in","value":[7,88]}]}""";
        await _host.Store.CohortAsync(7, "ann");

        (await _host.QueryAsync(filtered)).Json.GetProperty("detail").GetString()!.ShouldStartWith("The project has no cohort 88.");
        (await _host.QueryAsync("""{"kind":"TrendsQuery","series":[{"kind":"ActionsNode","id":77}]}""")).Json.GetProperty("detail").GetString()!
            .ShouldStartWith("The project has no action 77");
    }

    [Fact]
    public async Task An_unknown_property_is_empty_and_a_hundred_values_are_no_matter()
    {
        var (status, reply) = await _host.QueryAsync(
            """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"2026-02-27"},"breakdownFilter":{"breakdowns":[{"property":"nowhere"}],"breakdown_limit":100}}""");

        status.ShouldBe(HttpStatusCode.OK, reply.ToString());
        reply.GetProperty("results")[0].GetProperty("breakdown_value").GetString().ShouldBe("$$_posthog_breakdown_null_$$");
    }

    [Fact]
    public async Task Nobody_asks_about_another_organizations_project()
    {
        var (theirs, _) = await _host.ForeignAsync();
        using var nobody = _host.ClientWith(null);

        (await _host.SendAsync(HttpMethod.Post, $"/api/projects/{theirs}/query", $"{{\"query\":{Buys}}}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Post, "query", $"{{\"query\":{Buys}}}", nobody)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.SendAsync(HttpMethod.Delete, "query/unknown")).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
