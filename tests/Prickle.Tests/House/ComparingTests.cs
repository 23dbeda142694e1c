using System.Net;
using System.Text.Json;
using Prickle.House.Comparing;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>Two statements against each other, on 18.16 and on the engine.</summary>
[Collection(OldCluster.Name)]
public sealed class ComparingTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task The_slower_one_is_told_with_its_figures()
    {
        foreach (var (server, node) in await NodesAsync())
        {
            var comparison = await FinishedAsync(server, new
            {
                node,
                first = "SELECT count() AS n FROM (SELECT number FROM system.numbers LIMIT 30000000) WHERE NOT ignore(sipHash64(number)) FORMAT JSON",
                second = "SELECT toUInt64(30000000) AS n",
                warm_ups = 1,
                repeats = 9,
            });
            comparison.Text("state").ShouldBe("done", comparison.ToString());
            var result = comparison.GetProperty("result");
            (result.GetProperty("are_equal").GetBoolean(), comparison.GetProperty("done").GetInt32(), comparison.GetProperty("all").GetInt32()).ShouldBe((true, 20, 20));
            result.GetProperty("first").GetProperty("milliseconds").GetArrayLength().ShouldBe(9);
            result.GetProperty("first").GetProperty("rows").GetInt64().ShouldBeGreaterThanOrEqualTo(30_000_000);
            result.GetProperty("high").GetDouble().ShouldBeLessThan(0);
            result.Text("verdict").ShouldStartWith("B is faster");
        }
    }

    [Fact]
    public async Task Rows_that_differ_are_said_first()
    {
        var (server, node) = (await NodesAsync())[0];
        var comparison = await FinishedAsync(server, new { node, first = "SELECT 1 AS n", second = "SELECT 2 AS n", warm_ups = 0, repeats = 3 });
        comparison.GetProperty("result").GetProperty("are_equal").GetBoolean().ShouldBeFalse();
        comparison.GetProperty("result").Text("verdict").ShouldStartWith("They do not give the same rows.");
    }

    [Theory]
    [InlineData("DROP TABLE t", 3)]
    [InlineData("SELECT 1; SELECT 2", 3)]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')", 3)]
    [InlineData("SELECT 1", 1000)]
    public async Task Only_selects_that_stay_within_and_within_bounds(string statement, int repeats)
    {
        var (server, node) = (await NodesAsync())[0];
        (await house.Client.PostAsync($"{house.Servers}/{server}/comparisons", new { node, first = statement, second = "SELECT 1", repeats })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_cancelled_one_stops()
    {
        var (server, node) = (await NodesAsync())[0];
        var path = $"{house.Servers}/{server}/comparisons";
        var started = await house.Client.PostAsync(path, new { node, first = OldNode.Endless, second = "SELECT 1" }).JsonAsync(HttpStatusCode.Accepted);
        await Eventually.IsTrueAsync(async () => (await old.One.RunningAsync()).Any(id => id.StartsWith(Comparison.QueryIds, StringComparison.Ordinal)));

        (await house.Client.EraseAsync($"{path}/{started.Text("id")}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await Eventually.IsTrueAsync(async () => (await house.GetAsync($"{path}/{started.Text("id")}")).Text("state") == "cancelled");
        await Eventually.IsTrueAsync(async () => !(await old.One.RunningAsync()).Any(id => id.StartsWith(Comparison.QueryIds, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_median_and_its_certainty_are_computed_from_what_was_measured()
    {
        Bootstrap.Median([3, 1, 2]).ShouldBe(2);
        Bootstrap.Median([4, 1, 2, 3]).ShouldBe(2.5);
        // Any draw of tens less any draw of twenties is between 20 − 14 and 24 − 10.
        var (low, high) = Bootstrap.Interval([20, 21, 22, 23, 24], [10, 11, 12, 13, 14]);
        (low is >= -14 and < -6, high is > -14 and <= -6).ShouldBe((true, true));
        Bootstrap.Verdict(22, 12, low, high).ShouldStartWith("B is faster: 12 ms against 22 ms, 45% less.");
        Bootstrap.Verdict(12, 12, -1, 1).ShouldStartWith("No difference can be told");
    }

    async Task<JsonElement> FinishedAsync(Guid server, object body)
    {
        var started = await house.Client.PostAsync($"{house.Servers}/{server}/comparisons", body).JsonAsync(HttpStatusCode.Accepted);
        JsonElement comparison = default;
        await Eventually.IsTrueAsync(async () => (comparison = await house.GetAsync($"{house.Servers}/{server}/comparisons/{started.Text("id")}")).Text("state") != "running");
        return comparison;
    }

    async Task<IReadOnlyList<(Guid Server, string Node)>> NodesAsync() =>
        [(await house.WatchAsync(old.Addresses), old.One.Address.ToString()), (WatchedServer.OwnId, (await house.ServerAsync(WatchedServer.OwnId)).Nodes[0].ToString())];
}
