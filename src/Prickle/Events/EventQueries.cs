using Prickle.ClickHouse;
using Prickle.Events.Questions;
using Prickle.Ui.Charts;

namespace Prickle.Events;

/// <summary>Everything that pages and other modules ask about stored events. Each question is a file of its own.</summary>
public sealed class EventQueries(ClickHouseStore store, TimeProvider time)
{
    /// <summary>Events that fit, newest first unless said otherwise.</summary>
    /// <param name="after">Goes on behind this event.</param>
    public Task<List<StoredEvent>> ListAsync(
        EventFilter filter, int limit, EventCursor? after = null, int offset = 0, bool oldestFirst = false,
        CancellationToken cancellationToken = default) =>
        EventList.ReadAsync(store, filter, after, offset, limit, oldestFirst, time.GetUtcNow(), cancellationToken);

    /// <summary>The event of a uuid; null when the project has none.</summary>
    public Task<StoredEvent?> FindAsync(int projectId, Guid uuid, CancellationToken cancellationToken) =>
        EventByUuid.ReadAsync(store, projectId, uuid, cancellationToken);

    /// <summary>How many events fit.</summary>
    public Task<long> CountAsync(EventFilter filter, CancellationToken cancellationToken) =>
        EventCount.ReadAsync(store, filter, time.GetUtcNow(), cancellationToken);

    /// <summary>Whether the project has any event.</summary>
    public Task<bool> AnyAsync(int projectId, CancellationToken cancellationToken) =>
        AnyEvent.ReadAsync(store, projectId, cancellationToken);

    /// <summary>Today's numbers beside yesterday's at the same time.</summary>
    public Task<DayNumbers> TodayAsync(int projectId, TimeZoneInfo zone, CancellationToken cancellationToken) =>
        Today.ReadAsync(store, projectId, time.GetUtcNow(), zone, cancellationToken);

    /// <summary>All events since the last midnight of the zone.</summary>
    public EventFilter TodayFilter(int projectId, TimeZoneInfo zone) =>
        new() { ProjectId = projectId, After = Today.Midnight(time.GetUtcNow(), zone) };

    /// <summary>The last event of each of the persons seen last, at most a week ago.</summary>
    public Task<List<PersonActivity>> LatestOfEachPersonAsync(int projectId, int limit, CancellationToken cancellationToken) =>
        LatestOfEachPerson.ReadAsync(store, projectId, time.GetUtcNow().AddDays(-7), limit, cancellationToken);

    /// <summary>The most frequent events, most frequent first.</summary>
    public Task<List<BarItem>> TopEventsAsync(EventFilter filter, int limit, CancellationToken cancellationToken) =>
        Ranking.OfEventsAsync(store, filter, time.GetUtcNow(), limit, cancellationToken);

    /// <summary>The most viewed pages, by path.</summary>
    public Task<List<BarItem>> TopPagesAsync(EventFilter filter, int limit, CancellationToken cancellationToken) =>
        Ranking.OfPagesAsync(store, filter, time.GetUtcNow(), limit, cancellationToken);

    /// <summary>What the persons are called; those of whom nothing is known are missing.</summary>
    public Task<IReadOnlyDictionary<Guid, string>> PersonNamesAsync(
        int projectId, IReadOnlyCollection<Guid> persons, CancellationToken cancellationToken) =>
        PersonLabels.ReadAsync(store, projectId, persons, cancellationToken);
}
