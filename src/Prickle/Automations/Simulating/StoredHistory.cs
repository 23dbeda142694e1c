using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Automations.Triggers;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Automations.Simulating;

/// <summary>An event that would have begun a run.</summary>
sealed record SimulatedEntry(
    Guid Uuid, Guid PersonId, DateTimeOffset At, JsonElement Properties, string ElementsChain, IReadOnlyDictionary<int, string> Groups);

/// <summary>An event that a run would have waited for.</summary>
sealed record HeardEvent(string Name, DateTimeOffset At, JsonElement Properties, string ElementsChain);

/// <summary>Reads from the store what a simulation needs of the past.</summary>
sealed class StoredHistory(ClickHouseStore store, IActionDirectory actions)
{
    /// <summary>Matches that are looked at; of more the newest.</summary>
    public const int MostEntries = 50_000;

    const int MostHeard = 200_000;

    static readonly Dictionary<string, object> Limits = new() { ["max_execution_time"] = 60 };

    /// <summary>How many events fit the trigger, and those that are looked at, oldest first.</summary>
    public async Task<(long Matches, IReadOnlyList<SimulatedEntry> Entries)> EntriesAsync(
        Project project, AutomationTrigger trigger, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var where = await WhereAsync(sql, project, trigger, from, to, cancellationToken);
        var matches = (await store.ListAsync(
            $"SELECT count() FROM events WHERE {where}", row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, Limits, cancellationToken))[0];
        var entries = await store.ListAsync(
            $"""
            SELECT uuid, {FilterSql.Person} AS person, timestamp, toJSONString(properties), elements_chain, group_0, group_1, group_2, group_3, group_4
            FROM events WHERE {where} ORDER BY timestamp DESC, uuid LIMIT {sql.Number(MostEntries)}
            """,
            row => new SimulatedEntry(
                row.GetGuid(0), row.GetGuid(1), Moment(row.GetDateTime(2)), JsonElement.Parse(row.GetString(3)), row.GetString(4),
                Enumerable.Range(0, 5).Where(index => row.GetString(5 + index).Length > 0).ToDictionary(index => index, index => row.GetString(5 + index))),
            sql.Parameters, Limits, cancellationToken);
        entries.Reverse();
        return (matches, entries);
    }

    async Task<string> WhereAsync(SqlBuilder sql, Project project, AutomationTrigger trigger, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var scope = new FilterScope(sql, project.Id, to) { Zone = project.Zone };
        var which = trigger is ActionTrigger { Action: var id }
            ? (await actions.OfProjectAsync(project.Id, cancellationToken)).TryGetValue(id, out var action) ? ActionSql.Compile(action, scope) : "0"
            : $"event IN {sql.Texts(EventMatcher.EventsOf(trigger))}";
        return $"project_id = {sql.Project(project.Id)} AND timestamp >= {sql.Moment(from)} AND timestamp <= {sql.Moment(to)} AND {which} AND {FilterSql.Compile(EventMatcher.FiltersOf(trigger), scope)}";
    }

    /// <summary>What those persons did that runs wait for, in its order.</summary>
    public async Task<ILookup<Guid, HeardEvent>> HeardAsync(
        Project project, AutomationDefinition definition, IReadOnlyList<SimulatedEntry> entries, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        string[] names = [.. definition.Steps.OfType<PauseUntilStep>().Select(step => step.Event).Append(definition.Goal?.Event).OfType<string>().Where(name => name.Length > 0).Distinct()];
        if (names.Length == 0 || entries.Count == 0)
        {
            return Array.Empty<(Guid, HeardEvent)>().ToLookup(one => one.Item1, one => one.Item2);
        }
        var sql = new SqlBuilder();
        var persons = entries.Select(entry => entry.PersonId).Distinct().ToArray();
        var rows = await store.ListAsync(
            $"""
            SELECT {FilterSql.Person} AS person, event, timestamp, toJSONString(properties), elements_chain FROM events
            WHERE project_id = {sql.Project(project.Id)} AND timestamp >= {sql.Moment(from)} AND timestamp <= {sql.Moment(to)} AND event IN {sql.Texts(names)}
              AND person IN {sql.Value("Array(UUID)", persons)}
            ORDER BY timestamp, uuid LIMIT {sql.Number(MostHeard)}
            """,
            row => (Person: row.GetGuid(0), Event: new HeardEvent(row.GetString(1), Moment(row.GetDateTime(2)), JsonElement.Parse(row.GetString(3)), row.GetString(4))),
            sql.Parameters, Limits, cancellationToken);
        return rows.ToLookup(row => row.Person, row => row.Event);
    }

    static DateTimeOffset Moment(DateTime utc) => new(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
