using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Storage;

namespace Prickle.Automations.Engine;

/// <summary>What stands against a message to a person now.</summary>
abstract record MessageRuling
{
    public sealed record Send : MessageRuling;

    /// <summary>Not now: their night.</summary>
    public sealed record Later(DateTimeOffset Until) : MessageRuling;

    public sealed record Capped(int PerDay) : MessageRuling;

    public sealed record OptedOut : MessageRuling;
}

/// <summary>Keeps messages of all automations to what the project allows for one person.</summary>
sealed class MessageBudget(IDbContextFactory<PrickleDatabase> databases, MessageRulesBook book, TimeProvider time)
{
    /// <summary>Decides, and takes a place in the budget for a message that is to be sent. The same key takes one place.</summary>
    public async Task<MessageRuling> AskAsync(int projectId, RunPerson person, TimeZoneInfo zone, string key, CancellationToken cancellationToken)
    {
        var rules = await book.FindAsync(projectId, cancellationToken);
        var now = time.GetUtcNow();
        if (person.Is(rules.OptOutProperty))
        {
            return new MessageRuling.OptedOut();
        }
        if (rules is { QuietFrom: { } from, QuietTo: { } to } && LocalWindow.EndOfQuiet(now, zone, from, to) is { } end)
        {
            return new MessageRuling.Later(end);
        }
        return rules.MessagesPerDay is not { } most || await TakeAsync(projectId, person.Id, RunTable.Micros(LocalWindow.DayOf(now, zone)), most, key, cancellationToken)
            ? new MessageRuling.Send() : new MessageRuling.Capped(most);
    }

    /// <summary>
    /// The number of the day grows in the transaction that writes the message down, and only below the limit: of two messages at
    /// once, on whatever nodes, one waits for the other.
    /// </summary>
    async Task<bool> TakeAsync(int projectId, Guid personId, long day, int most, string key, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var plain = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction);
        if (await MultiRow.WriteAsync(
            opened.Connection, plain, "INSERT INTO automation_messages (key, project_id, person_id, day)", [[key, projectId, personId, day]], "ON CONFLICT DO NOTHING", cancellationToken) == 0)
        {
            // This message has its place already: it is tried again.
            return true;
        }
        await MultiRow.WriteAsync(
            opened.Connection, plain, "INSERT INTO automation_message_days (project_id, person_id, day, count)", [[projectId, personId, day, 0]], "ON CONFLICT DO NOTHING", cancellationToken);
        var taken = await DayOf(database, projectId, personId, day).Where(row => row.Count < most)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count + 1), cancellationToken);
        if (taken == 0)
        {
            return false;
        }
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The message was not sent after all.</summary>
    public async Task GiveBackAsync(string key, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await database.Set<MessageRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellationToken) is { } message
            && await database.Set<MessageRow>().Where(row => row.Key == key).ExecuteDeleteAsync(cancellationToken) == 1)
        {
            await DayOf(database, message.ProjectId, message.PersonId, message.Day)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count - 1), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    static IQueryable<MessageDayRow> DayOf(PrickleDatabase database, int projectId, Guid personId, long day) =>
        database.Set<MessageDayRow>().Where(row => row.ProjectId == projectId && row.PersonId == personId && row.Day == day);
}
