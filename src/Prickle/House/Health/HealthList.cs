using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Health;

/// <summary>How a cell is read and shown.</summary>
public enum CellKind
{
    Text,
    /// <summary>Statements and messages, which may be long.</summary>
    Long,
    Count,
    Bytes,
    Seconds,
    /// <summary>A part of one, with a bar.</summary>
    Share,
    Moment,
    Flag,
}

/// <summary>A column of a list.</summary>
/// <param name="Key">The alias in the statement.</param>
/// <param name="IsBad">Values that are shown as something wrong; null for none.</param>
public sealed record HealthColumn(string Key, string Title, CellKind Kind = CellKind.Text, int Width = 0, bool WideOnly = false, Func<object?, bool>? IsBad = null);

/// <summary>Something that nodes list of themselves: one question, one table, one answer of the API.</summary>
/// <param name="Key">In addresses and the API.</param>
/// <param name="Group">The part of the health pages it stands in.</param>
/// <param name="Title">For people.</param>
/// <param name="WhenEmpty">What an empty list means, in a sentence.</param>
/// <param name="Sort">The column sorted by at first, with a minus before it for descending.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Write">The question, whose columns bear the keys.</param>
public sealed record HealthList(
    string Key, string Group, string Title, string WhenEmpty, string Sort, IReadOnlyList<HealthColumn> Columns, Func<NodeCapabilities, SystemStatement> Write)
{
    static readonly (string, string)[] Limits = [("max_execution_time", "10"), ("max_threads", "2")];

    /// <summary>What is looked up besides, of what came; null for nothing.</summary>
    internal HealthAddition? Add { get; init; }

    /// <summary>All of them, by group in the order of the pages.</summary>
    public static IReadOnlyList<HealthList> All { get; } = [.. WorkLists.All, .. ReplicationLists.All, .. ServerLists.All, .. AccessLists.All];

    /// <summary>The groups, in their order.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. All.Select(list => list.Group).Distinct()];

    /// <summary>The question with rows read by the columns.</summary>
    internal SystemQuery<HealthRow> Question => new(
        capabilities => Write(capabilities) is SystemStatement.Ask(var statement) ? statement with { Settings = Limits, Deadline = TimeSpan.FromSeconds(10) } : Write(capabilities),
        row => new HealthRow(Columns.ToDictionary(column => column.Key, column => Read(row, column))));

    /// <summary>Asks all nodes of a server.</summary>
    public async Task<FleetAnswer<HealthRow>> AskAsync(Fleet fleet, WatchedServer server, CancellationToken cancellationToken)
    {
        var answer = await fleet.AskAsync(server, Question, Account.Monitor, cancellationToken);
        return Add is null ? answer : await Add(fleet, server, answer, cancellationToken);
    }

    static object? Read(NodeRow row, HealthColumn column) => column.Kind switch
    {
        CellKind.Count or CellKind.Bytes => row.Number(column.Key),
        CellKind.Seconds or CellKind.Share => row.Real(column.Key),
        CellKind.Moment => row.Moment(column.Key),
        CellKind.Flag => row.Flag(column.Key),
        _ => row.Text(column.Key),
    };
}

/// <summary>Completes an answer by further questions.</summary>
delegate Task<FleetAnswer<HealthRow>> HealthAddition(Fleet fleet, WatchedServer server, FleetAnswer<HealthRow> answer, CancellationToken cancellationToken);

/// <summary>A row of a list: texts, whole numbers (long), numbers (double), moments or flags by the keys of the columns.</summary>
public sealed record HealthRow(IReadOnlyDictionary<string, object?> Cells);
