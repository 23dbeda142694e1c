using Prickle.ClickHouse;
using Prickle.ClickHouse.Schema;
using Prickle.Events;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;

namespace Prickle.Tests.ClickHouse.Schema;

/// <summary>The same schema files for a cluster. No cluster runs here: what is sent to one is read as ClickHouse reads it.</summary>
public sealed class ClusterSchemaTests(EngineFixture engine) : IAsyncLifetime
{
    static readonly SchemaTemplate Cluster = new(new ClickHouseEndpoint(new Uri("http://db:8123/"), "prickle", "it's", "analytics", "main"));

    readonly EventStore _events = new(engine);

    public ValueTask InitializeAsync() => _events.InitializeAsync();

    public ValueTask DisposeAsync() => _events.DisposeAsync();

    [Theory]
    [InlineData("CREATE TABLE {local:events} {on_cluster} (id UInt8)", "CREATE TABLE analytics.events_local ON CLUSTER 'main' (id UInt8)")]
    [InlineData("ENGINE = {engine:ReplacingMergeTree:captured_at}", "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', captured_at)")]
    [InlineData("ENGINE = {engine:AggregatingMergeTree:}", "ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')")]
    [InlineData("{distributed:events:cityHash64(distinct_id)}", "CREATE TABLE IF NOT EXISTS analytics.events ON CLUSTER 'main' AS analytics.events_local ENGINE = Distributed('main', 'analytics', 'events_local', cityHash64(distinct_id))")]
    [InlineData("SOURCE(CLICKHOUSE({credentials} DB '{database}'))", "SOURCE(CLICKHOUSE(USER 'prickle' PASSWORD 'it\\'s' DB 'analytics'))")]
    public void A_placeholder_becomes_what_a_cluster_needs(string text, string expected) => Cluster.Expand(text).ShouldBe(expected);

    [Fact]
    public async Task Every_statement_of_the_schema_is_one_that_ClickHouse_reads_and_names_the_cluster()
    {
        var statements = SchemaMigrations.Embedded(typeof(EventQueries).Assembly).SelectMany(file => Cluster.Statements(file.Text)).ToList();

        foreach (var statement in statements)
        {
            statement.ShouldContain("ON CLUSTER 'main'");
            // The syntax tree is made of the text alone: nothing is executed, and nobody asked for a cluster.
            (await _events.Store.ListAsync($"EXPLAIN AST {statement}", row => row.GetString(0), cancellationToken: TestContext.Current.CancellationToken))
                .ShouldNotBeEmpty(statement);
        }

        // Each table of rows has a Distributed one over it, which queries name: they are the same on a single server.
        var local = statements.Where(statement => statement.Contains("_local ", StringComparison.Ordinal) && statement.StartsWith("CREATE TABLE", StringComparison.Ordinal) && !statement.Contains("Distributed(", StringComparison.Ordinal)).Select(NameOf);
        var distributed = statements.Where(statement => statement.Contains("Distributed(", StringComparison.Ordinal)).Select(statement => NameOf(statement) + "_local");
        distributed.ShouldBe(local, ignoreOrder: true);
    }

    static string NameOf(string statement) => statement["CREATE TABLE IF NOT EXISTS ".Length..].Split([' ', '\n'], 2)[0];
}
