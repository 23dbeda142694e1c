using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups;
using Prickle.House.Backups.Storage;
using Prickle.House.Backups.Work;
using Prickle.Servers;
using Prickle.Storage;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.House;

/// <summary>What becomes of a backup when the product, or the server, ends in the middle of it.</summary>
public sealed class BackupCrashTests(BackupHost house) : IClassFixture<BackupHost>
{
    [Fact]
    public async Task The_next_process_takes_up_what_the_last_one_began()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var database = await house.DatabaseAsync();
        await house.SqlAsync($"CREATE TABLE {database}.large (a String CODEC(NONE)) ENGINE = MergeTree ORDER BY tuple()");
        await house.SqlAsync($"INSERT INTO {database}.large SELECT randomString(100000) FROM numbers(2000)");
        var plan = await house.PlanAsync(database);
        var made = (await house.Client.PostAsync($"{house.Backups}/plans/{plan}/run", new { kind = "full" }).JsonAsync(System.Net.HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
        // In the middle, wherever that is.
        await Engine.Eventually.IsTrueAsync(async () => (await house.GetAsync($"{house.Backups}/{made}")).GetProperty("backup").Text("state") != "waiting");
        await house.Get<BackupWorker>().StopAsync(cancellation);
        var left = (await house.GetAsync($"{house.Backups}/{made}")).GetProperty("backup").Text("state");

        await house.Get<BackupWorker>().StartAsync(cancellation);

        var backup = await house.OverAsync(made);
        backup.Text("state").ShouldBe("good", $"left {left}: {backup}");
        (await house.JobAsync(backup, "drill")).Text("state").ShouldBe("good");
        // Asked once: an id that the engine knows is not asked for again.
        (await house.SqlAsync($"SELECT count() FROM system.backups WHERE id = 'prickle-backup-{made:n}'")).ShouldBe("1");
    }

    [Theory]
    // Asked after the engine was started, and it never heard of it; asked before that.
    [InlineData(-1, "The server was asked, and knows nothing of it.")]
    [InlineData(-60 * 24 * 365, "The server was started anew while it worked on this, and what it wrote is not complete.")]
    public async Task What_the_server_knows_nothing_of_has_failed_with_a_reason(int minutes, string reason)
    {
        var cancellation = TestContext.Current.CancellationToken;
        // The engine must have run for longer than since it was asked.
        await Engine.Eventually.IsTrueAsync(async () => int.Parse(await house.SqlAsync("SELECT uptime()"), System.Globalization.CultureInfo.InvariantCulture) > 30);
        var (id, now) = (Guid.CreateVersion7(), house.Clock.GetUtcNow());
        var asked = minutes == -1 ? now - TimeSpan.FromSeconds(25) : now + TimeSpan.FromMinutes(minutes);
        await using var database = await house.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(cancellation);
        database.Add(new BackupRow
        {
            Id = id,
            OrganizationId = house.Owner.OrganizationId,
            ServerId = WatchedServer.OwnId,
            PlanName = "Nightly",
            TargetId = BackupTarget.OwnId,
            ChainId = id,
            Scope = JsonSerializer.Serialize(new BackupScope(["x"], [])),
            TimeoutMinutes = 60 * 24 * 7 * 1000,
            Path = $"prickle-x/{id:n}",
            State = BackupState.Running,
            CreatedAt = now,
            AskedAt = asked,
            Fingerprint = JsonSerializer.Serialize(new Fingerprint([], [])),
        });
        await database.SaveChangesAsync(cancellation);

        var backup = await house.OverAsync(id);

        (backup.Text("state"), backup.Text("error")).ShouldBe(("failed", reason));
    }
}
