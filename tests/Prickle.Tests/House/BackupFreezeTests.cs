using System.Net;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.House;

/// <summary>18.16 makes no backups: what there is in their place is said, and nothing is pretended.</summary>
[Collection(OldCluster.Name)]
public sealed class BackupFreezeTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task A_table_is_frozen_under_a_name_and_its_files_are_where_that_is_said()
    {
        var server = await house.WatchAsync(old.Addresses);
        var table = $"frozen_{Guid.CreateVersion7():n}";
        await old.Two.RunAsync($"CREATE TABLE {table} (d Date, a UInt64) ENGINE = MergeTree PARTITION BY d ORDER BY a");
        await old.Two.RunAsync($"INSERT INTO {table} VALUES ('2026-03-01', 1), ('2026-03-02', 2)");
        var there = await house.GetAsync($"{house.Servers}/{server}/backups/tables?node={old.Two.Address.Authority}");
        there.GetProperty("can_back_up").GetBoolean().ShouldBeFalse();
        there.GetProperty("results").EnumerateArray().Select(one => one.Text("name")).ShouldContain(table);

        var frozen = await house.Client.PostAsync($"{house.Servers}/{server}/backups/freeze",
            new { database = "default", table, name = "before_upgrade", node = old.Two.Address.Authority }).JsonAsync();

        var path = frozen.GetProperty("paths").EnumerateArray().ShouldHaveSingleItem().GetString()!;
        path.ShouldContain("/shadow/before_upgrade/");
        // Both partitions, as files of their own.
        Directory.GetDirectories(path).Length.ShouldBe(2, path);
        Directory.EnumerateFiles(path, "a.bin", SearchOption.AllDirectories).Count().ShouldBe(2);
        (await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log?item_id={server}")).ToString().ShouldContain("before_upgrade");
        foreach (var name in (string[])["../out", "a b", "", "x'y", "a-b"])
        {
            (await house.Client.PostAsync($"{house.Servers}/{server}/backups/freeze",
                new { database = "default", table, name }).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("name");
        }
        (await house.Client.PostAsync($"{house.Servers}/{server}/backups/freeze",
            new { database = "default", table = "nobody", name = "x" }).JsonAsync(HttpStatusCode.BadRequest)).Text("detail").ShouldContain("nobody");
    }

    [Fact]
    public async Task A_backup_there_fails_in_words()
    {
        var server = await house.WatchAsync([old.One.Address.ToString()]);
        var place = new { name = "Folder", kind = "file", folder = "/backups" };
        var backups = $"{house.Servers}/{server}/backups";
        (await house.Client.PostAsync($"{backups}/targets/test",
            place).JsonAsync()).Text("message").ShouldStartWith("This server makes no backups. Servers make backups by themselves from 22.8 on.");
        var target = (await house.Client.PostAsync($"{backups}/targets", place).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var plan = (await house.Client.PostAsync($"{backups}/plans",
            new { name = "Nightly", databases = new[] { "default" }, target_id = target, full_cron = "0 3 * * *" }).JsonAsync(HttpStatusCode.Created)).Text("id");
        var made = (await house.Client.PostAsync($"{backups}/plans/{plan}/run", new { kind = "full" }).JsonAsync(HttpStatusCode.Accepted)).Text("id");
        await Engine.Eventually.IsTrueAsync(async () => (await house.GetAsync($"{backups}/{made}")).GetProperty("backup").Text("state") == "failed");
        (await house.GetAsync($"{backups}/{made}")).GetProperty("backup").Text("error").ShouldContain("makes no backups. Servers make backups by themselves from 22.8 on.");
        // A server without an account to act with is only looked at.
        var silent = await house.Client.PostAsync(house.Servers,
            new { name = $"Silent {Guid.CreateVersion7():n}", nodes = new[] { old.One.Address.ToString() }, monitor_user = "default" }).JsonAsync(HttpStatusCode.Created);
        (await house.Client.PostAsync($"{house.Servers}/{silent.Text("id")}/backups/freeze", new { database = "default", table = "x", name = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
