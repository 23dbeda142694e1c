using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Prickle.Storage;

namespace Prickle.Messages.Storage;

/// <summary>Where messages wait.</summary>
sealed class MessageStore(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    /// <summary>As many wait for one person; the oldest make room.</summary>
    public const int MostWaiting = 20;

    // Until then a repetition of an old delivery, or a late click, still finds its row.
    static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(30);

    public static long Micros(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static Guid IdOf(int projectId, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"in-app/{projectId}/{key}")));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>Lets a message wait for somebody; one that is there already stays as it is.</summary>
    public async Task AddAsync(
        int projectId, Guid id, Guid personId, string distinctId, MessageContent content, TimeSpan waits, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using (var opened = await OpenedConnection.OpenAsync(database, cancellationToken))
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
        {
            await MultiRow.WriteAsync(
                opened.Connection, transaction.GetDbTransaction(),
                "INSERT INTO in_app_messages (id, project_id, person_id, distinct_id, content, created_at, expires_at)",
                [[id, projectId, personId, distinctId, JsonSerializer.Serialize(content), Micros(now), Micros(now + waits)]],
                "ON CONFLICT DO NOTHING", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        var moment = Micros(now);
        var crowded = await Waiting(database, projectId, moment).Where(row => row.PersonId == personId)
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Skip(MostWaiting).Select(row => row.Id).Take(100).ToListAsync(cancellationToken);
        if (crowded.Count > 0)
        {
            await Waiting(database, projectId, moment).Where(row => crowded.Contains(row.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, moment), cancellationToken);
        }
        var old = Micros(now - KeptAfterwards);
        await database.Set<InAppMessageRow>().Where(row => row.ProjectId == projectId && row.ExpiresAt < old).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Takes back a message that nobody has seen; false when somebody has, or it is gone.</summary>
    public async Task<bool> WithdrawAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        var now = Micros(time.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Waiting(database, projectId, now).Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now), cancellationToken) == 1;
    }

    /// <summary>Those that nobody has seen and that are not too old.</summary>
    public static IQueryable<InAppMessageRow> Waiting(PrickleDatabase database, int projectId, long now) =>
        database.Set<InAppMessageRow>().Where(row => row.ProjectId == projectId && row.ShownAt == null && row.ExpiresAt > now);
}
