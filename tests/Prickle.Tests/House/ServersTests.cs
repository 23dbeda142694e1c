using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.House;

/// <summary>Watched servers: trying them, asking all their nodes, and who may.</summary>
[Collection(OldCluster.Name)]
public sealed class ServersTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    static readonly SystemQuery<string> Hosts = new(_ => "SELECT 'here' AS word", row => row.Text("word"));

    [Fact]
    public async Task Trying_a_server_says_of_each_node_and_user_what_is_the_matter()
    {
        var reports = (await house.Client.PostAsync($"{house.Servers}/test", new
        {
            name = "Old",
            nodes = (string[])[old.One.Address.ToString(), $"http://127.0.0.1:{old.Two.TcpPort}", "http://127.0.0.1:1"],
            monitor_user = "ro1",
            monitor_password = "ro1",
            operator_user = "admin",
            operator_password = "wrong",
        }).JsonAsync()).EnumerateArray().ToList();

        reports.Select(report => (report.Text("account"), report.Text("verdict"))).ShouldBe([
            ("monitor", "good"), ("operator", "bad"), ("monitor", "bad"), ("operator", "bad"), ("monitor", "bad"), ("operator", "bad"),
        ]);
        reports[0].Text("message").ShouldStartWith("ClickHouse 18.16");
        var notes = reports[0].GetProperty("notes").EnumerateArray().Select(note => note.GetString()!).ToList();
        notes.ShouldContain(note => note.Contains("system.text_log", StringComparison.Ordinal));
        notes.ShouldContain(note => note.Contains("readonly = 1", StringComparison.Ordinal));
        reports[1].GetProperty("failure").Text("kind").ShouldBe("wrong_password");
        reports[2].GetProperty("failure").Text("kind").ShouldBe("native_port");
        reports[4].GetProperty("failure").Text("kind").ShouldBe("unreachable");
        reports.ToString().ShouldNotBeNull().ShouldNotContain("wrong ");
    }

    [Fact]
    public async Task An_operator_who_may_only_read_is_told_so()
    {
        var reports = (await house.Client.PostAsync($"{house.Servers}/test", new
        {
            name = "Old",
            nodes = old.Addresses.Take(1),
            monitor_user = "default",
            operator_user = "ro2",
            operator_password = "ro2",
        }).JsonAsync()).EnumerateArray().ToList();

        reports[1].Text("verdict").ShouldBe("warning");
        reports[1].Text("message").ShouldContain("may only read");
    }

    [Fact]
    public async Task Nodes_that_a_cluster_names_are_offered_and_not_called()
    {
        var reports = (await house.Client.PostAsync($"{house.Servers}/test", new
        {
            name = "Old",
            nodes = old.Addresses,
            monitor_user = "default",
            operator_user = "admin",
            operator_password = "admin",
        }).JsonAsync()).EnumerateArray().ToList();

        // The address of the cluster with the port of the node that named it; once, and not the two nodes that were tried.
        var hints = reports.SelectMany(report => report.GetProperty("cluster_nodes").EnumerateArray()).ToList();
        hints.Select(hint => (hint.Text("host"), hint.Text("address"), hint.GetProperty("nodes").GetInt32())).ShouldBe([("192.0.2.7", $"http://192.0.2.7:{old.One.Address.Port}/", 2)]);
        hints[0].GetProperty("clusters").EnumerateArray().Select(cluster => cluster.GetString()).ShouldBe(["with_a_stranger"]);
        reports.Select(report => new Uri(report.Text("address")).Host).Distinct().ShouldBe(["127.0.0.1"]);
    }

    [Fact]
    public async Task A_hanging_node_does_not_hold_up_the_other()
    {
        var server = await house.ServerAsync(await house.WatchAsync(old.Addresses));
        var fleet = house.Get<Fleet>();
        (await fleet.AskAsync(server, Hosts, cancellationToken: TestContext.Current.CancellationToken)).Items.Count().ShouldBe(2);
        await old.Two.SuspendAsync();
        try
        {
            // Heard of just now: the question goes out, and is given up in its own time. Afterwards nobody waits for that node again.
            var impatient = Hosts with { Write = _ => new NodeStatement("SELECT 'here' AS word") { Deadline = TimeSpan.FromSeconds(1) } };
            (await fleet.AskAsync(server, impatient, cancellationToken: TestContext.Current.CancellationToken)).Failures.Single().Failure.Kind.ShouldBe(NodeFailureKind.Hanging);
            await fleet.AskAsync(server, Hosts, cancellationToken: TestContext.Current.CancellationToken);
            var begun = Stopwatch.GetTimestamp();
            for (var time = 0; time < 10; time++)
            {
                var answer = await fleet.AskAsync(server, Hosts, cancellationToken: TestContext.Current.CancellationToken);
                answer.Items.Single().Item.ShouldBe("here");
                answer.Items.Single().Node.Address.ShouldBe(old.One.Address);
                answer.Failures.Single().LastAnsweredAt.ShouldNotBeNull();
            }
            Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        }
        finally
        {
            await old.Two.ResumeAsync();
        }
        await Engine.Eventually.IsTrueAsync(async () => (await fleet.AskAsync(server, Hosts, cancellationToken: TestContext.Current.CancellationToken)).Items.Count() == 2);
    }

    [Fact]
    public async Task A_node_that_is_down_is_named_and_comes_back()
    {
        var server = await house.ServerAsync(await house.WatchAsync(old.Addresses));
        var fleet = house.Get<Fleet>();
        await old.Two.StopAsync();
        try
        {
            var answer = await fleet.AskAsync(server, Hosts, cancellationToken: TestContext.Current.CancellationToken);
            answer.Items.Single().Node.Address.ShouldBe(old.One.Address);
            answer.Failures.Single().Failure.Kind.ShouldBe(NodeFailureKind.Unreachable);
        }
        finally
        {
            await old.Two.StartAsync();
        }
        await Engine.Eventually.IsTrueAsync(async () => (await fleet.AskAsync(server, Hosts, cancellationToken: TestContext.Current.CancellationToken)).Items.Count() == 2);
    }

    [Fact]
    public async Task Passwords_never_come_back_and_never_stand_in_a_log()
    {
        const string monitor = "orchard-lantern-71", @operator = "velvet-anchor-38";
        var made = await house.Client.PostAsync(house.Servers, new
        {
            name = "Guarded",
            nodes = old.Addresses,
            monitor_user = "admin",
            monitor_password = monitor,
            operator_user = "admin",
            operator_password = @operator,
        }).JsonAsync(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        var said = new List<string> { made.ToString(), (await house.GetAsync(house.Servers)).ToString(), (await house.GetAsync($"{house.Servers}/{id}")).ToString() };
        said.Add((await house.Client.PostAsync($"{house.Servers}/{id}/test", new { }).JsonAsync()).ToString());
        said.Add((await house.Client.PatchAsync($"{house.Servers}/{id}", new { name = "Guarded again" }).JsonAsync()).ToString());
        said.Add((await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log")).ToString());
        await house.Get<Fleet>().AskAsync(await house.ServerAsync(id), Hosts, cancellationToken: TestContext.Current.CancellationToken);
        said.Add(house.Log.Text);
        said.Add(string.Join('\n', Directory.GetFiles(Path.GetDirectoryName(old.One.LogFile)!).Select(File.ReadAllText)));

        foreach (var text in said)
        {
            text.ShouldNotContain(monitor);
            text.ShouldNotContain(@operator);
        }
        made.GetProperty("has_monitor_password").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Members_look_and_admins_change()
    {
        var id = await house.WatchAsync(old.Addresses);
        var member = $"member-{Guid.CreateVersion7():n}@burrow.example";
        await house.Host.JoinAsync(Role.Member, member);
        using var program = await house.Host.ProgramAsync(member, "*");

        (await program.FetchAsync($"{house.Servers}/{id}").JsonAsync()).GetProperty("id").GetGuid().ShouldBe(id);
        (await program.PostAsync(house.Servers, new { name = "Mine" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await program.PatchAsync($"{house.Servers}/{id}", new { name = "Mine" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await program.EraseAsync($"{house.Servers}/{id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await program.PostAsync($"{house.Servers}/{id}/test", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Another_organization_does_not_see_it()
    {
        var id = await house.WatchAsync(old.Addresses);
        var neighbour = $"neighbour-{Guid.CreateVersion7():n}@hollow.example";
        await house.Host.JoinAsync(Role.Admin, neighbour);
        using var program = await house.Host.ProgramAsync(neighbour, "*");
        var other = (await program.PostAsync("/api/organizations", new { name = "Hollow" }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").ToString();

        (await program.FetchAsync($"/api/organizations/{other}/house/servers/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await program.PatchAsync($"/api/organizations/{other}/house/servers/{id}", new { name = "Mine" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await program.EraseAsync($"/api/organizations/{other}/house/servers/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // Nor the product's own ClickHouse: that is the home organization's.
        (await program.FetchAsync($"/api/organizations/{other}/house/servers").JsonAsync()).GetProperty("results").GetArrayLength().ShouldBe(0);
        (await program.FetchAsync($"/api/organizations/{other}/house/servers/{WatchedServer.OwnId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_kept_password_goes_nowhere_but_where_it_was_entered_for()
    {
        var id = await house.WatchAsync(old.Addresses, "admin");
        (await house.Client.PatchAsync($"{house.Servers}/{id}", new { nodes = (string[])["http://127.0.0.1:1"] })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await house.GetAsync($"{house.Servers}/{id}")).GetProperty("nodes").GetArrayLength().ShouldBe(2);
    }
}
