using System.Text.Json;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Backups.Storage;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Backups.Work;

/// <summary>Restores a backup, or tries it: from wherever that is, also where a process before this one began it.</summary>
sealed class RestoreRun(BackupStore store, BackupNodes nodes, BackupPlaces places, Fingerprints fingerprints, OperationWatch watch, TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly SystemQuery<(string Path, long Free)> Room = new(
        capabilities => capabilities.Has("disks") ? "SELECT path, free_space FROM system.disks WHERE free_space < pow(2, 60)" : new SystemStatement.Missing("system.disks", "Since 19.15."),
        row => (row.Text("path"), row.Number("free_space")));

    /// <summary>Works until it is over.</summary>
    public async Task<BackupJobRow> RunAsync(WatchedServer server, Guid id, CancellationToken cancellationToken)
    {
        var job = (await store.JobAsync(id, cancellationToken))!;
        var row = await store.BackupAsync(job.BackupId, cancellationToken);
        if (row is not { State: BackupState.Good })
        {
            return await FailAsync(id, "The backup is not there any more.", cancellationToken);
        }
        if (await places.FindAsync(server, row.TargetId, cancellationToken) is not { } place)
        {
            return await FailAsync(id, "The target of the backup is gone, or its secret cannot be read any more.", cancellationToken);
        }
        if (BackupNodes.NodeOf(server, row.Node) is not { } node)
        {
            return await FailAsync(id, $"{server.Name} has no node {row.Node} any more.", cancellationToken);
        }
        job = job.State == BackupJobState.Waiting ? await BeginAsync(server, node, job, row, place, cancellationToken) : job;
        job = job.State == BackupJobState.Running ? await FollowAsync(server, node, job, place, cancellationToken) : job;
        job = job.State == BackupJobState.Comparing && !IsDecided(job) ? await CompareAsync(server, node, job, row, place, cancellationToken) : job;
        return job.State == BackupJobState.Comparing ? await DropAsync(server, node, job, cancellationToken) : job;
    }

    static bool IsDecided(BackupJobRow job) => job.Error is not null || job.Findings is not null;

    // Only then is it over: what was found is kept already, so that a process that ends here is not taken for a broken backup.
    async Task<BackupJobRow> DropAsync(WatchedServer server, Uri node, BackupJobRow job, CancellationToken cancellationToken)
    {
        var scratch = job.ToJob().ScratchDatabase;
        var failure = (await nodes.RunAsync(server, node, $"DROP DATABASE IF EXISTS {NodeSql.Quote(scratch)}", Patience, cancellationToken) as NodeReply.Failed)?.Failure;
        if (failure is { IsAway: true })
        {
            throw new IOException($"{server.Name} does not answer, so {scratch} is not dropped yet: {failure.Message}");
        }
        return await store.ChangeJobAsync(job.Id, one =>
        {
            one.Error = failure is null ? one.Error : $"{one.Error} The database {scratch} could not be dropped: {failure.Message}".Trim();
            (one.State, one.FinishedAt) = (one.Error is null ? BackupJobState.Good : BackupJobState.Failed, time.GetUtcNow());
        }, cancellationToken);
    }

    async Task<BackupJobRow> BeginAsync(WatchedServer server, Uri node, BackupJobRow job, BackupRow row, BackupPlace place, CancellationToken cancellationToken)
    {
        var (id, tables) = (job.ToJob().OperationId, job.ReadTables());
        if (job.AskedAt is { } asked)
        {
            // A process before this one may have asked: then the server knows, or lost it.
            return await watch.IsKnownAsync(server, node, id, cancellationToken) == true
                ? await store.ChangeJobAsync(job.Id, one => one.State = BackupJobState.Running, cancellationToken)
                : await EndAsync(job.Id, await watch.LostAsync(server, node, asked, cancellationToken) ?? "The product ended just as it asked the server. Try again.", cancellationToken);
        }
        if (await nodes.AskAsync(server, node, Room, cancellationToken) is NodeAnswer<(string Path, long Free)>.Rows { Items: { Count: > 0 } disks } && disks.Max(disk =>
            disk.Free) < row.TotalBytes * 1.1)
        {
            return await EndAsync(job.Id, $"No disk of the server has room for it: it takes {Ui.Values.ValueUnit.Bytes().Full(row.TotalBytes)}.", cancellationToken);
        }
        await store.ChangeJobAsync(job.Id, one => (one.StartedAt, one.AskedAt, one.TotalBytes) = (time.GetUtcNow(), time.GetUtcNow(), row.TotalBytes), cancellationToken);
        foreach (var database in tables.Select(table => table.To.Database).Distinct())
        {
            if (await TryAsync(server, node, $"CREATE DATABASE IF NOT EXISTS {NodeSql.Quote(database)}", place, cancellationToken) is { } refused)
            {
                return await EndAsync(job.Id, refused, cancellationToken);
            }
        }
        var backup = row.ToBackup();
        // Rows of a drill must stay as they came out: nothing is merged, and nothing ages away, before it is compared.
        if (job.Kind == BackupJobKind.Drill && (await TryAsync(server, node, BackupSql.Restore(tables, backup, place, $"{id}-tables", true), place, cancellationToken)
            ?? await StopMergesAsync(server, node, tables, place, cancellationToken)) is { } broken)
        {
            return await EndAsync(job.Id, broken, cancellationToken, Broken(tables, broken));
        }
        var asks = BackupSql.Restore(tables, backup, place, id, job.Kind == BackupJobKind.Drill ? false : null);
        var reply = await nodes.RunAsync(server, node, asks, TimeSpan.FromSeconds(30), cancellationToken, BackupSql.Patience(10));
        return reply is NodeReply.Failed { Failure: { IsUncertain: false } failure }
            ? await EndAsync(job.Id, BackupWords.Of(failure, place), cancellationToken)
            : await store.ChangeJobAsync(job.Id, one => one.State = BackupJobState.Running, cancellationToken);
    }

    async Task<string?> StopMergesAsync(WatchedServer server, Uri node, IReadOnlyList<RestoredTable> tables, BackupPlace place, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            if (await TryAsync(server, node, $"SYSTEM STOP MERGES {BackupSql.Quote(table.To)}", place, cancellationToken) is { } refused)
            {
                return refused;
            }
        }
        return null;
    }

    async Task<BackupJobRow> FollowAsync(WatchedServer server, Uri node, BackupJobRow job, BackupPlace place, CancellationToken cancellationToken)
    {
        var asked = job.AskedAt!.Value;
        var (report, reason) = await watch.FollowAsync(server, node, job.ToJob().OperationId, asked, asked + Longest,
            now => store.ChangeJobAsync(job.Id, one => one.Bytes = now.Read, cancellationToken), cancellationToken);
        if (report is not { IsGood: true })
        {
            var words = reason ?? BackupWords.Of(report!.Error, place);
            return await EndAsync(job.Id, words, cancellationToken, job.Kind == BackupJobKind.Drill ? Broken(job.ReadTables(), words) : null);
        }
        return await store.ChangeJobAsync(job.Id, one =>
        {
            one.Bytes = Math.Max(one.Bytes, report.Read);
            (one.State, one.FinishedAt) = job.Kind == BackupJobKind.Drill ? (BackupJobState.Comparing, one.FinishedAt) : (BackupJobState.Good, time.GetUtcNow());
        }, cancellationToken);
    }

    async Task<BackupJobRow> CompareAsync(WatchedServer server, Uri node, BackupJobRow job, BackupRow row, BackupPlace place, CancellationToken cancellationToken)
    {
        var made = row.ReadFingerprint();
        var findings = new List<DrilledTable>();
        foreach (var table in job.ReadTables())
        {
            var (content, failure) = await fingerprints.RestoredAsync(server, node, table.To, cancellationToken);
            findings.Add(content is null
                ? new DrilledTable(table.From, DrillVerdict.Broken, 0, $"It was restored, and cannot be read: {BackupWords.Of(failure!, place)}")
                : DrillComparison.Of(table.From, made?.Find(table.From), content));
        }
        var bad = findings.Where(finding => finding.Verdict is DrillVerdict.Broken or DrillVerdict.Different).ToList();
        return await EndAsync(job.Id, bad.Count == 0 ? null : string.Join(' ', bad.Take(3).Select(finding => $"{finding.Table}: {finding.Detail}")), cancellationToken, findings);
    }

    async Task<string?> TryAsync(WatchedServer server, Uri node, string sql, BackupPlace place, CancellationToken cancellationToken) =>
        await nodes.RunAsync(server, node, sql, Patience, cancellationToken, BackupSql.Patience(3)) is NodeReply.Failed failed ? BackupWords.Of(failed.Failure, place) : null;

    static IReadOnlyList<DrilledTable> Broken(IReadOnlyList<RestoredTable> tables, string why) =>
        [.. tables.Select(table => new DrilledTable(table.From, DrillVerdict.Broken, 0, tables.Count == 1 ? why : "The restore of all tables failed."))];

    Task<BackupJobRow> FailAsync(Guid id, string error, CancellationToken cancellationToken) =>
        store.ChangeJobAsync(id, one => (one.State, one.FinishedAt, one.Error) = (BackupJobState.Failed, time.GetUtcNow(), error), cancellationToken);

    /// <summary>Keeps what came of it. A drill is over when its database is dropped.</summary>
    Task<BackupJobRow> EndAsync(Guid id, string? error, CancellationToken cancellationToken, IReadOnlyList<DrilledTable>? findings = null) => store.ChangeJobAsync(id, one =>
    {
        one.StartedAt ??= time.GetUtcNow();
        (one.Error, one.Findings) = (error, findings is null ? null : JsonSerializer.Serialize(findings));
        (one.State, one.FinishedAt) = one.Kind == BackupJobKind.Drill && one.AskedAt is not null ? (BackupJobState.Comparing, one.FinishedAt)
            : (error is null ? BackupJobState.Good : BackupJobState.Failed, time.GetUtcNow());
    }, cancellationToken);
}
