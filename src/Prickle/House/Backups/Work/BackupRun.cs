using System.Text.Json;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Backups.Storage;
using Prickle.Servers;

namespace Prickle.House.Backups.Work;

/// <summary>Makes a backup, from wherever it is: also one that a process before this one began.</summary>
sealed class BackupRun(BackupStore store, BackupNodes nodes, BackupPlaces places, BackupFiles files, Fingerprints fingerprints, OperationWatch watch, BucketClient buckets, TimeProvider time)
{
    /// <summary>Works until it is over.</summary>
    public async Task<BackupRow> RunAsync(WatchedServer server, Guid id, CancellationToken cancellationToken)
    {
        var row = (await store.BackupAsync(id, cancellationToken))!;
        if (await places.FindAsync(server, row.TargetId, cancellationToken) is not { } place)
        {
            return await FailAsync(id, "Its target is gone, or its secret cannot be read any more.", cancellationToken);
        }
        if (!server.Has(Account.Operator))
        {
            return await FailAsync(id, $"{server.Name} has no operator's account, so nothing can be backed up there: name one in its settings.", cancellationToken);
        }
        if (BackupNodes.NodeOf(server, row.Node) is not { } node)
        {
            return await FailAsync(id, $"{server.Name} has no node {row.Node} any more.", cancellationToken);
        }
        if (await nodes.CapabilitiesAsync(server, node, cancellationToken) is { } capabilities && !capabilities.Has("backups"))
        {
            return await FailAsync(id, $"{server.Name} makes no backups. {BackupSql.BackupsMissing.Remedy}", cancellationToken);
        }
        // A bucket that the product may not call is none that its own engine may be made to call.
        if (server.IsOwn && place.Target.Kind == BackupTargetKind.S3 && row.State == BackupState.Waiting && await buckets.TryAsync(place, cancellationToken) is { } unreachable)
        {
            return await FailAsync(id, unreachable, cancellationToken);
        }
        row = row.State is BackupState.Waiting or BackupState.Reading ? await ReadAsync(server, node, row, cancellationToken) : row;
        row = row.State == BackupState.Asking ? await AskAsync(server, node, row, place, cancellationToken) : row;
        return row.State == BackupState.Running ? await FollowAsync(server, node, row, place, cancellationToken) : row;
    }

    async Task<BackupRow> ReadAsync(WatchedServer server, Uri node, BackupRow row, CancellationToken cancellationToken)
    {
        row = await store.ChangeAsync(row.Id, one => (one.State, one.StartedAt) = (BackupState.Reading, one.StartedAt ?? time.GetUtcNow()), cancellationToken);
        var known = await store.LastFingerprintAsync(row, cancellationToken);
        var (taken, failure) = await fingerprints.TakeAsync(server, node, row.ReadScope(), row.HashesRows, known, cancellationToken);
        if (taken is null)
        {
            return await FailAsync(row.Id, $"What there is to back up could not be read: {failure!.Message}", cancellationToken);
        }
        if (Missing(row.ReadScope(), taken) is { } missing)
        {
            return await FailAsync(row.Id, missing, cancellationToken);
        }
        return await store.ChangeAsync(row.Id, one =>
            (one.State, one.AskedAt, one.Fingerprint, one.TotalBytes) = (BackupState.Asking, time.GetUtcNow(), JsonSerializer.Serialize(taken), taken.BytesOnDisk), cancellationToken);
    }

    static string? Missing(BackupScope scope, Fingerprint taken)
    {
        var present = taken.Tables.Select(table => table.Table).Concat(taken.Others).ToList();
        return scope.Tables.FirstOrDefault(table => !present.Contains(table)) is { } gone ? $"The table {gone} is not there any more."
            : present.Count == 0 ? "There is no table to back up." : null;
    }

    async Task<BackupRow> AskAsync(WatchedServer server, Uri node, BackupRow row, BackupPlace place, CancellationToken cancellationToken)
    {
        var backup = row.ToBackup();
        // Asked before, perhaps, by a process that ended: the id tells.
        if (await watch.IsKnownAsync(server, node, backup.OperationId, cancellationToken) == true)
        {
            return await store.ChangeAsync(row.Id, one => one.State = BackupState.Running, cancellationToken);
        }
        if (await watch.LostAsync(server, node, row.AskedAt!.Value, cancellationToken) is { } lost)
        {
            return await FailAsync(row.Id, lost, server, place, cancellationToken);
        }
        var full = row.Kind == BackupKind.Full ? null : (await store.BackupAsync(row.ChainId, cancellationToken))?.ToBackup();
        if (row.Kind == BackupKind.Incremental && full is not { State: BackupState.Good })
        {
            return await FailAsync(row.Id, "The full backup that it stands on is not there any more.", cancellationToken);
        }
        var reply = await nodes.RunAsync(server, node, BackupSql.Backup(backup, full, place), TimeSpan.FromSeconds(30), cancellationToken, BackupSql.Patience(10));
        // Whether it arrived is seen by whether the server knows of it.
        return reply is NodeReply.Failed { Failure: { IsUncertain: false } failure }
            ? await FailAsync(row.Id, BackupWords.Of(failure, place), cancellationToken)
            : await store.ChangeAsync(row.Id, one => one.State = BackupState.Running, cancellationToken);
    }

    async Task<BackupRow> FollowAsync(WatchedServer server, Uri node, BackupRow row, BackupPlace place, CancellationToken cancellationToken)
    {
        var until = row.AskedAt!.Value + TimeSpan.FromMinutes(row.TimeoutMinutes);
        var (report, reason) = await watch.FollowAsync(server, node, row.ToBackup().OperationId, row.AskedAt.Value, until,
            now => store.ChangeAsync(row.Id, one => (one.Bytes, one.Files) = (Math.Max(now.Written, now.Bytes), now.Files), cancellationToken), cancellationToken);
        if (report is not { IsGood: true })
        {
            return await FailAsync(row.Id, reason ?? BackupWords.Of(report!.Error, place), server, place, cancellationToken);
        }
        var complete = await fingerprints.CompleteAsync(server, node, row.ReadFingerprint()!, cancellationToken);
        return await store.ChangeAsync(row.Id, one =>
        {
            (one.State, one.FinishedAt, one.Fingerprint) = (BackupState.Good, time.GetUtcNow(), JsonSerializer.Serialize(complete));
            (one.Files, one.TotalBytes, one.Bytes) = (report.Files, report.TotalBytes, report.Bytes);
        }, cancellationToken);
    }

    // What is left of one that broke off is in nobody's way, and of no use.
    async Task<BackupRow> FailAsync(Guid id, string reason, WatchedServer server, BackupPlace place, CancellationToken cancellationToken)
    {
        var row = await FailAsync(id, place.Masked(reason), cancellationToken);
        if (place.Target.IsOwn || place.Target.Kind == BackupTargetKind.S3)
        {
            await files.DeleteAsync(server, place, row.Path, cancellationToken);
        }
        return row;
    }

    Task<BackupRow> FailAsync(Guid id, string reason, CancellationToken cancellationToken) =>
        store.ChangeAsync(id, one => (one.State, one.FinishedAt, one.Error) = (BackupState.Failed, time.GetUtcNow(), reason), cancellationToken);
}
