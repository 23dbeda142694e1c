using System.Data.Common;
using System.Globalization;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Insights;

/// <summary>
/// Everything that a question needs to be asked once: whose, when, with which actions; and it keeps what was asked, so that
/// the answer can say why. Used by one question at a time.
/// </summary>
public sealed class QueryScope(ClickHouseStore store, Project project, QueryPeriod period, DateTimeOffset now, InsightQuery query)
{
    // ClickHouse parses statements up to 256 kB unless told otherwise.
    const int UsualStatement = 100_000;

    readonly List<RunStatement> _statements = [];

    public Project Project { get; } = project;

    public QueryPeriod Period { get; } = period;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The project's own people, left out where the question says so.</summary>
    public FilterGroup TestAccounts { get; init; } = FilterGroup.Everything;

    /// <summary>The actions of the project, by id.</summary>
    public IReadOnlyDictionary<int, ActionDefinition> Actions { get; init; } = new Dictionary<int, ActionDefinition>();

    /// <summary>The SQL expressions of the question, checked.</summary>
    public CheckedExpressions? Expressions { get; init; }

    /// <summary>ClickHouse settings of every statement: limits above all.</summary>
    public required IReadOnlyDictionary<string, object> Settings { get; init; }

    /// <summary>What has been asked so far.</summary>
    public IReadOnlyList<RunStatement> Statements => _statements;

    public QueryCost Cost { get; private set; } = QueryCost.None;

    /// <summary>With what the ids of its statements begin in the store.</summary>
    public string RunId { get; } = $"insight-{Guid.CreateVersion7(now):n}-";

    /// <summary>Whether any event of the project may belong to another person than it carries; a look-up for each event less where not.</summary>
    public bool HasMerges { get; init; } = true;

    /// <summary>Who is counted: the expression for an event's actor.</summary>
    public string Actor => query.AggregationGroupTypeIndex is { } index
        ? string.Create(CultureInfo.InvariantCulture, $"group_{index}")
        : Person;

    /// <summary>The person of an event now.</summary>
    public string Person => HasMerges ? FilterSql.Person : "person_id";

    /// <summary>
    /// What every event of the question must fit, apart from its time and its entity: project, global filters, test accounts,
    /// sample, and (for groups) that there is one.
    /// </summary>
    public string Base(SqlBuilder sql) => And(Whose(sql), Fits(sql));

    /// <summary>The global filters and, where asked for, that it is none of the project's own people.</summary>
    public string Fits(SqlBuilder sql)
    {
        var filters = FilterSql.Compile(query.Properties, Scope(sql));
        return query.FilterTestAccounts ? And(filters, FilterSql.Compile(TestAccounts, Scope(sql))) : filters;
    }

    /// <summary>The question's own filters.</summary>
    public string Filters(SqlBuilder sql) => FilterSql.Compile(query.Properties, Scope(sql));

    /// <summary>As <see cref="Base"/>, without the question's own filters: whoever could be counted at all.</summary>
    public string Everyone(SqlBuilder sql) =>
        query.FilterTestAccounts ? And(Whose(sql), FilterSql.Compile(TestAccounts, Scope(sql))) : Whose(sql);

    /// <summary>Project, sample, and (for groups) that there is one: <see cref="Base"/> without any filter.</summary>
    public string Whose(SqlBuilder sql)
    {
        List<string> conditions = [$"project_id = {sql.Project(Project.Id)}"];
        if (query.AggregationGroupTypeIndex is not null)
        {
            conditions.Add($"{Actor} != ''");
        }
        if (query.SamplingFactor is { } factor and < 1)
        {
            // The same people in every series, whoever asks.
            conditions.Add($"cityHash64(distinct_id) % 1000000 < {sql.Number((long)Math.Round(factor * 1_000_000))}");
        }
        return And([.. conditions]);
    }

    /// <summary>Conditions of which all must hold; "1" is left out.</summary>
    public static string And(params string[] conditions) =>
        conditions.Where(condition => condition != "1").ToList() is { Count: > 0 } real ? string.Join("\n  AND ", real) : "1";

    /// <summary>That an event's time lies between two moments, both included.</summary>
    public static string Between(SqlBuilder sql, DateTimeOffset from, DateTimeOffset to) =>
        $"timestamp >= {sql.Moment(from)} AND timestamp <= {sql.Moment(to)}";

    /// <summary>That an event lies in the period.</summary>
    public string During(SqlBuilder sql, QueryPeriod? period = null) =>
        $"timestamp >= {sql.Moment((period ?? Period).From)} AND timestamp <= {sql.Moment((period ?? Period).To)}";

    /// <summary>That an event is the entity: name or action, and its own filters.</summary>
    public string Matches(EntityNode entity, SqlBuilder sql)
    {
        var of = Is(entity, sql);
        var filter = FilterSql.Compile(entity.Properties, Scope(sql));
        return filter == "1" ? of : of == "1" ? filter : $"({of} AND {filter})";
    }

    /// <summary>That an event is the entity by its name or action, whatever its filters say.</summary>
    public string Is(EntityNode entity, SqlBuilder sql) => entity switch
    {
        EventsNode { Event: null or "" } => "1",
        EventsNode node => $"event = {sql.Text(node.Event)}",
        ActionsNode node => ActionSql.Compile(Actions[node.Id], Scope(sql)),
        _ => throw new ArgumentOutOfRangeException(nameof(entity), entity, "Not an entity."),
    };

    /// <summary>What a series is called.</summary>
    public string LabelOf(EntityNode entity) => entity.CustomName ?? entity switch
    {
        EventsNode { Event: null or "" } => "All events",
        EventsNode node => node.Event,
        ActionsNode node => Actions.TryGetValue(node.Id, out var action) ? action.Name : string.Create(CultureInfo.InvariantCulture, $"Action {node.Id}"),
        _ => "",
    };

    public FilterScope Scope(SqlBuilder sql) => new(sql, Project.Id, Now) { Expressions = Expressions, Zone = Period.Zone };

    /// <summary>Asks the store, within the limits, and keeps the statement.</summary>
    public async Task<List<T>> AskAsync<T>(string statement, SqlBuilder sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await EachAsync(statement, sql, row => rows.Add(read(row)), cancellationToken);
        return rows;
    }

    /// <summary>As <see cref="AskAsync{T}"/>, for answers that are too long to gather: gives each row as it comes.</summary>
    public async Task EachAsync(string statement, SqlBuilder sql, Action<DbDataReader> each, CancellationToken cancellationToken)
    {
        int number;
        lock (_statements)
        {
            number = _statements.Count;
            _statements.Add(new RunStatement(Shortened(statement), [.. sql.Parameters.Select(one => new StatementParameter(one.Name, Text(one.Value)))]));
        }
        using var noted = StatementNotes.Add(("part", "insight"), ("project", Project.Id.ToString(CultureInfo.InvariantCulture)), ("kind", query.GetType().Name));
        var settings = new Dictionary<string, object>(Settings);
        if (statement.Length > UsualStatement)
        {
            settings["max_query_size"] = 2L * System.Text.Encoding.UTF8.GetByteCount(statement);
        }
        var cost = await store.MeasureEachAsync(statement, each, sql.Parameters, settings, string.Create(CultureInfo.InvariantCulture, $"{RunId}{number}"), cancellationToken);
        lock (_statements)
        {
            Cost += cost;
        }
    }

    /// <summary>How far its statements are.</summary>
    public async Task<QueryProgress> ProgressAsync(CancellationToken cancellationToken)
    {
        var running = await store.ListAsync(
            "SELECT toInt64(sum(read_rows)), toInt64(sum(greatest(read_rows, total_rows_approx))) FROM system.processes WHERE startsWith(query_id, {run:String}) OR startsWith(Settings['log_comment'], {run:String})",
            row => (Read: row.GetInt64(0), Expected: row.GetInt64(1)), [("run", RunId)], cancellationToken: cancellationToken);
        lock (_statements)
        {
            return new QueryProgress(Cost.RowsRead + running[0].Read, Cost.RowsRead + running[0].Expected);
        }
    }

    // A list of actors that was found elsewhere can be megabytes long; nobody reads that.
    static string Shortened(string statement) => statement.Length <= UsualStatement
        ? statement
        : string.Concat(statement.AsSpan(0, UsualStatement / 2), " … ", statement.AsSpan(statement.Length - (UsualStatement / 4)));

    static string Text(object value) => value is Array list
        ? "[" + string.Join(", ", list.Cast<object>().Select(Text)) + "]"
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
