using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.House.Running;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>What runs now, and ending it, on 18.16 and on the engine.</summary>
[Collection(OldCluster.Name)]
public sealed class RunningTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    string Own => $"{house.Servers}/{WatchedServer.OwnId}/running";

    [Fact]
    public async Task A_statement_on_the_second_node_is_seen_with_node_user_and_text()
    {
        var server = await house.WatchAsync(old.Addresses);
        var id = $"long-{Guid.CreateVersion7():n}";
        var running = await old.Two.BeginAsync(id, "ro2", $"SELECT count(), any('<b>{id}</b>') FROM system.numbers WHERE NOT ignore(sipHash64(number))");
        try
        {
            var (all, found) = await FindAsync($"{house.Servers}/{server}/running", id);
            found.Text("node").ShouldBe(old.Two.Address.ToString());
            (found.Text("user"), found.Text("kind"), found.Text("process_id"), found.Text("query_id")).ShouldBe(("ro2", "Select", id, id));
            found.Text("query").ShouldContain($"<b>{id}</b>");
            found.GetProperty("elapsed").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
            all.GetProperty("nodes").EnumerateArray().Select(node => node.Text("state")).ShouldBe(["answered", "answered"]);
            // Our own questions are left out.
            all.GetProperty("results").EnumerateArray().ShouldAllBe(row => !row.Text("query").Contains("system.processes", StringComparison.Ordinal));
            (await house.GetAsync($"{house.Servers}/{server}/running?user=default&search={id}")).GetProperty("results").GetArrayLength().ShouldBe(0);
            (await house.GetAsync($"{house.Servers}/{server}/running?user=ro2&search={id}")).GetProperty("results").GetArrayLength().ShouldBe(1);
        }
        finally
        {
            await old.Two.RunAsync($"KILL QUERY WHERE query_id = '{id}' SYNC", "admin");
            await running;
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("it's \\ ' OR 1=1 -- ")]
    public async Task A_kill_goes_from_asked_to_gone_and_a_second_finds_nothing(string prefix)
    {
        var server = await house.WatchAsync(old.Addresses);
        var (id, bystander) = ($"{prefix}{Guid.CreateVersion7():n}", $"bystander-{Guid.CreateVersion7():n}");
        var other = await old.One.BeginAsync(bystander);
        var victim = old.One.TryAsync(OldNode.Endless, queryId: id);
        try
        {
            var (_, found) = await FindAsync($"{house.Servers}/{server}/running", id);

            (await KillAsync(server, found)).Text("state").ShouldBe("gone");
            (await victim).Text.ShouldContain("Code: 394");
            (await KillAsync(server, found)).Text("state").ShouldBe("no_such_query");
            other.IsCompleted.ShouldBeFalse();
            var log = (await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log?item_id={server}")).ToString();
            log.ShouldContain("\"outcome\":\"Gone\"", Case.Insensitive);
            log.ShouldContain("\"outcome\":\"NoSuchQuery\"", Case.Insensitive);
        }
        finally
        {
            await old.One.RunAsync($"KILL QUERY WHERE query_id = '{bystander}' SYNC", "admin");
            await other;
        }
    }

    [Fact]
    public async Task An_operator_who_may_only_read_is_refused_with_the_servers_reason()
    {
        var server = await house.WatchAsync(old.Addresses, @operator: "ro1");
        var id = $"guarded-{Guid.CreateVersion7():n}";
        var running = await old.One.BeginAsync(id);
        try
        {
            var (_, found) = await FindAsync($"{house.Servers}/{server}/running", id);
            var kill = await KillAsync(server, found);
            kill.Text("state").ShouldBe("refused");
            kill.Text("detail").ShouldContain("readonly");
            running.IsCompleted.ShouldBeFalse();
            (await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log?item_id={server}")).ToString().ShouldContain("\"outcome\":\"Refused\"", Case.Insensitive);
        }
        finally
        {
            await old.One.RunAsync($"KILL QUERY WHERE query_id = '{id}' SYNC", "admin");
            await running;
        }
    }

    [Fact]
    public async Task The_statement_of_another_user_under_the_same_id_is_left_alone()
    {
        var server = await house.WatchAsync(old.Addresses);
        var id = $"reused-{Guid.CreateVersion7():n}";
        var running = await old.One.BeginAsync(id);
        try
        {
            var (_, found) = await FindAsync($"{house.Servers}/{server}/running", id);
            var kill = await KillAsync(server, found.Text("node"), id, "admin");
            (kill.Text("state"), running.IsCompleted).ShouldBe(("no_such_query", false));
            kill.Text("detail").ShouldContain("left alone");
        }
        finally
        {
            await old.One.RunAsync($"KILL QUERY WHERE query_id = '{id}' SYNC", "admin");
            await running;
        }
    }

    [Fact]
    public async Task On_the_engine_the_callers_id_is_shown_and_a_kill_ends_the_statement()
    {
        var id = $"engine-{Guid.CreateVersion7():n}";
        using var http = await Engine();
        var running = http.PostAsync($"/?query_id={id}", new StringContent("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))"), TestContext.Current.CancellationToken);
        var (_, found) = await FindAsync(Own, id);
        found.Text("query_id").ShouldBe(id);
        found.Text("kind").ShouldBe("Select");
        found.GetProperty("rows_in_all").GetInt64().ShouldBe(1_000_000_000_000);

        (await KillAsync(WatchedServer.OwnId, found)).Text("state").ShouldBe("gone");
        (await (await running).Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("394");
        (await KillAsync(WatchedServer.OwnId, found)).Text("state").ShouldBe("no_such_query");
    }

    [Fact]
    public async Task Members_see_what_runs_and_do_not_end_it()
    {
        var server = await house.WatchAsync(old.Addresses);
        var member = $"member-{Guid.CreateVersion7():n}@burrow.example";
        await house.Host.JoinAsync(Role.Member, member);
        using var program = await house.Host.ProgramAsync(member, "*");

        await program.FetchAsync($"{house.Servers}/{server}/running").JsonAsync();
        (await program.PostAsync($"{house.Servers}/{server}/running/kills", new { queries = (object[])[new { node = old.One.Address, process_id = "x", user = "default" }] }))
            .StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_node_that_is_not_the_servers_own_is_not_asked()
    {
        var server = await house.WatchAsync([old.One.Address.ToString()]);
        (await house.Client.PostAsync($"{house.Servers}/{server}/running/kills", new { queries = (object[])[new { node = old.Two.Address, process_id = "x", user = "default" }] }))
            .StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task All_viewers_share_one_poll_and_without_them_there_is_none()
    {
        var server = await house.ServerAsync(await house.WatchAsync(old.Addresses));
        var watch = house.Get<RunningWatch>();
        var (before, one, two) = (watch.Polling, new List<RunningSnapshot>(), new List<RunningSnapshot>());
        var (first, second) = (watch.Watch(server, Add(one)), watch.Watch(server, Add(two)));
        await Eventually.IsTrueAsync(() => one.Count > 1 && two.Count > 0);

        watch.Polling.ShouldBe(before + 1);
        one.ShouldContain(two[^1]);
        first.Dispose();
        watch.Polling.ShouldBe(before + 1);
        second.Dispose();
        watch.Polling.ShouldBe(before);

        static Action<RunningSnapshot> Add(List<RunningSnapshot> seen) => snapshot =>
        {
            lock (seen)
            {
                seen.Add(snapshot);
            }
        };
    }

    Task<HttpClient> Engine() => house.EngineAsync();

    async Task<(JsonElement All, JsonElement Found)> FindAsync(string path, string id)
    {
        JsonElement all = default, found = default;
        await Eventually.IsTrueAsync(async () =>
        {
            all = await house.GetAsync(path);
            found = all.GetProperty("results").EnumerateArray().FirstOrDefault(row => row.Text("query_id") == id);
            return found.ValueKind == JsonValueKind.Object;
        });
        return (all, found);
    }

    Task<JsonElement> KillAsync(Guid server, JsonElement row) => KillAsync(server, row.Text("node"), row.Text("process_id"), row.Text("user"));

    async Task<JsonElement> KillAsync(Guid server, string node, string id, string user)
    {
        var asked = await house.Client.PostAsync($"{house.Servers}/{server}/running/kills", new { queries = (object[])[new { node, process_id = id, user }] }).JsonAsync(HttpStatusCode.Accepted);
        JsonElement kill = default;
        await Eventually.IsTrueAsync(async () =>
        {
            kill = await house.GetAsync($"{house.Servers}/{server}/running/kills/{asked[0].Text("id")}");
            return kill.Text("state") is not ("asked" or "cancelling");
        });
        return kill;
    }
}
