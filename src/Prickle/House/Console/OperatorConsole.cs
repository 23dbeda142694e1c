using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Console;

/// <summary>
/// Runs what an operator writes on a node: what reads, as the user who reads; anything else as the operator's account, by
/// admins alone, and only when they agreed to what is shown to them.
/// </summary>
sealed partial class OperatorConsole(ServerDirectory servers, Fleet fleet, ConsoleHistory history, ActivityLog activity, TimeProvider time)
{
    /// <summary>What the ids of its statements begin with.</summary>
    public const string QueryIds = "prickle-console-";

    public const int MostRows = 1000;
    public const int LongestStatement = 100_000;
    public const int TimeoutSeconds = 60;
    const int MostAtOnce = 4;

    static readonly string[] Reading = ["Select", "Show", "Describe", "Desc", "Explain", "Exists"];

    readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new();

    public async Task<Outcome<ConsoleAnswer>> RunAsync(OrganizationGrant grant, Guid serverId, ConsoleRequest request, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Read))
        {
            return Refusal.Denied("The console takes the role of a member.");
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (!server.Nodes.Contains(request.Node))
        {
            return Refusal.Invalid("node", $"{server.Name} has no node {request.Node}.");
        }
        if (!RunName.IsMatch(request.RunId))
        {
            return Refusal.Invalid("run_id", "A run has a name of letters, digits and dashes, at most 64.");
        }
        if (request.Statement.Length > LongestStatement)
        {
            return Refusal.Invalid("statement", "A statement has 100,000 characters at most.");
        }
        if (StatementGuard.Read(request.Statement) is not { } statement)
        {
            return Refusal.Invalid("statement", "Write one statement: not none, and not several.");
        }
        if (statement.HasOutfile)
        {
            return Refusal.Invalid("statement", "INTO OUTFILE writes a file of a client, and there is none here: download the answer as CSV.");
        }
        var known = await fleet.CapabilitiesAsync(server, request.Node, cancellationToken: cancellationToken);
        var outward = OutwardFunctions.In(statement, known);
        var account = Reading.Contains(statement.Kind) && outward is null ? Account.Monitor : Account.Operator;
        if (account == Account.Operator && RefusalOf(grant, server, outward) is { } refusal)
        {
            return refusal;
        }
        return account == Account.Operator && request.Confirmed != statement.Kind
            ? new ConsoleAnswer.NeedsConfirmation(statement.Kind, statement.Text, request.Node.Authority, server.OperatorUser!)
            : await RunAsync(grant, server, request, statement, account, cancellationToken);
    }

    /// <summary>Stops one of the caller's runs; false where it does not run.</summary>
    public async Task<bool> CancelAsync(OrganizationGrant grant, Guid serverId, string runId)
    {
        if (!_running.TryGetValue(Key(grant, serverId, runId), out var running))
        {
            return false;
        }
        try
        {
            await running.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment.
        }
        return true;
    }

    async Task<Outcome<ConsoleAnswer>> RunAsync(
        OrganizationGrant grant, WatchedServer server, ConsoleRequest request, StatementGuard statement, Account account, CancellationToken cancellationToken)
    {
        var key = Key(grant, server.Id, request.RunId);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_running.Keys.Count(one => one.StartsWith(Key(grant, server.Id, ""), StringComparison.Ordinal)) >= MostAtOnce || !_running.TryAdd(key, running))
        {
            return new Refusal(RefusalReason.Throttled, $"A run of this name, or {MostAtOnce} others of yours, are at it already.");
        }
        var begun = time.GetTimestamp();
        try
        {
            var reply = await AskAsync(server, request.Node, statement, account, running.Token);
            var answer = AnswerOf(reply, time.GetElapsedTime(begun).TotalMilliseconds);
            await KeepAsync(grant, server, request.Node, statement, account, answer);
            return answer;
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    async Task<NodeReply> AskAsync(WatchedServer server, Uri node, StatementGuard statement, Account account, CancellationToken cancellationToken)
    {
        var queryId = $"{QueryIds}{Guid.CreateVersion7():n}";
        using var noted = StatementNotes.Add(("part", "console"));
        var begun = time.GetTimestamp();
        try
        {
            var reply = await fleet.RunAsync(server, node, new NodeStatement(statement.WithoutFormat)
            {
                QueryId = queryId,
                Deadline = TimeSpan.FromSeconds(TimeoutSeconds + 5),
                LargestAnswer = 32 * 1024 * 1024,
                Settings = [("log_comment", StatementNotes.Text!), .. account == Account.Monitor ? Limits : []],
            }, account, cancellationToken);
            if (reply is NodeReply.Failed { Failure.Kind: NodeFailureKind.Hanging })
            {
                await StopAsync(server, node, queryId, account);
            }
            return reply;
        }
        catch (OperationCanceledException)
        {
            await StopAsync(server, node, queryId, account);
            return new NodeReply.Failed(new NodeFailure(NodeFailureKind.Killed, "The statement was cancelled."), time.GetElapsedTime(begun));
        }
    }

    // Whoever hangs up has not stopped it: old servers run on. A user may always end its own.
    Task<NodeReply> StopAsync(WatchedServer server, Uri node, string queryId, Account account) => fleet.RunAsync(
        server, node, new NodeStatement("KILL QUERY WHERE query_id = {id:String} ASYNC") { Values = [("id", queryId)], Deadline = TimeSpan.FromSeconds(5) }, account, CancellationToken.None);

    // One row more tells whether there are more. A user who may send no settings is cut here alone.
    static readonly (string, string)[] Limits =
    [
        ("max_execution_time", $"{TimeoutSeconds}"), ("max_result_rows", $"{MostRows + 1}"), ("result_overflow_mode", "break"), ("max_result_bytes", $"{16 * 1024 * 1024}"),
        ("readonly", "2"),
    ];

    static ConsoleAnswer AnswerOf(NodeReply reply, double milliseconds) => reply switch
    {
        NodeReply.Answered { Table: var table } => new ConsoleAnswer.Rows(
            table.Columns, [.. table.Rows.Take(MostRows).Select(row => Cells(row, table.Columns.Count))], table.Count > MostRows, milliseconds, table.RowsRead, table.BytesRead),
        NodeReply.Failed { Failure: { IsUncertain: true } failure } => new ConsoleAnswer.Failed($"{failure.Message} Whether the statement ran is not known: look at what runs.", failure.Kind, failure.Code, milliseconds),
        NodeReply.Failed { Failure: var failure } => new ConsoleAnswer.Failed(failure.Message, failure.Kind, failure.Code, milliseconds),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static string?[] Cells(NodeRow row, int count) => [.. Enumerable.Range(0, count).Select(place => row[place] switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        var other => other.GetRawText(),
    })];

    async Task KeepAsync(OrganizationGrant grant, WatchedServer server, Uri node, StatementGuard statement, Account account, ConsoleAnswer answer)
    {
        var refusal = (answer as ConsoleAnswer.Failed)?.Message;
        await history.AddAsync(grant, server.Id, node, statement.Text, answer, CancellationToken.None);
        if (account == Account.Operator)
        {
            await activity.RecordAsync(new ActivityEntry
            {
                OrganizationId = grant.OrganizationId,
                Actor = grant.Actor,
                Verb = ActivityVerb.Updated,
                Resource = Resource.House,
                ItemId = $"{server.Id}",
                ItemName = $"Statement on {server.Name}",
                // The text may hold passwords: only its kind is told to others.
                After = new { Node = node.Authority, User = server.OperatorUser, statement.Kind, Outcome = refusal is null ? "Done" : "Failed" },
            }, CancellationToken.None);
        }
    }

    static Refusal? RefusalOf(OrganizationGrant grant, WatchedServer server, string? outward) =>
        !grant.Allows(Resource.House, Level.Write) && outward is not null ? Refusal.Denied($"{outward} reaches beyond the tables of this node: that takes the role of an admin.")
        : !grant.Allows(Resource.House, Level.Write) ? Refusal.Denied("You may read here: SELECT, SHOW, DESCRIBE, EXPLAIN and EXISTS. Anything else takes the role of an admin.")
        : !server.Has(Account.Operator) ? Refusal.Denied($"{server.Name} has no operator's account, so nothing can be changed there: name one in its settings.")
        : null;

    static string Key(OrganizationGrant grant, Guid server, string runId) => $"{grant.OrganizationId} {grant.Actor.UserId} {server} {runId}";

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,64}\z")]
    static partial Regex RunName { get; }
}
