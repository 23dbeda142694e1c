using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Prickle.House.Operations;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.House.Operations;

/// <summary>
/// The product ends again and again in the middle of operations, wherever they are by then: statements on their way are cut off at
/// our end and go on at the server's. In the end everything was done, once.
/// </summary>
[Collection(OldCluster.Name)]
public sealed class InterruptionTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Theory]
    [InlineData("order_by", "order_by=n, k;asks=false")]
    [InlineData("delete_project", "column=k;value=7")]
    [InlineData("materialize", "column=double;type=UInt64;expression=n * 2")]
    public async Task What_is_interrupted_again_and_again_is_done_once_and_undone_once(string template, string fields)
    {
        var table = $"cut_{template}";
        await old.EverywhereAsync($"CREATE TABLE default.{table} (n UInt64, k String) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{table}', '{{replica}}') PARTITION BY n % 4 ORDER BY (k, n)");
        await old.One.RunAsync($"INSERT INTO default.{table} (n, k) SELECT number, toString(number % 10) FROM system.numbers LIMIT 4000");
        var inputs = fields.Split(';').Select(field => field.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        inputs["database"] = "default";
        inputs[template == "delete_project" ? "tables" : "table"] = table;
        var runner = house.Host.Services.GetServices<IHostedService>().OfType<OperationRunner>().Single();
        await runner.StopAsync(TestContext.Current.CancellationToken);
        var desk = new OperationDesk(house, await house.WatchAsync(old.Addresses));
        var id = await desk.DraftAsync(template, inputs);
        await desk.StartAsync(id);

        var cuts = await RunInPiecesAsync(runner, desk, id, "queued", "running", "throttled");

        var isKept = template != "materialize";
        (await desk.GetAsync(id)).Text("state").ShouldBe(isKept ? "keeping" : "succeeded", (await desk.GetAsync(id)).ToString());
        cuts.ShouldBeGreaterThan(0, "it was not interrupted");
        foreach (var node in old.Nodes)
        {
            // Of ten values of k one is taken away; twice the sum of 0 to 3999 is what is computed.
            (await node.RunAsync($"SELECT count(), uniqExact(n), countIf(k = '7') FROM default.{table}")).ShouldBe(template == "delete_project" ? "3600\t3600\t0" : "4000\t4000\t400");
            (await node.RunAsync($"SELECT sorting_key FROM system.tables WHERE name = '{table}'")).ShouldBe(template == "order_by" ? "n, k" : "k, n");
        }
        if (!isKept)
        {
            (await old.Two.RunAsync($"SELECT sum(double) FROM default.{table}")).ShouldBe(string.Create(CultureInfo.InvariantCulture, $"{3999L * 4000}"));
            return;
        }
        await desk.ActAsync(id, "roll_back");
        await RunInPiecesAsync(runner, desk, id, "rolling_back", "rollback_failed");
        (await desk.GetAsync(id)).Text("state").ShouldBe("rolled_back", (await desk.GetAsync(id)).ToString());
        foreach (var node in old.Nodes)
        {
            await Engine.Eventually.IsTrueAsync(async () => await node.RunAsync($"SELECT count() FROM default.{table}") == "4000");
            (await node.RunAsync($"SELECT uniqExact(n), countIf(k = '7') FROM default.{table}")).ShouldBe("4000\t400");
            (await node.RunAsync($"SELECT sorting_key FROM system.tables WHERE name = '{table}'")).ShouldBe("k, n");
            (await node.RunAsync($"SELECT count() FROM system.tables WHERE name LIKE '{table}\\_%'")).ShouldBe("0");
        }
        (await desk.GetAsync(id)).GetProperty("broken_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    /// <summary>Lets it work for a moment, a longer one each time, until it is in none of the states; gives how often it was cut off.</summary>
    static async Task<int> RunInPiecesAsync(OperationRunner runner, OperationDesk desk, string id, params string[] working)
    {
        for (var cuts = 0; ; cuts++)
        {
            await runner.StartAsync(TestContext.Current.CancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(40 + (20 * cuts)), TestContext.Current.CancellationToken);
            await runner.StopAsync(TestContext.Current.CancellationToken);
            var state = (await desk.GetAsync(id)).Text("state");
            if (!working.Contains(state))
            {
                return cuts;
            }
        }
    }
}
