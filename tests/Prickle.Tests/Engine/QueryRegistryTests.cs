using Prickle.Engine.Queries;
using Prickle.Engine.Statements;

namespace Prickle.Tests.Engine;

public sealed class QueryRegistryTests
{
    [Fact]
    public void Beyond_the_limit_a_statement_is_refused_until_another_ends()
    {
        var registry = new QueryRegistry(limit: 2);
        var first = Query("1");
        registry.TryAdd(first).ShouldBeNull();
        registry.TryAdd(Query("2")).ShouldBeNull();

        var refusal = registry.TryAdd(Query("3"));
        refusal.ShouldNotBeNull().Code.ShouldBe(202);
        refusal.Text.ShouldBe("Code: 202. DB::Exception: Too many simultaneous queries. Maximum: 2. (TOO_MANY_SIMULTANEOUS_QUERIES)");

        registry.Remove(first);
        registry.TryAdd(Query("3")).ShouldBeNull();
    }

    [Fact]
    public void Two_statements_of_one_id_do_not_run_at_once()
    {
        var registry = new QueryRegistry(limit: 2);
        registry.TryAdd(Query("same")).ShouldBeNull();

        var refused = Query("same");
        registry.TryAdd(refused).ShouldNotBeNull().Code.ShouldBe(216);

        // The end of the refused one does not free the place of the other.
        registry.Remove(refused);
        registry.Running.Count.ShouldBe(1);
    }

    static RunningQuery Query(string id) => new(
        new QueryRequest
        {
            QueryId = id,
            Statement = Statement.Read("SELECT 1"u8.ToArray()),
            DefaultFormat = "TSV",
            Parameters = new Dictionary<string, string>(),
            Settings = new Dictionary<string, string>(),
            Caller = new("default", "127.0.0.1", 1, "POST", "", "", ""),
        },
        TimeProvider.System);
}
