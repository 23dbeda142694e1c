using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Destinations;
using Prickle.Mail;
using Prickle.Storage;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>
/// Sends what is due. It is written down first, then sent one by one: after a crash in between nothing is forgotten, and at worst one
/// mail comes twice; a message in Slack does not. What is refused for now is tried again for six hours.
/// </summary>
sealed class SubscriptionSender(
    IDbContextFactory<PrickleDatabase> databases, ProjectDirectory projects, RoundContents contents, Mailer mailer, SubscriptionMail composer, SlackPost slack,
    ClusterLock clusterLock, TimeProvider time, ILogger<SubscriptionSender> logger) : IDisposable
{
    static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    // After each failure: six hours in all, longer than most mail servers are away.
    static readonly TimeSpan[] Pauses = [.. new[] { 1, 5, 15, 60, 120, 180 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

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
        if (waiting.Where(one => one.DestinationId is null).ToList() is { Count: > 0 } mails)
        {
            await SendMailsAsync(database, row, mails, cancellationToken);
        }
        foreach (var message in waiting.Where(one => one.DestinationId is not null))
        {
            await SendToSlackAsync(database, row, message, cancellationToken);
        }
    }

    async Task SendMailsAsync(PrickleDatabase database, SubscriptionRow row, IReadOnlyList<DeliveryRow> mails, CancellationToken cancellationToken)
    {
        var drawn = await contents.OfMailAsync(row, cancellationToken);
        foreach (var delivery in mails)
        {
            Note(delivery, drawn.Content is null ? drawn.Refusal!
                // Somebody may have left since it was written down.
                : !row.Recipients.Contains(delivery.Recipient, StringComparer.OrdinalIgnoreCase) ? Attempt.Failed("The address was taken off the subscription.")
                : Attempt.Of(await mailer.SendAsync(composer.Compose(row, drawn.Content, delivery.Recipient), cancellationToken)));
            // After each mail, so that a crash repeats one at most.
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    async Task SendToSlackAsync(PrickleDatabase database, SubscriptionRow row, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        var drawn = row.DestinationId == delivery.DestinationId ? await contents.OfSlackAsync(row, cancellationToken) : (null, Attempt.Failed("The subscription goes elsewhere by now."));
        if (drawn.Content is null)
        {
            Note(delivery, drawn.Refusal!);
        }
        else
        {
            var mayHaveArrived = delivery.HasBegun;
            delivery.HasBegun = true;
            await database.SaveChangesAsync(cancellationToken);
            var outcome = await slack.SendAsync(row, delivery, drawn.Content, mayHaveArrived, cancellationToken);
            // Once nobody knows, nobody knows until it is found.
            delivery.HasBegun = mayHaveArrived || outcome is DeliveryOutcome.Unreachable { MayHaveArrived: true };
            Note(delivery, Attempt.Of(outcome));
        }
        await database.SaveChangesAsync(cancellationToken);
    }

    void Note(DeliveryRow delivery, Attempt attempt)
    {
        delivery.Attempts++;
        delivery.Detail = attempt.Detail;
        if (attempt.IsSent)
        {
            (delivery.State, delivery.SentAt, delivery.TryAt) = (DeliveryState.Sent, time.GetUtcNow(), null);
            return;
        }
        (delivery.State, delivery.TryAt) = !attempt.IsFinal && delivery.Attempts <= Pauses.Length
            ? (DeliveryState.Waiting, (DateTimeOffset?)(time.GetUtcNow() + (attempt.After > Pauses[delivery.Attempts - 1] ? attempt.After.Value : Pauses[delivery.Attempts - 1])))
            : (DeliveryState.Failed, (DateTimeOffset?)null);
        logger.LogWarning("Subscription {Subscription} was not sent ({State}): {Detail}", delivery.SubscriptionId, delivery.State, attempt.Detail);
    }
}
