using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Messages.Storage;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Messages.Showing;

/// <summary>What waits for somebody, and what they did with it. A message is shown by the page that says so first; others leave it.</summary>
sealed class WaitingMessages(IDbContextFactory<PrickleDatabase> databases, PersonLookup persons, EventIntake intake, TimeProvider time)
{
    const int MostShown = 3;

    // Of somebody who became one of many; a message is found by the person's own id besides.
    const int MostIds = 200;

    /// <summary>The newest that wait, also those that came to somebody who is this person by now.</summary>
    public async Task<IReadOnlyList<(Guid Id, MessageContent Content)>> ListAsync(int projectId, string distinctId, CancellationToken cancellationToken)
    {
        var person = await persons.FindAsync(projectId, distinctId, cancellationToken, MostIds);
        string[] ids = [distinctId, .. person.DistinctIds];
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await MessageStore.Waiting(database, projectId, MessageStore.Micros(time.GetUtcNow())).AsNoTracking()
            .Where(row => row.PersonId == person.PersonId || ids.Contains(row.DistinctId))
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(MostShown).ToListAsync(cancellationToken);
        return [.. rows.Select(row => (row.Id, row.ToContent()))];
    }

    /// <summary>Notes what happened, once, and captures it; true for the first who says it.</summary>
    /// <param name="view">A word of the page: it is the first also when it says so again.</param>
    /// <exception cref="IOException">Capture takes nothing at this moment; it did not happen.</exception>
    public async Task<Outcome<bool>> MarkAsync(int projectId, string distinctId, Guid id, MessageMoment moment, string? view, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<InAppMessageRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);
        if (row is null || !await IsOfAsync(row, distinctId, cancellationToken))
        {
            return Refusal.NotFound("This person has no such message.");
        }
        if (moment != MessageMoment.Shown && row.ShownAt is null)
        {
            return Refusal.Invalid("what", "The message was not shown yet.");
        }
        var now = time.GetUtcNow();
        if (await NoteAsync(database, id, moment, view, MessageStore.Micros(now), cancellationToken) == 0)
        {
            return moment == MessageMoment.Shown && view is not null && row.ShownBy == view;
        }
        try
        {
            await intake.TakeAsync(projectId, EventOf(row, distinctId, moment, now), cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // Not told, so it did not happen: the page says it again. Also when it has gone meanwhile.
            await ForgetAsync(database, id, moment, MessageStore.Micros(now));
            throw;
        }
    }

    async Task<bool> IsOfAsync(InAppMessageRow row, string distinctId, CancellationToken cancellationToken)
    {
        if (row.DistinctId == distinctId)
        {
            return true;
        }
        var person = (await persons.FindAsync(row.ProjectId, distinctId, cancellationToken)).PersonId;
        return row.PersonId == person || (await persons.FindAsync(row.ProjectId, row.DistinctId, cancellationToken)).PersonId == person;
    }

    static Task<int> NoteAsync(PrickleDatabase database, Guid id, MessageMoment moment, string? view, long now, CancellationToken cancellationToken)
    {
        var row = database.Set<InAppMessageRow>().Where(row => row.Id == id);
        return moment switch
        {
            MessageMoment.Shown => row.Where(row => row.ShownAt == null && row.ExpiresAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ShownAt, now).SetProperty(row => row.ShownBy, view), cancellationToken),
            MessageMoment.Closed => row.Where(row => row.ClosedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now), cancellationToken),
            _ => row.Where(row => row.ClickedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClickedAt, now), cancellationToken),
        };
    }

    static Task<int> ForgetAsync(PrickleDatabase database, Guid id, MessageMoment moment, long noted)
    {
        var row = database.Set<InAppMessageRow>().Where(row => row.Id == id);
        return moment switch
        {
            MessageMoment.Shown => row.Where(row => row.ShownAt == noted)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ShownAt, (long?)null).SetProperty(row => row.ShownBy, (string?)null), CancellationToken.None),
            MessageMoment.Closed => row.Where(row => row.ClosedAt == noted).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, (long?)null), CancellationToken.None),
            _ => row.Where(row => row.ClickedAt == noted).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClickedAt, (long?)null), CancellationToken.None),
        };
    }

    static byte[] EventOf(InAppMessageRow row, string distinctId, MessageMoment moment, DateTimeOffset now)
    {
        var (name, content) = (MessageMoments.NameOf(moment), row.ToContent());
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["batch"] = new JsonArray(new JsonObject
            {
                ["event"] = $"$in_app_message_{name}",
                ["uuid"] = MessageStore.IdOf(row.ProjectId, $"{row.Id}/{name}").ToString(),
                ["distinct_id"] = distinctId,
                ["timestamp"] = now.ToString("O", CultureInfo.InvariantCulture),
                ["properties"] = new JsonObject
                {
                    ["$message_id"] = row.Id.ToString(),
                    ["$message_title"] = content.Title,
                    ["$message_style"] = content.Style,
                    ["$origin"] = new JsonArray([.. content.Origin.Select(one => JsonValue.Create(one))]),
                    ["$lib"] = "prickle",
                },
            }),
        }.ToJsonString());
    }
}
