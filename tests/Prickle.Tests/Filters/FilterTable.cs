using System.Text.Json;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Tests.Events;

namespace Prickle.Tests.Filters;

/// <summary>Subjects that are stored and kept in memory alike, and the question which of them fit a filter, put to both.</summary>
sealed class FilterTable(EventStore store, int project)
{
    static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object>();
    static readonly string[] Tables =
    [
        "CREATE TABLE IF NOT EXISTS cohort_members (project_id UInt32, cohort_id UInt32, person_id UUID, version UInt64) ENGINE = MergeTree ORDER BY (project_id, cohort_id, person_id)",
        "CREATE TABLE IF NOT EXISTS cohort_versions (project_id UInt32, cohort_id UInt32, version UInt64) ENGINE = MergeTree ORDER BY (project_id, cohort_id)",
    ];

    readonly List<(string Name, FilterSubject Subject)> _subjects = [];
    readonly Dictionary<string, List<object>> _rows = [];

    /// <summary>Adds an event of a person of its own, in a session and a group of its own.</summary>
    public void Add(
        string name, string properties = "{}", string? person = null, string? group = null, int? sessionSeconds = null, string chain = "",
        int[]? cohorts = null)
    {
        var personId = Guid.CreateVersion7();
        Row("persons (project_id, id, properties, is_identified, created_at, version)", person is null ? null : new
        {
            project_id = project,
            id = personId,
            properties = Written(person),
            is_identified = true,
            created_at = "2026-01-01 00:00:00",
            version = 1,
        });
        Row("groups (project_id, type_index, key, properties, created_at, version)", group is null ? null : new
        {
            project_id = project,
            type_index = 0,
            key = name,
            properties = Written(group),
            created_at = "2026-01-01 00:00:00",
            version = 1,
        });
        foreach (var cohort in cohorts ?? [])
        {
            Row("cohort_members (project_id, cohort_id, person_id, version)", new { project_id = project, cohort_id = cohort, person_id = personId, version = 2 });
        }
        foreach (var seconds in sessionSeconds is { } duration ? new[] { 0, duration } : [0])
        {
            Row("events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, elements_chain, group_0, properties, captured_at)", new
            {
                project_id = project,
                uuid = Guid.CreateVersion7(),
                @event = name,
                timestamp = EventStore.Now.AddSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", null),
                distinct_id = name,
                person_id = personId,
                person_profile = true,
                session_id = sessionSeconds is null ? "" : name,
                elements_chain = chain,
                group_0 = group is null ? "" : name,
                properties = Written(properties),
                captured_at = "2026-01-01 00:00:00",
            });
        }
        _subjects.Add((name, new FilterSubject
        {
            Now = EventStore.Now,
            Event = JsonElement.Parse(properties),
            Person = person is null ? default : JsonElement.Parse(person),
            Groups = group is null ? new Dictionary<int, JsonElement>() : new Dictionary<int, JsonElement> { [0] = JsonElement.Parse(group) },
            Session = sessionSeconds is null ? default : JsonElement.Parse($$"""{"$session_duration":{{sessionSeconds}},"$event_count":2}"""),
            ElementsChain = chain,
            IsInCohort = id => cohorts?.Contains(id) == true,
        }));
    }

    /// <summary>As capture writes it.</summary>
    static JsonElement Written(string json)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            JsonColumn.Write(writer, JsonElement.Parse(json));
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    public async Task StoreAsync()
    {
        foreach (var table in Tables)
        {
            await store.Store.ExecuteAsync(table);
        }
        Row("cohort_versions (project_id, cohort_id, version)", new { project_id = project, cohort_id = 1, version = 1 });
        Row("cohort_versions (project_id, cohort_id, version)", new { project_id = project, cohort_id = 1, version = 2 });
        foreach (var (table, rows) in _rows)
        {
            var lines = string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row)));
            (await store.Store.InsertJsonRowsAsync(table, System.Text.Encoding.UTF8.GetBytes(lines), JsonColumn.InsertSettings)).ShouldBe(InsertOutcome.Stored.Value);
        }
        _rows.Clear();
    }

    /// <summary>What the store finds.</summary>
    public async Task<string[]> StoredAsync(Filter filter, TimeZoneInfo? zone = null)
    {
        var sql = new SqlBuilder();
        var condition = FilterSql.Compile(filter, new FilterScope(sql, project, EventStore.Now) { Zone = zone ?? TimeZoneInfo.Utc });
        var found = await store.Store.ListAsync(
            $"SELECT DISTINCT event FROM events WHERE project_id = {sql.Project(project)} AND {condition} ORDER BY event",
            row => row.GetString(0), sql.Parameters, Settings, TestContext.Current.CancellationToken);
        return [.. found];
    }

    /// <summary>What each of several filters finds, in one question.</summary>
    public async Task<List<string[]>> StoredAsync(IReadOnlyList<Filter> filters)
    {
        var sql = new SqlBuilder();
        var conditions = filters.Select(filter => $"groupUniqArrayIf(event, {FilterSql.Compile(filter, new FilterScope(sql, project, EventStore.Now))})").ToList();
        var found = await store.Store.ListAsync(
            $"SELECT {string.Join(", ", conditions)} FROM events WHERE project_id = {sql.Project(project)}",
            row => Enumerable.Range(0, filters.Count).Select(column => ((string[])row.GetValue(column)).Order(StringComparer.Ordinal).ToArray()).ToList(),
            sql.Parameters, Settings, TestContext.Current.CancellationToken);
        return found.Single();
    }

    /// <summary>What is found in memory.</summary>
    public string[] InMemory(Filter filter, TimeZoneInfo? zone = null) =>
        [.. _subjects.Where(item => FilterMatcher.Matches(filter, item.Subject with { Zone = zone ?? TimeZoneInfo.Utc })).Select(item => item.Name).Order(StringComparer.Ordinal)];

    void Row(string table, object? row)
    {
        if (row is not null)
        {
            if (!_rows.TryGetValue(table, out var rows))
            {
                _rows.Add(table, rows = []);
            }
            rows.Add(row);
        }
    }
}
