using System.Text.Json;
using Prickle.Sql;
using Prickle.Tests.Insights;

namespace Prickle.Tests.Sql;

/// <summary>What <c>{filters}</c> stands for in a statement: every kind of filter, over the project's own views.</summary>
public sealed class SqlFilterTests(InsightStore store, SqlFilterTests.World world) : IClassFixture<InsightStore>, IClassFixture<SqlFilterTests.World>
{
    [Theory]
    [InlineData("{}", "ann bob cat dan")]
    [InlineData("""{"properties":[{"key":"amount","operator":"gt","value":"5"}]}""", "bob")]
    // Ann is on the plan pro and bob on free; the others have no plan and are on none.
    [InlineData("""{"properties":[{"key":"plan","type":"person","operator":"exact","value":"pro"}]}""", "ann")]
    [InlineData("""{"properties":[{"key":"plan","type":"person","operator":"is_not","value":"pro"}]}""", "bob cat dan")]
    [InlineData("""{"properties":[{"key":"size","type":"group","group_type_index":0,"operator":"gte","value":"100"}]}""", "bob")]
    [InlineData("""{"properties":[{"key":"id","type":"cohort","operator":"in","value":7}]}""", "bob cat")]
    [InlineData("""{"properties":[{"key":"id","type":"cohort","operator":"not_in","value":7}]}""", "ann dan")]
    [InlineData("""{"properties":[{"key":"text","type":"element","operator":"exact","value":"Pay"}]}""", "dan")]
    [InlineData("""{"properties":[{"key":"selector","type":"element","operator":"exact","value":"button.pay"}]}""", "dan")]
    [InlineData("""{"properties":[{"key":"$entry_pathname","type":"session","operator":"exact","value":"/prices"}]}""", "cat")]
    [InlineData("""{"properties":[{"key":"$session_duration","type":"session","operator":"gte","value":"60"}]}""", "cat")]
    [InlineData("""{"properties":[{"key":"toFloat64OrNull(toString(properties.amount)) = 2","type":"hogql"}]}""", "ann")]
    [InlineData("""{"properties":{"type":"OR","values":[{"key":"amount","operator":"exact","value":"2"},{"key":"plan","type":"person","operator":"exact","value":"free"}]}}""", "ann bob")]
    // The clock stands at 1 March. Days of the project's zone: 23:30 UTC of 26 February is the 27th in Berlin.
    [InlineData("""{"dateRange":{"date_from":"2026-02-28"}}""", "cat dan")]
    [InlineData("""{"dateRange":{"date_from":"2026-02-27","date_to":"2026-02-27"}}""", "ann bob")]
    [InlineData("""{"dateRange":{"date_from":"-1d"}}""", "cat dan")]
    [InlineData("""{"dateRange":{"date_from":"all","date_to":"2026-02-27"}}""", "ann bob")]
    [InlineData("""{"filterTestAccounts":true}""", "ann bob cat")]
    public async Task Filters_narrow_a_statement_as_they_narrow_a_question(string filters, string people)
    {
        await world.HappenedAsync(store);

        (await PeopleAsync("SELECT DISTINCT distinct_id FROM events WHERE {filters} ORDER BY distinct_id", filters)).ShouldBe(people);
    }

    [Theory]
    [InlineData("SELECT DISTINCT distinct_id FROM events AS e WHERE {filters} ORDER BY distinct_id")]
    [InlineData("SELECT DISTINCT distinct_id FROM (SELECT * FROM events WHERE {filters}) ORDER BY distinct_id")]
    [InlineData("WITH persons AS (SELECT 1 AS id) SELECT DISTINCT distinct_id FROM events WHERE {filters} AND 1 IN (SELECT id FROM persons) ORDER BY distinct_id")]
    [InlineData("SELECT DISTINCT events.distinct_id FROM events WHERE {filters} AND person.properties.plan = 'pro' ORDER BY distinct_id")]
    public async Task They_stand_wherever_events_are_read(string statement)
    {
        await world.HappenedAsync(store);

        (await PeopleAsync(statement, """{"dateRange":{"date_from":"-7d"},"properties":[{"key":"plan","type":"person","operator":"exact","value":"pro"}]}""")).ShouldBe("ann");
    }

    async Task<string> PeopleAsync(string statement, string filters)
    {
        var request = new SqlRequest(statement) { Filters = SqlFilters.Read(JsonElement.Parse(filters))! };
        var outcome = await store.Sandbox().RunAsync(store.Project, request, TestContext.Current.CancellationToken);
        return outcome is SqlOutcome<SqlAnswer>.Refused { Refusal: var refusal } ? throw new ShouldAssertException(refusal.Detail)
            : string.Join(' ', ((SqlOutcome<SqlAnswer>.Done)outcome).Value.Results.Select(row => row[0].GetString()));
    }

    public sealed class World
    {
        bool _isThere;

        public async Task HappenedAsync(InsightStore store)
        {
            if (_isThere)
            {
                return;
            }
            _isThere = true;
            store.Project = store.Project with { TimeZone = "Europe/Berlin", TestAccountFilters = """[{"key":"plan","operator":"is_not","value":"ours"}]""" };
            await store.PersonsAsync("""
                ann 2026-01-01T00:00:00 {"plan":"pro"}
                bob 2026-01-01T00:00:00 {"plan":"free"}
                cat 2026-01-01T00:00:00
                """);
            await store.GroupAsync(0, "acme", """{"size":150}""");
            await store.CohortAsync(7, "bob", "cat");
            await store.HappenAsync("""
                ann 2026-02-26T23:30:00 paid {"amount":2}
                bob 2026-02-27T10:00:00 paid {"amount":"9","$group_0":"acme"}
                cat 2026-02-28T10:00:00 $pageview {"$session_id":"s1","$current_url":"https://shop.test/prices"}
                cat 2026-02-28T10:01:30 $pageview {"$session_id":"s1","$current_url":"https://shop.test/"}
                dan 2026-02-28T11:00:00 $autocapture {"plan":"ours","$elements_chain":"button.pay:nth-child=\"1\"text=\"Pay\""}
                """);
        }
    }
}
