using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.House.Alerts;
using Prickle.House.Backups;
using Prickle.Servers;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.House;

/// <summary>Backups of the engine that comes with the product: made, restored, tried, and kept.</summary>
public sealed class BackupTests(BackupHost house) : IClassFixture<BackupHost>
{
    [Fact]
    public async Task A_full_and_an_incremental_backup_come_back_row_by_row_under_another_name()
    {
        var database = await house.DatabaseAsync();
        var plan = await house.PlanAsync(database);
        var full = await house.RunAsync(plan);
        (full.Text("state"), full.Text("kind"), full.GetProperty("chain_id").GetGuid()).ShouldBe(("good", "full", full.GetProperty("id").GetGuid()), full.ToString());
        full.GetProperty("files").GetInt64().ShouldBePositive();
        await house.AddRowsAsync(database, 2000, 500);

        var incremental = await house.RunAsync(plan, "incremental");

        (incremental.Text("state"), incremental.Text("kind"), incremental.Text("chain_id")).ShouldBe(("good", "incremental", full.Text("id")), incremental.ToString());
        // It holds all with its base, and takes less than that.
        incremental.GetProperty("bytes").GetInt64().ShouldBeLessThan(full.GetProperty("bytes").GetInt64());
        incremental.GetProperty("total_bytes").GetInt64().ShouldBeGreaterThan(full.GetProperty("total_bytes").GetInt64());
        var job = await house.JobAsync(incremental, "restore", Restore(database, "visits", database, "visits_of_monday"));
        job.Text("state").ShouldBe("good", job.ToString());
        (await house.ContentAsync($"{database}.visits_of_monday")).ShouldBe(await house.ContentAsync($"{database}.visits"));
        (await house.SqlAsync($"SELECT count() FROM {database}.visits_of_monday")).ShouldBe("2500");
        // The first holds what there was before.
        await house.JobAsync(full, "restore", Restore(database, "visits", $"{database}_else", "visits"));
        (await house.SqlAsync($"SELECT count() FROM {database}_else.visits")).ShouldBe("2000");
        var log = (await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log?item_id={incremental.Text("id")}")).ToString();
        log.ShouldContain("visits_of_monday");
        log.ShouldContain("restored");
    }

    [Fact]
    public async Task A_restore_overwrites_nothing()
    {
        var database = await house.DatabaseAsync();
        var backup = await house.RunAsync(await house.PlanAsync(database));
        await house.AddRowsAsync(database, 5000, 10);
        await house.SqlAsync($"CREATE TABLE {database}.empty (a UInt8) ENGINE = MergeTree ORDER BY a");
        var before = await house.ContentAsync($"{database}.visits");

        foreach (var name in (string[])["visits", "empty"])
        {
            var refused = await house.Client.PostAsync($"{house.Backups}/{backup.Text("id")}/restore", Restore(database, "visits", database, name)).JsonAsync(HttpStatusCode.Conflict);
            (refused.Text("attr"), refused.Text("detail")).ShouldBe(("tables", $"{database}.{name} is there already. A restore overwrites nothing: give it another name."));
        }
        (await house.ContentAsync($"{database}.visits")).ShouldBe(before);
        // One that is not in it, and one of the server's own.
        (await house.Client.PostAsync($"{house.Backups}/{backup.Text("id")}/restore",
            Restore(database, "nobody", database, "x")).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("tables");
        (await house.Client.PostAsync($"{house.Backups}/{backup.Text("id")}/restore",
            Restore(database, "visits", "system", "x")).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("tables");
    }

    [Fact]
    public async Task A_drill_compares_every_row_and_leaves_nothing_behind()
    {
        var database = await house.DatabaseAsync();
        await house.SqlAsync($"CREATE VIEW {database}.pages AS SELECT DISTINCT page FROM {database}.visits");
        var backup = await house.RunAsync(await house.PlanAsync(database));
        // What comes later is not in it, and is no difference.
        await house.AddRowsAsync(database, 9000, 100);

        var drill = await house.JobAsync(backup, "drill");

        drill.Text("state").ShouldBe("good", drill.ToString());
        var finding = drill.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
        (finding.Text("verdict"), finding.GetProperty("rows").GetInt64(), finding.Text("detail")).ShouldBe(("same", 2000, "Every row is as it was."));
        (await house.SqlAsync($"SELECT count() FROM system.databases WHERE name = 'prickle_drill_{Guid.Parse(drill.Text("id")):n}'")).ShouldBe("0");
        var held = await house.GetAsync($"{house.Backups}/{backup.Text("id")}");
        held.GetProperty("others").EnumerateArray().Select(table => table.Text("name")).ShouldBe(["pages"]);
        held.GetProperty("holds").EnumerateArray().Select(table =>
            (table.Text("name"), table.GetProperty("rows").GetInt64(), table.GetProperty("is_hashed").GetBoolean())).ShouldBe([("visits", 2000, true)]);
    }

    [Fact]
    public async Task A_drill_after_each_full_backup_finds_one_that_is_damaged()
    {
        var database = await house.DatabaseAsync();
        var plan = await house.PlanAsync(database, new { drills_after_full = true });
        var backup = await house.RunAsync(plan);
        var first = await DrillOfAsync(backup);
        first.Text("state").ShouldBe("good", first.ToString());
        // The server itself restores this without a word: it copies files and does not look into them.
        var file = Directory.EnumerateFiles(Path.Combine(await house.FolderOfAsync(backup), "data"), "*.bin", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0x55;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        var drill = await house.JobAsync(backup, "drill");

        drill.Text("state").ShouldBe("failed", drill.ToString());
        drill.GetProperty("findings").EnumerateArray().Single().Text("verdict").ShouldBe("broken");
        drill.Text("error").ShouldContain("A file of the backup is damaged");
        await Engine.Eventually.IsTrueAsync(() => Task.FromResult(house.Log.Text.Contains("Drill of a backup failed", StringComparison.Ordinal)));
        var samples = await house.Get<BackupAge>().TakeAsync(await house.Get<ServerDirectory>().AllAsync(TestContext.Current.CancellationToken), house.Clock.GetUtcNow(),
            TestContext.Current.CancellationToken);
        var name = (await PlanOfAsync(plan)).Text("name");
        samples.Single(sample => sample.Metric == "failed_drills" && sample.Node.EndsWith(name, StringComparison.Ordinal)).Value.ShouldBe(1);
        // One of which a file is gone cannot even be restored.
        File.Delete(file);
        var missing = await house.JobAsync(backup, "drill");
        (missing.Text("state"), missing.Text("error").StartsWith("A file of the backup is missing.", StringComparison.Ordinal)).ShouldBe(("failed", true), missing.ToString());
    }

    [Fact]
    public async Task Old_chains_go_with_their_files_and_the_only_good_one_never()
    {
        var database = await house.DatabaseAsync();
        var plan = await house.PlanAsync(database, new { keep_chains = 1 });
        var first = await house.RunAsync(plan);
        await house.AddRowsAsync(database, 3000, 10);
        var second = await house.RunAsync(plan, "incremental");
        var (firstFolder, secondFolder) = (await house.FolderOfAsync(first), await house.FolderOfAsync(second));
        (Directory.Exists(firstFolder), Directory.Exists(secondFolder)).ShouldBe((true, true));
        // It cannot be deleted by hand either, while it is the only one.
        (await house.Client.DeleteAsync(new Uri($"{house.Backups}/{first.Text("id")}", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var third = await house.RunAsync(plan);

        await Engine.Eventually.IsTrueAsync(async () => (await StateAsync(first), await StateAsync(second)) == ("deleted", "deleted"));
        (Directory.Exists(firstFolder), Directory.Exists(secondFolder), Directory.Exists(await house.FolderOfAsync(third))).ShouldBe((false, false, true));
        (await StateAsync(third)).ShouldBe("good");
        (await house.GetAsync($"{house.Backups}?plan={plan}")).GetProperty("results").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Plans_run_by_the_clock_of_their_zone_and_not_while_they_are_paused()
    {
        var database = await house.DatabaseAsync();
        var plan = await house.PlanAsync(database, new { full_cron = "0 3 * * 0", incremental_cron = "0 3 * * *", time_zone = "America/New_York" });
        var next = (await PlanOfAsync(plan)).GetProperty("next_at").GetDateTimeOffset();
        // Three in the morning in New York is seven or eight in UTC.
        (next.UtcDateTime.Hour is 7 or 8, next.Minute).ShouldBe((true, 0));
        house.Clock.By(next - house.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));

        var first = await LastAsync(plan, null);
        // Nothing to stand on yet, whatever day it is.
        (first.Text("kind"), first.Text("state"), first.Text("requested_by")).ShouldBe(("full", "good", ""), first.ToString());
        (await PlanOfAsync(plan)).GetProperty("next_at").GetDateTimeOffset().ShouldBe(next.AddDays(1), TimeSpan.FromHours(1));
        // The next night but one of the week before Sunday is incremental: on one of both days.
        house.Clock.By(TimeSpan.FromDays(1));
        var second = await LastAsync(plan, first);
        house.Clock.By(TimeSpan.FromDays(1));
        var third = await LastAsync(plan, second);
        new[] { second.Text("kind"), third.Text("kind") }.ShouldContain("incremental");

        await house.Client.PostAsync($"{house.Backups}/plans/{plan}/pause", new { is_paused = true }).JsonAsync();
        house.Clock.By(TimeSpan.FromDays(3));
        await Task.Delay(TimeSpan.FromSeconds(4.5), TestContext.Current.CancellationToken);
        (await PlanOfAsync(plan)).GetProperty("last").Text("id").ShouldBe(third.Text("id"));
        (await house.Client.PostAsync($"{house.Backups}/plans",
            new { name = "Never", databases = new[] { database }, target_id = BackupTarget.OwnId, full_cron = "0 3 31 2 *" }).JsonAsync(HttpStatusCode.BadRequest))
            .Text("attr").ShouldBe("full_cron");
    }

    [Fact]
    public async Task A_backup_that_is_missing_rings_and_a_good_one_ends_it()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var database = await house.DatabaseAsync();
        // Made, and never run.
        var plan = await house.PlanAsync(database);
        var name = (await PlanOfAsync(plan)).Text("name");
        var alert = (await house.Client.PostAsync($"{house.Servers}/{WatchedServer.OwnId}/alerts",
            new { metric = "backup_age", line = 48, recovery = 47, samples = 2 }).JsonAsync(HttpStatusCode.Created)).Text("id");
        await JudgeAsync();
        await JudgeAsync();
        (await HappeningsAsync()).ShouldBeEmpty();

        house.Clock.By(TimeSpan.FromHours(49));
        await JudgeAsync();
        await JudgeAsync();

        (await HappeningsAsync()).ShouldBe(["raised"]);
        (await house.RunAsync(plan)).Text("state").ShouldBe("good");
        await JudgeAsync();
        await JudgeAsync();
        (await HappeningsAsync()).ShouldBe(["recovered", "raised"]);
        await house.Client.DeleteAsync(new Uri($"{house.Servers}/{WatchedServer.OwnId}/alerts/{alert}", UriKind.Relative), cancellation);

        async Task JudgeAsync()
        {
            var servers = await house.Get<ServerDirectory>().AllAsync(cancellation);
            var samples = await house.Get<BackupAge>().TakeAsync(servers, house.Clock.GetUtcNow(), cancellation);
            await house.Get<AlertRounds>().JudgeAsync(servers, [.. samples.Where(sample => sample.Node.EndsWith(name, StringComparison.Ordinal))], cancellation);
            house.Clock.By(TimeSpan.FromSeconds(15));
        }

        async Task<IEnumerable<string>> HappeningsAsync() => (await house.GetAsync($"{house.Servers}/{WatchedServer.OwnId}/alerts/history")).GetProperty("results").EnumerateArray()
            .Where(entry => entry.Text("alert_id") == alert && entry.Text("node").EndsWith(name, StringComparison.Ordinal)).Select(entry => entry.Text("happening"));
    }

    [Fact]
    public async Task A_folder_that_the_server_may_not_write_is_told_in_words()
    {
        var place = new { name = "Elsewhere", kind = "file", folder = "/srv/backups" };
        var trial = await house.Client.PostAsync($"{house.Backups}/targets/test", place).JsonAsync();
        (trial.GetProperty("is_good").GetBoolean(), trial.Text("message")).ShouldSatisfyAllConditions(
            said => said.Item1.ShouldBeFalse(), said => said.Item2.ShouldStartWith("The server may not write to /srv/backups: its configuration has to name the folder in backups.allowed_path."));
        var own = await house.Client.PostAsync($"{house.Backups}/targets/{BackupTarget.OwnId}/test", new { }).JsonAsync();
        (own.GetProperty("is_good").GetBoolean(), own.Text("message")).ShouldBe((true, "The server may write there, and what was tried is deleted again."));
        var target = (await house.Client.PostAsync($"{house.Backups}/targets", place).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();

        var backup = await house.RunAsync(await house.PlanAsync(await house.DatabaseAsync(), null, target));

        backup.Text("state").ShouldBe("failed");
        backup.Text("error").ShouldStartWith("The server may not write to /srv/backups");
        backup.Text("error").ShouldNotContain("Stack trace");
        (await house.Client.PostAsync($"{house.Backups}/{backup.Text("id")}/drill", new { }).JsonAsync(HttpStatusCode.BadRequest)).Text("detail").ShouldBe("Only a good backup can be restored.");
    }

    [Fact]
    public async Task Members_look_and_admins_act()
    {
        await house.Host.JoinAsync(Role.Member, "member@burrow.example");
        using var member = await house.Host.ProgramAsync("member@burrow.example", "*");
        (await member.FetchAsync($"{house.Backups}/plans").JsonAsync()).GetProperty("results").ValueKind.ShouldBe(JsonValueKind.Array);
        (await member.FetchAsync($"{house.Backups}/targets").JsonAsync()).GetProperty("results").EnumerateArray().Select(target => target.Text("name")).ShouldContain("Prickle's data folder");
        (await member.PostAsync($"{house.Backups}/plans", new { name = "x", target_id = BackupTarget.OwnId, full_cron = "0 3 * * *" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await member.PostAsync($"{house.Backups}/targets/test", new { name = "x", kind = "file", folder = "/x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    async Task<JsonElement> DrillOfAsync(JsonElement backup)
    {
        JsonElement found = default;
        await Engine.Eventually.IsTrueAsync(async () =>
            (await house.GetAsync($"{house.Backups}/jobs?backup={backup.Text("id")}")).GetProperty("results").EnumerateArray().Any(job => (found = job).Text("state") is "good" or "failed"));
        return found;
    }

    async Task<JsonElement> LastAsync(Guid plan, JsonElement? before)
    {
        JsonElement last = default;
        await Engine.Eventually.IsTrueAsync(async () =>
        {
            last = (await PlanOfAsync(plan)).GetProperty("last");
            return last.ValueKind == JsonValueKind.Object && last.Text("id") != before?.Text("id") && last.Text("state") is "good" or "failed";
        });
        return last;
    }

    async Task<JsonElement> PlanOfAsync(Guid plan) =>
        (await house.GetAsync($"{house.Backups}/plans?limit=1000")).GetProperty("results").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == plan);

    async Task<string> StateAsync(JsonElement backup) => (await house.GetAsync($"{house.Backups}/{backup.Text("id")}")).GetProperty("backup").Text("state");

    static object Restore(string database, string table, string toDatabase, string toTable) =>
        new { tables = new[] { new { from = new { database, name = table }, to = new { database = toDatabase, name = toTable } } } };
}
