using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Mail;
using Prickle.Storage;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>
/// Sends what is due. Mails are written down first, then sent one by one: after a crash in between nothing is forgotten, and
/// at worst one mail comes twice. What the mail server refuses for now is tried again for six hours.
/// </summary>
sealed class SubscriptionSender(
    IDbContextFactory<PrickleDatabase> databases, ProjectDirectory projects, DashboardBook dashboards, DashboardPictures pictures, Mailer mailer,
    SubscriptionMail composer, ClusterLock clusterLock, TimeProvider time, ILogger<SubscriptionSender> logger) : IDisposable
{
    static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    // After each failure: six hours in all, longer than most mail servers are away.
    static readonly TimeSpan[] Pauses = [.. new[] { 1, 5, 15, 60, 120, 180 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

    /// <summary>A picture as wide as mail programs show it.</summary>
    const int Width = 640;

    // The lock among nodes is asked for again and again while it is held: within the process one waits in line.
    readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (await IsAnythingDueAsync(cancellationToken))
            {
                await SendInTurnAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task SendInTurnAsync(CancellationToken cancellationToken)
    {
        await using var turn = await clusterLock.TakeAsync("subscriptions", cancellationToken);
        await QueueDueAsync(cancellationToken);
        foreach (var (id, due) in await WaitingAsync(cancellationToken))
        {
            await SendRoundAsync(id, due, cancellationToken);
        }
    }

    async Task<bool> IsAnythingDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<SubscriptionRow>().AnyAsync(row => row.NextAt <= now, cancellationToken)
            || await database.Set<DeliveryRow>().AnyAsync(row => row.TryAt <= now, cancellationToken);
    }

    // One that was missed while the product was away comes once, now; then it goes on as planned.
    async Task QueueDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var row in await database.Set<SubscriptionRow>().Where(row => row.NextAt <= now).ToListAsync(cancellationToken))
        {
            if (await projects.FindAsync(row.ProjectId, cancellationToken) is not { } project)
            {
                row.NextAt = null;
                continue;
            }
            DeliveryQueue.Add(database, row, now);
            row.NextAt = row.Schedule.NextAfter(now, project.Zone);
        }
        await database.SaveChangesAsync(cancellationToken);
        var old = now - Remembered;
        await database.Set<DeliveryRow>().Where(row => row.DueAt < old && row.State != DeliveryState.Waiting).ExecuteDeleteAsync(cancellationToken);
    }

    async Task<IReadOnlyList<(int Id, DateTimeOffset Due)>> WaitingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var waiting = await database.Set<DeliveryRow>().AsNoTracking().Where(row => row.TryAt <= now)
            .Select(row => new { row.SubscriptionId, row.DueAt }).Distinct().ToListAsync(cancellationToken);
        return waiting.ConvertAll(one => (one.SubscriptionId, one.DueAt));
    }

    /// <summary>The pictures are drawn once for all who get them.</summary>
    async Task SendRoundAsync(int id, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<SubscriptionRow>().AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken) is not { } row)
        {
            // It was deleted since this round began, and its mails with it.
            return;
        }
        var waiting = await database.Set<DeliveryRow>().Where(one => one.SubscriptionId == id && one.DueAt == due && one.TryAt <= now).ToListAsync(cancellationToken);
        var drawn = await DrawAsync(row, cancellationToken);
        foreach (var delivery in waiting)
        {
            var outcome = drawn.Content is null ? drawn.Refusal!
                // Somebody may have left since it was written down.
                : !row.Recipients.Contains(delivery.Recipient, StringComparer.OrdinalIgnoreCase) ? new MailOutcome.Refused("The address was taken off the subscription.", true)
                : await mailer.SendAsync(composer.Compose(row, drawn.Content, delivery.Recipient), cancellationToken);
            Note(delivery, outcome);
            // After each mail, so that a crash repeats one at most.
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    async Task<(MailContent? Content, MailOutcome.Refused? Refusal)> DrawAsync(SubscriptionRow row, CancellationToken cancellationToken)
    {
        try
        {
            if (await projects.FindAsync(row.ProjectId, cancellationToken) is not { } project
                || await dashboards.FindAsync(row.ProjectId, row.DashboardId, null, cancellationToken) is not { Deleted: false } dashboard)
            {
                return (null, new MailOutcome.Refused("The dashboard was deleted.", true));
            }
            var tiles = await pictures.OfTilesAsync(project, dashboard, dashboard.Filters, Width, cancellationToken);
            return (new MailContent(project, dashboard, tiles), null);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The edge of a round: whatever went wrong, the others are sent, and this one is tried again.
            logger.LogError(error, "The pictures of dashboard {Dashboard} for subscription {Subscription} could not be drawn", row.DashboardId, row.Id);
            return (null, new MailOutcome.Refused("The pictures could not be drawn.", false));
        }
    }

    void Note(DeliveryRow delivery, MailOutcome outcome)
    {
        delivery.Attempts++;
        if (outcome is not MailOutcome.Refused refused)
        {
            (delivery.State, delivery.SentAt, delivery.Detail, delivery.TryAt) = (DeliveryState.Sent, time.GetUtcNow(), null, null);
            return;
        }
        delivery.Detail = refused.Detail;
        (delivery.State, delivery.TryAt) = !refused.IsFinal && delivery.Attempts <= Pauses.Length
            ? (DeliveryState.Waiting, (DateTimeOffset?)(time.GetUtcNow() + Pauses[delivery.Attempts - 1]))
            : (DeliveryState.Failed, (DateTimeOffset?)null);
        logger.LogWarning("A mail of subscription {Subscription} was not sent ({State}): {Detail}", delivery.SubscriptionId, delivery.State, refused.Detail);
    }
}
