using System.Net;
using System.Net.Http.Json;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>Backups to a bucket, and that nobody gets to see its secret.</summary>
public sealed class BackupBucketTests(BackupHost house) : IClassFixture<BackupHost>
{
    [Fact]
    public async Task A_chain_in_a_bucket_comes_back_passes_its_drill_and_goes_when_its_time_is_over()
    {
        await using var bucket = await FakeBucket.StartAsync();
        var target = await TargetAsync(bucket);
        var trial = await house.Client.PostAsync($"{house.Backups}/targets/{target}/test", new { }).JsonAsync();
        (trial.GetProperty("is_good").GetBoolean(), trial.Text("message")).ShouldBe((true, "The server may write there, and what was tried is deleted again."));
        bucket.Keys.ShouldBeEmpty();
        var database = await house.DatabaseAsync();
        // Large enough to come in parts.
        await house.SqlAsync($"CREATE TABLE {database}.large (a String CODEC(NONE)) ENGINE = MergeTree ORDER BY tuple()");
        await house.SqlAsync($"INSERT INTO {database}.large SELECT randomString(100000) FROM numbers(400) SETTINGS max_insert_threads = 1");
        var plan = await house.PlanAsync(database, new { keep_chains = 1 }, target);

        var full = await house.RunAsync(plan);
        full.Text("state").ShouldBe("good", full.ToString());
        bucket.Keys.ShouldAllBe(key => key.StartsWith("night/", StringComparison.Ordinal));
        bucket.Multiparts.ShouldBePositive();
        await house.AddRowsAsync(database, 2000, 300);
        var incremental = await house.RunAsync(plan, "incremental");
        (incremental.Text("state"), incremental.Text("kind")).ShouldBe(("good", "incremental"), incremental.ToString());
        (await house.JobAsync(incremental, "drill")).Text("state").ShouldBe("good");
        var restored = await house.JobAsync(incremental, "restore", new { tables = new[] { new { from = new { database, name = "visits" }, to = new { database, name = "again" } } } });
        restored.Text("state").ShouldBe("good", restored.ToString());
        (await house.ContentAsync($"{database}.again")).ShouldBe(await house.ContentAsync($"{database}.visits"));

        // The next chain replaces this one, objects and all.
        var next = await house.RunAsync(plan);
        next.Text("state").ShouldBe("good", next.ToString());
        await Eventually.IsTrueAsync(async () => (await house.GetAsync($"{house.Backups}/{full.Text("id")}")).GetProperty("backup").Text("state") == "deleted");
        bucket.Keys.ShouldNotBeEmpty();
        bucket.Keys.ShouldAllBe(key => key.StartsWith($"night/{next.Text("path")}/", StringComparison.Ordinal));
        await IsSecretAsync(FakeBucket.Secret, target);
    }

    [Fact]
    public async Task A_backup_that_takes_longer_than_its_plan_allows_is_ended_on_the_server_too()
    {
        await using var bucket = await FakeBucket.StartAsync();
        // Some dozens of files, a few at a time: without an end it would take minutes.
        bucket.Slowness = TimeSpan.FromSeconds(3);
        var database = await house.DatabaseAsync();
        for (var part = 0; part < 40; part++)
        {
            await house.SqlAsync($"CREATE TABLE {database}.t{part} (a UInt8) ENGINE = MergeTree ORDER BY a AS SELECT 1");
        }
        var plan = await house.PlanAsync(database, new { timeout_minutes = 30 }, await TargetAsync(bucket));
        var made = await house.Client.PostAsync($"{house.Backups}/plans/{plan}/run", new { kind = "full" }).JsonAsync(HttpStatusCode.Accepted);
        var id = made.GetProperty("id").GetGuid();
        await Eventually.IsTrueAsync(async () => (await house.GetAsync($"{house.Backups}/{id}")).GetProperty("backup").Text("state") == "running");

        house.Clock.By(TimeSpan.FromMinutes(31));

        var backup = await house.OverAsync(id);
        (backup.Text("state"), backup.Text("error")).ShouldBe(("failed", "It took longer than the plan allows, and was ended."));
        (await house.SqlAsync($"SELECT toString(status) FROM system.backups WHERE id = 'prickle-backup-{id:n}'")).ShouldBe("BACKUP_CANCELLED");
    }

    [Fact]
    public async Task What_is_wrong_with_a_bucket_is_told_in_words()
    {
        await using var bucket = await FakeBucket.StartAsync();
        (await TryAsync(new { name = "x", kind = "s3", endpoint = bucket.Address, bucket = FakeBucket.Bucket, key_id = "AKIASOMEBODYELSE", secret = "wrong-secret-77" }))
            .ShouldStartWith("The bucket does not know the key AKIASOMEBODYELSE.");
        (await TryAsync(new { name = "x", kind = "s3", endpoint = bucket.Address, bucket = FakeBucket.Bucket, key_id = FakeBucket.KeyId, secret = "wrong-secret-77" }))
            .ShouldStartWith($"The secret does not belong to the key {FakeBucket.KeyId}.");
        (await TryAsync(new { name = "x", kind = "s3", endpoint = bucket.Address, bucket = "attic", key_id = FakeBucket.KeyId, secret = FakeBucket.Secret }))
            .ShouldStartWith($"There is no bucket attic at {bucket.Address}.");
        (await TryAsync(new { name = "x", kind = "s3", endpoint = "http://127.0.0.1:9", bucket = "attic", key_id = FakeBucket.KeyId, secret = FakeBucket.Secret }))
            .ShouldStartWith("Prickle cannot reach http://127.0.0.1:9");
        // An address of a private network that the operator did not name, which the engine must not be made to call.
        (await TryAsync(new { name = "x", kind = "s3", endpoint = "http://10.0.0.1:9000", bucket = "attic", key_id = FakeBucket.KeyId, secret = FakeBucket.Secret }))
            .ShouldStartWith("http://10.0.0.1:9000 is an address of a private network, which is not allowed here.");
        (await house.Client.PostAsync($"{house.Backups}/targets",
            new { name = "x", kind = "s3", endpoint = bucket.Address, bucket = "cellar", key_id = "k" }).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("secret");

        // A kept secret goes nowhere else: another address asks for it again.
        var target = await TargetAsync(bucket);
        (await house.Client.PutAsync($"{house.Backups}/targets/{target}",
            new { name = "Cellar", kind = "s3", endpoint = "http://127.0.0.1:9", bucket = FakeBucket.Bucket, key_id = FakeBucket.KeyId }).JsonAsync(HttpStatusCode.BadRequest))
            .Text("attr").ShouldBe("secret");
        (await house.Client.PutAsync($"{house.Backups}/targets/{target}",
            new { name = "Renamed", kind = "s3", endpoint = bucket.Address, bucket = FakeBucket.Bucket, prefix = "night", key_id = FakeBucket.KeyId }).JsonAsync())
            .Text("name").ShouldBe("Renamed");
        (await house.Client.PostAsync($"{house.Backups}/targets/{target}/test", new { }).JsonAsync()).GetProperty("is_good").GetBoolean().ShouldBeTrue();

        // And a backup that fails says the same.
        var database = await house.DatabaseAsync();
        var wrong = (await house.Client.PostAsync($"{house.Backups}/targets",
            new { name = "Wrong", kind = "s3", endpoint = bucket.Address, bucket = FakeBucket.Bucket, key_id = FakeBucket.KeyId, secret = "wrong-secret-77" })
            .JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var backup = await house.RunAsync(await house.PlanAsync(database, null, wrong));
        (backup.Text("state"), backup.Text("error").StartsWith($"The secret does not belong to the key {FakeBucket.KeyId}.", StringComparison.Ordinal)).ShouldBe(("failed", true), backup.ToString());
        await IsSecretAsync("wrong-secret-77", wrong);
    }

    async Task<string> TryAsync(object place)
    {
        var trial = await house.Client.PostAsync($"{house.Backups}/targets/test", place).JsonAsync();
        trial.GetProperty("is_good").GetBoolean().ShouldBeFalse();
        return trial.Text("message");
    }

    async Task<Guid> TargetAsync(FakeBucket bucket) => (await house.Client.PostAsync($"{house.Backups}/targets", new
    {
        name = "Cellar",
        kind = "s3",
        endpoint = bucket.Address,
        bucket = FakeBucket.Bucket,
        prefix = "night",
        key_id = FakeBucket.KeyId,
        secret = FakeBucket.Secret,
    }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();

    /// <summary>In no answer, no log of the product, no list of the engine's, and not readable in the relational store.</summary>
    async Task IsSecretAsync(string secret, Guid target)
    {
        var listed = (await house.GetAsync($"{house.Backups}/targets")).GetProperty("results").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == target);
        listed.GetProperty("has_secret").GetBoolean().ShouldBeTrue();
        foreach (var path in (string[])["targets", "plans", "", "jobs"])
        {
            (await house.GetAsync($"{house.Backups}/{path}".TrimEnd('/'))).ToString().ShouldNotContain(secret);
        }
        (await house.GetAsync($"/api/organizations/{house.Owner.OrganizationId}/activity_log?limit=1000")).ToString().ShouldNotContain(secret);
        house.Log.Text.ShouldNotContain(secret);
        // Written some seconds after a statement ends.
        await Eventually.IsTrueAsync(async () => (await house.SqlAsync("SELECT count() FROM system.query_log WHERE query LIKE 'BACKUP%S3(%[HIDDEN]%'")) != "0");
        (await house.SqlAsync($"SELECT count() FROM system.query_log WHERE (query LIKE '%{secret[..6]}%' AND query LIKE '%{secret[6..]}%' AND query NOT LIKE '%query_log%') OR exception LIKE '%{secret}%'")).ShouldBe("0");
        (await house.SqlAsync("SELECT name, base_backup_name, error FROM system.backups")).ShouldNotContain(secret);
    }
}
