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
    /// Writes the message down first and looks then which it is on this day: of two that come at once, on whatever nodes, both
    /// see the same order.
    /// </summary>
    async Task<bool> TakeAsync(int projectId, Guid personId, long day, int most, string key, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<MessageRow>().AnyAsync(row => row.Key == key, cancellationToken))
        {
            return true;
        }
        var mine = new MessageRow { Key = key, ProjectId = projectId, PersonId = personId, At = RunTable.Micros(time.GetUtcNow()) };
        database.Add(mine);
        await database.SaveChangesAsync(cancellationToken);
        var earlier = await database.Set<MessageRow>().CountAsync(
            row => row.ProjectId == projectId && row.PersonId == personId && row.At >= day
                && (row.At < mine.At || (row.At == mine.At && string.Compare(row.Key, key) < 0)), cancellationToken);
        if (earlier < most)
        {
            return true;
        }
        await GiveBackAsync(key, cancellationToken);
        return false;
    }

    /// <summary>The message was not sent after all.</summary>
    public async Task GiveBackAsync(string key, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<MessageRow>().Where(row => row.Key == key).ExecuteDeleteAsync(cancellationToken);
    }
}
