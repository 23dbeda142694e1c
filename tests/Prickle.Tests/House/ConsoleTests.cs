using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.House.Console;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>What people run on nodes themselves.</summary>
[Collection(OldCluster.Name)]
public sealed class ConsoleTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task A_statement_is_answered_with_its_columns_and_cut_with_a_mark()
    {
        var server = await house.WatchAsync(old.Addresses);
        foreach (var (id, node) in await NodesAsync(server))
        {
            var answer = await RunAsync(house.Client, id, node, "SELECT number, toString(number) AS text, NULL AS nothing FROM system.numbers LIMIT 2 FORMAT JSON;");
            answer.Text("state").ShouldBe("rows", answer.ToString());
            answer.GetProperty("columns").EnumerateArray().Select(column => column.Text("name")).ShouldBe(["number", "text", "nothing"]);
            answer.GetProperty("results").ToString().Replace(" ", "").Replace("\n", "").ShouldBe("""[["0","0",null],["1","1",null]]""");
            answer.GetProperty("is_cut").GetBoolean().ShouldBeFalse();
            var many = await RunAsync(house.Client, id, node, "SELECT number FROM system.numbers LIMIT 100000");
            (many.GetProperty("results").GetArrayLength(), many.GetProperty("is_cut").GetBoolean()).ShouldBe((1000, true));
            (await RunAsync(house.Client, id, node, "SELECT nothing FROM system.one")).Text("state").ShouldBe("failed");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("-- nothing")]
    [InlineData("SELECT 1 INTO OUTFILE '/tmp/x'")]
    public async Task One_statement_only(string statement)
    {
        var server = await house.WatchAsync(old.Addresses);
        (await SendAsync(house.Client, server, old.One.Address.ToString(), statement)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_changes_something_takes_an_admin_an_operator_and_a_confirmation()
    {
        var server = await house.WatchAsync([old.One.Address.ToString()], "ro2");
        var (node, table) = (old.One.Address.ToString(), $"t_{Guid.CreateVersion7():n}");
        var create = $"CREATE TABLE default.{table} (n UInt8) ENGINE = Memory";
        using var member = await MemberAsync();

        (await SendAsync(member, server, node, create, "Create")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var asked = await RunAsync(house.Client, server, node, create);
        (asked.Text("state"), asked.Text("kind"), asked.Text("statement")).ShouldBe(("needs_confirmation", "Create", create));
        (await RunAsync(house.Client, server, node, create, "Drop")).Text("state").ShouldBe("needs_confirmation");
        (await old.One.RunAsync($"EXISTS TABLE default.{table}")).ShouldBe("0");
        (await RunAsync(house.Client, server, node, create, "Create")).Text("state").ShouldBe("rows");
        (await old.One.RunAsync($"EXISTS TABLE default.{table}")).ShouldBe("1");
        (await RunAsync(house.Client, server, node, $"DROP TABLE default.{table}", "Drop")).Text("state").ShouldBe("rows");
        var log = (await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log?item_id={server}")).ToString();
        log.ShouldContain("Create");
        log.ShouldNotContain(table);
    }

    [Theory]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')")]
    [InlineData("SELECT * FROM `remote`('127.0.0.1:1', system.one)")]
    [InlineData("DESCRIBE TABLE remote ('127.0.0.1:1', system, one)")]
    [InlineData("SELECT 1 FROM numbers(1), url/* */('http://127.0.0.1:1/', CSV, 'a String')")]
    public async Task Members_reach_nothing_beyond_the_node(string statement)
    {
        var server = await house.WatchAsync(old.Addresses);
        using var member = await MemberAsync();
        foreach (var (id, node) in await NodesAsync(server))
        {
            (await SendAsync(member, id, node, statement)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task A_cancelled_run_is_gone_from_the_node()
    {
        var server = await house.WatchAsync(old.Addresses);
        foreach (var (id, node) in await NodesAsync(server))
        {
            var (run, mark) = ($"{Guid.CreateVersion7():n}", $"{Guid.CreateVersion7():n}");
            var running = RunAsync(house.Client, id, node, $"SELECT count() AS c_{mark} FROM system.numbers WHERE NOT ignore(sipHash64(number))", run: run);
            await Eventually.IsTrueAsync(async () => await RunsAsync(id, mark));

            await Eventually.IsTrueAsync(async () => (await house.Client.EraseAsync($"{house.Servers}/{id}/console/runs/{run}")).StatusCode == HttpStatusCode.NoContent);

            (await running).Text("detail").ShouldContain("cancelled");
            await Eventually.IsTrueAsync(async () => !await RunsAsync(id, mark));
            (await house.Client.EraseAsync($"{house.Servers}/{id}/console/runs/{run}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Everybody_sees_their_own_history_alone()
    {
        var server = await house.WatchAsync(old.Addresses);
        using var member = await MemberAsync();
        await RunAsync(house.Client, server, old.One.Address.ToString(), "SELECT 'mine'");
        await RunAsync(member, server, old.One.Address.ToString(), "SELECT wrong");

        var mine = (await house.GetAsync($"{house.Servers}/{server}/console/history")).GetProperty("results");
        (mine.GetArrayLength(), mine[0].Text("statement"), mine[0].GetProperty("row_count").GetInt32()).ShouldBe((1, "SELECT 'mine'", 1));
        var theirs = (await member.FetchAsync($"{house.Servers}/{server}/console/history").JsonAsync()).GetProperty("results");
        (theirs.GetArrayLength(), theirs[0].Text("statement")).ShouldBe((1, "SELECT wrong"));
        theirs[0].Text("refusal").ShouldContain("wrong");
        (await member.EraseAsync($"{house.Servers}/{server}/console/history")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await house.GetAsync($"{house.Servers}/{server}/console/history")).GetProperty("results").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_file_holds_no_formula()
    {
        var server = await house.WatchAsync(old.Addresses);
        using var response = await house.Client.PostAsync($"{house.Servers}/{server}/console", new
        {
            node = old.One.Address,
            format = "csv",
            statement = "SELECT '=1+1' AS a, '@x' AS b, -5 AS c, 'say \"hi\", you' AS d, '-5' AS e",
        });
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("a,b,c,d,e\r\n'=1+1,'@x,-5,\"say \"\"hi\"\", you\",'-5\r\n");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
    }

    async Task<bool> RunsAsync(Guid server, string mark) => (await house.GetAsync($"{house.Servers}/{server}/running?search=c_{mark}")).GetProperty("results").GetArrayLength() > 0;

    async Task<HttpClient> MemberAsync()
    {
        var member = $"member-{Guid.CreateVersion7():n}@burrow.example";
        await house.Host.JoinAsync(Role.Member, member);
        return await house.Host.ProgramAsync(member, "*");
    }

    /// <summary>A node of the old cluster and that of the engine.</summary>
    async Task<IReadOnlyList<(Guid Server, string Node)>> NodesAsync(Guid server) =>
        [(server, old.One.Address.ToString()), (WatchedServer.OwnId, (await house.ServerAsync(WatchedServer.OwnId)).Nodes[0].ToString())];

    Task<HttpResponseMessage> SendAsync(HttpClient client, Guid server, string node, string statement, string? confirm = null, string? run = null) =>
        client.PostAsync($"{house.Servers}/{server}/console", new { node, statement, confirm, run_id = run });

    Task<JsonElement> RunAsync(HttpClient client, Guid server, string node, string statement, string? confirm = null, string? run = null) =>
        SendAsync(client, server, node, statement, confirm, run).JsonAsync();
}
