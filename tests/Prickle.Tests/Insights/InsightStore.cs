using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Insights;
using Prickle.Insights.Running;
using Prickle.Sql;
using Prickle.Sql.Views;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;
using Prickle.Tests.Sql;

namespace Prickle.Tests.Insights;

/// <summary>
/// A small world of events written as text, and questions asked about it through the real query service:
/// <code>
/// await store.HappenAsync("""
///     alice 2026-03-01T10:00 $pageview {"plan":"pro"}
///     bob   2026-03-01T11:00:30.5 signed_up
///     """);
/// </code>
/// Times are UTC. "alice" is a distinct id, and without a merge a person of her own. The properties <c>$session_id</c>,
/// <c>$elements_chain</c> and <c>$group_0</c> … <c>$group_4</c> fill the columns of those names too. The clock stands at <see cref="EventStore.Now"/>:
/// Sunday, 1 March 2026, 14:30 UTC.
/// </summary>
public sealed class InsightStore(EngineFixture engine) : IAsyncLifetime
{
    readonly EventStore _events = new(engine);
    readonly List<InsightQueries> _services = [];
    ProjectViews? _views;

    /// <summary>The project that is asked about; a test may change its zone and settings.</summary>
    public Project Project { get; set; } =
        new(EventStore.Project, 1, "Production", "phc_x", "UTC", false, null, [], DateTimeOffset.UnixEpoch);

    public FakeActions Actions { get; } = new();

    public FakeCohorts Cohorts { get; } = new();

    public InsightLimits Limits { get; set; } = new();

    public EventStore Events => _events;

    public ClickHouseStore Store => _events.Store;

    public Microsoft.Extensions.Time.Testing.FakeTimeProvider Time => _events.Time;

    public ValueTask InitializeAsync() => _events.InitializeAsync();

    /// <summary>A service of its own, with an empty cache, that knows every kind of question there is.</summary>
    /// <param name="instead">Answer in place of the product's own for the same type of query.</param>
    public IInsightQueries NewQueries(params IQuestion[] instead)
    {
        var kinds = typeof(IQuestion).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IQuestion)) && !type.IsAbstract);
        var service = new InsightQueries(
            Store, new InsightQuestions(kinds.Select(kind => (IQuestion)Activator.CreateInstance(kind)!)
                .Where(question => instead.All(other => other.QueryType != question.QueryType)).Concat(instead)), new NamedThings(Actions, Cohorts), new RowExpressionCheck(Sandbox()), Limits, Time,
            NullLogger<InsightQueries>.Instance);
        _services.Add(service);
        return service;
    }

    /// <summary>Where statements of people run, over the same project.</summary>
    public SqlSandbox Sandbox()
    {
        _views ??= new ProjectViews(Store);
        return SandboxFixture.SandboxOf(Store, _views, new SqlOptions(), Time, Cohorts);
    }

    /// <summary>Stores events: one a line, of distinct id, time, name and (if any) properties.</summary>
    public async Task HappenAsync(string lines)
    {
        var rows = new StringBuilder();
        foreach (var line in lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
            var properties = JsonElement.Parse(parts.Length > 3 ? parts[3] : "{}");
            var at = DateTimeOffset.Parse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime
                .ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
            rows.AppendLine(JsonSerializer.Serialize(new
            {
                project_id = Project.Id,
                uuid = Guid.CreateVersion7(),
                @event = parts[2],
                timestamp = at,
                distinct_id = parts[0],
                person_id = PersonOf(parts[0]),
                person_profile = true,
                session_id = TextOf(properties, "$session_id"),
                elements_chain = TextOf(properties, "$elements_chain"),
                group_0 = TextOf(properties, "$group_0"),
                group_1 = TextOf(properties, "$group_1"),
                group_2 = TextOf(properties, "$group_2"),
                group_3 = TextOf(properties, "$group_3"),
                group_4 = TextOf(properties, "$group_4"),
                properties,
                captured_at = at,
            }));
        }
        await InsertAsync(
            "events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, elements_chain, group_0, group_1, group_2, group_3, group_4, properties, captured_at)",
            rows.ToString());
    }

    /// <summary>Stores persons: one a line, of distinct id, time of creation and (if any) properties.</summary>
    public async Task PersonsAsync(string lines)
    {
        var rows = new StringBuilder();
        foreach (var line in lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            rows.AppendLine(JsonSerializer.Serialize(new
            {
                project_id = Project.Id,
                id = PersonOf(parts[0]),
                properties = JsonElement.Parse(parts.Length > 2 ? parts[2] : "{}"),
                is_identified = true,
                created_at = parts[1].Replace('T', ' '),
                version = 1,
            }));
        }
        await InsertAsync("persons (project_id, id, properties, is_identified, created_at, version)", rows.ToString());
    }

    /// <summary>Stores a group with its properties.</summary>
    public Task GroupAsync(int type, string key, string properties, string createdAt = "2026-01-01 00:00:00") => InsertAsync(
        "groups (project_id, type_index, key, properties, created_at, version)",
        JsonSerializer.Serialize(new
        {
            project_id = Project.Id,
            type_index = type,
            key,
            properties = JsonElement.Parse(properties),
            created_at = createdAt,
            version = 1,
        }));

    /// <summary>Makes a cohort of these people, as a calculation does.</summary>
    public async Task CohortAsync(int id, params string[] people)
    {
        Cohorts.Add(id, $"Cohort {id}");
        await InsertAsync("cohort_members (project_id, cohort_id, person_id, version)", string.Join('\n', people.Select(name =>
            JsonSerializer.Serialize(new { project_id = Project.Id, cohort_id = id, person_id = PersonOf(name), version = 1 }))));
        await InsertAsync("cohort_versions (project_id, cohort_id, version)", JsonSerializer.Serialize(new { project_id = Project.Id, cohort_id = id, version = 1 }));
    }

    /// <summary>Makes one distinct id's person part of another's, as a merge does.</summary>
    public Task MergeAsync(string distinctId, string into) => _events.OverrideAsync(distinctId, PersonOf(into));

    /// <summary>The person of a distinct id before any merge.</summary>
    public static Guid PersonOf(string distinctId) => EventStore.PersonOf(distinctId);

    /// <summary>The answer, computed now; a refusal fails the test with its words.</summary>
    public async Task<InsightAnswer> AnswerAsync(InsightQuery query) =>
        (await TryAsync(query)).Match(answer => answer, refusal => throw new InvalidOperationException($"Refused: {refusal.Detail}"));

    /// <summary>What the answer says.</summary>
    public async Task<T> AskAsync<T>(InsightQuery query) where T : InsightResult => (await AnswerAsync(query)).Result.ShouldBeOfType<T>();

    public Task<Outcome<InsightAnswer>> TryAsync(InsightQuery query) =>
        NewQueries().AskAsync(Project, query, Refresh.Force, TestContext.Current.CancellationToken);

    /// <summary>Why the question is refused; an answer fails the test.</summary>
    public async Task<Refusal> RefusalAsync(InsightQuery query) =>
        (await TryAsync(query)).Match(answer => throw new InvalidOperationException("It was answered."), refusal => refusal);

    /// <summary>The actors behind a number.</summary>
    public async Task<ActorsPage> ActorsAsync(InsightQuery query, ActorsSelection selection, string? search = null, int offset = 0, int limit = 100) =>
        (await NewQueries().ActorsAsync(Project, query, selection, search, offset, limit, TestContext.Current.CancellationToken))
        .Match(page => page, refusal => throw new InvalidOperationException($"Refused: {refusal.Detail}"));

    /// <summary>Distinct ids of the page's persons in alphabetical order, for those named.</summary>
    public static string NamesOf(ActorsPage page, params string[] people) => string.Join(' ', people
        .Where(name => page.Actors.Any(actor => actor.Id == PersonOf(name).ToString())).Order(StringComparer.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _services.ForEach(service => service.Dispose());
        if (_views is { } views)
        {
            await views.DeleteAsync(Project.Id, CancellationToken.None);
            views.Dispose();
        }
        await _events.DisposeAsync();
    }

    async Task InsertAsync(string table, string lines) =>
        (await Store.InsertJsonRowsAsync(table, Encoding.UTF8.GetBytes(lines), JsonColumn.InsertSettings)).ShouldBe(InsertOutcome.Stored.Value);

    static string TextOf(JsonElement properties, string name) => properties.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <summary>Actions that a test defines.</summary>
public sealed class FakeActions : IActionDirectory
{
    readonly Dictionary<int, ActionDefinition> _all = [];

    public void Add(int id, string name, params ActionStep[] steps) =>
        _all[id] = new ActionDefinition(id, EventStore.Project, name, "", [], steps);

    public Task<IReadOnlyDictionary<int, ActionDefinition>> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, ActionDefinition>>(_all);
}

/// <summary>Cohorts of the project by name, as a test has them; who is in them is in the store.</summary>
public sealed class FakeCohorts : ICohortDirectory
{
    readonly Dictionary<int, CohortEntry> _all = [];

    public void Add(int id, string name) => _all[id] = new CohortEntry(name, false);

    public void Delete(int id) => _all[id] = _all[id] with { IsDeleted = true };

    public Task<IReadOnlyDictionary<int, CohortEntry>> FindAsync(int projectId, IReadOnlyCollection<int> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, CohortEntry>>(_all.Where(one => ids.Contains(one.Key)).ToDictionary());
}
