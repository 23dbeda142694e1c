using System.Globalization;
using System.Text.Json;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Operations.Storage;

namespace Prickle.House.Operations.Running;

/// <summary>
/// A step at work: asks nodes, sends statements so that each is found again after a crash of the product or of a connection,
/// and keeps what was reached. Everything it writes is refused once another node of the product has taken over.
/// </summary>
sealed class StepRun(
    Operation operation, int number, OperationServer server, OperationLease lease, OperationTable table, TimeProvider time, CancellationToken cancellationToken)
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(2);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    const int MostTries = 6;

    // Lists of parts are long.
    static readonly (string, string) LongStatements = ("max_query_size", "16000000");

    readonly Dictionary<string, OperationStepRow> _rows = [];
    OperationThrottle _throttle = operation.Throttle;

    public Operation Operation => operation;
    public int Number => number;
    public OperationServer Server => server;
    public TimeProvider Time => time;
    public CancellationToken Stopping => cancellationToken;

    /// <summary>Names that are this operation's own begin or end with it.</summary>
    public string Mark => MarkOf(operation.Id);

    public static string MarkOf(Guid operation) => operation.ToString("n", CultureInfo.InvariantCulture)[^8..];

    /// <summary>What was reached on a node, by whoever worked at it.</summary>
    public OperationStepRow RowOf(string node) => _rows.TryGetValue(node, out var row) ? row : _rows[node] = new OperationStepRow
    {
        OperationId = operation.Id,
        Step = number,
        Node = node,
        State = StepState.Pending,
        StartedAt = time.GetUtcNow(),
    };

    public void Take(IEnumerable<OperationStepRow> rows)
    {
        foreach (var row in rows.Where(row => row.Step == number))
        {
            _rows[row.Node] = row;
        }
    }

    public IEnumerable<OperationStepRow> Rows => _rows.Values;

    /// <summary>What the step remembered for a node; new where it did not yet.</summary>
    public T MemoryOf<T>(string node) where T : new() => RowOf(node).Memory is { } memory ? JsonSerializer.Deserialize<T>(memory)! : new T();

    /// <summary>Keeps what was reached on a node.</summary>
    public async Task SaveAsync(string node, StepState state, object? memory = null, long? done = null, long? all = null, string? detail = null)
    {
        var row = RowOf(node);
        row.State = state;
        row.Memory = memory is null ? row.Memory : JsonSerializer.Serialize(memory);
        (row.Done, row.All) = (done ?? row.Done, all ?? row.All);
        row.Detail = detail;
        row.EndedAt = state is StepState.Done or StepState.Skipped or StepState.Failed or StepState.Undone or StepState.UndoFailed ? time.GetUtcNow() : null;
        await WriteAsync(row);
    }

    /// <summary>Between two pieces of work: whether somebody wants it to stop, the lease is still ours, and the server well enough.</summary>
    public async Task BreatheAsync()
    {
        for (var isSlow = false; ;)
        {
            if (await table.LookAsync(lease, cancellationToken) is not { } row)
            {
                throw new StepInterruption(new StepEnd.Lost());
            }
            _throttle = row.ToOperation().Throttle;
            if (row.Wish == OperationWish.Pause)
            {
                throw new StepInterruption(new StepEnd.Paused("Somebody asked it to pause."));
            }
            if (_throttle.MostMinutes > 0 && row.State != OperationState.RollingBack && time.GetUtcNow() - row.StartedAt > TimeSpan.FromMinutes(_throttle.MostMinutes))
            {
                throw new StepInterruption(new StepEnd.Paused(string.Create(
                    CultureInfo.InvariantCulture, $"It was approved more than {_throttle.MostMinutes} minutes ago, and that is where it stops. Allow it more, or undo it.")));
            }
            var (verdict, reason) = WorkingHours.Read(_throttle.Hours, _throttle.TimeZone) is { } hours && !hours.Holds(time.GetUtcNow())
                ? (GuardVerdict.Slow, $"It works from {hours}.")
                : await OperationGuard.JudgeAsync(server, _throttle, operation.Definition, cancellationToken);
            if (verdict == GuardVerdict.Stop)
            {
                throw new StepInterruption(new StepEnd.Paused($"The server is not well: {reason} Nothing was undone; go on when it is."));
            }
            // A roll-back is not to wait for better times, only to stop where going on would do harm.
            if (verdict == GuardVerdict.Fine || row.State == OperationState.RollingBack)
            {
                if (isSlow)
                {
                    await MoveAsync(changed => (changed.State, changed.Detail) = (OperationState.Running, null), []);
                }
                break;
            }
            if (!isSlow)
            {
                isSlow = true;
                await MoveAsync(changed => (changed.State, changed.Detail) = (OperationState.Throttled, reason), [new NewEvent("Prickle", "throttled", reason, number)]);
            }
            await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
        }
        if (_throttle.PauseMilliseconds > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_throttle.PauseMilliseconds), time, cancellationToken);
        }
    }

    /// <summary>Asks a node; what passes by itself is waited for.</summary>
    public async Task<NodeTable> AskAsync(OperationNode node, string sql, params (string, string)[] values)
    {
        for (var begun = time.GetTimestamp(); ;)
        {
            switch (await server.RunAsync(node, new NodeStatement(sql) { Values = values, Settings = [LongStatements], Deadline = TimeSpan.FromMinutes(30) }, cancellationToken))
            {
                case NodeReply.Answered answered:
                    return answered.Table;
                case NodeReply.Failed { Failure: var failure }:
                    await AfterAsync(node, failure, time.GetElapsedTime(begun) < Patience);
                    break;
            }
        }
    }

    /// <summary>One value of one row; empty where there is none.</summary>
    public async Task<string> ValueAsync(OperationNode node, string sql, params (string, string)[] values)
    {
        var table = await AskAsync(node, sql, values);
        return table.Count == 0 ? "" : table.Rows.First().Text(table.Columns[0].Name);
    }

    /// <summary>Whether a SELECT of one value gives something other than 0.</summary>
    public async Task<bool> IsTrueAsync(OperationNode node, string sql) => await ValueAsync(node, sql) is not ("" or "0" or "false");

    /// <summary>What a node has under a name; null where it has nothing.</summary>
    public async Task<TableFacts?> FindAsync(OperationNode node, string database, string name)
    {
        for (var begun = time.GetTimestamp(); ;)
        {
            var (facts, failure) = await server.FindAsync(node, database, name, cancellationToken);
            if (failure is null)
            {
                return facts;
            }
            await AfterAsync(node, failure, time.GetElapsedTime(begun) < Patience);
        }
    }

    /// <summary>Where a table is.</summary>
    public async Task<TablePlaces> PlacesAsync(string database, string name)
    {
        var places = new List<TableNode>();
        foreach (var node in server.Nodes)
        {
            if (await FindAsync(node, database, name) is { } facts)
            {
                places.Add(new TableNode(node, facts));
            }
        }
        return new TablePlaces(places);
    }

    /// <summary>
    /// Sends a statement that changes something. It has a name that is written down before, so that whoever comes after a crash
    /// waits for it instead of sending it twice; what a broken connection leaves open is decided by the check.
    /// </summary>
    /// <param name="isDone">Whether what it does is there. Null for what may be done again without harm.</param>
    public async Task SendAsync(OperationNode node, string sql, Func<Task<bool>>? isDone = null, bool isHeavy = false)
    {
        for (var tries = 1; ; tries++)
        {
            await WaitForOthersAsync(node);
            if (isDone is not null && await isDone())
            {
                return;
            }
            var row = RowOf(node.Label);
            row.Sent++;
            var queryId = $"{PrefixOf(node)}{row.Sent}";
            await WriteAsync(row);
            var (reply, isLost) = await RunAsync(node, queryId, sql, isHeavy);
            var failure = (reply as NodeReply.Failed)?.Failure;
            await NoteAsync(new NewEvent("Prickle", failure is null && !isLost ? "ran" : "tried", failure?.Message, number, node.Label, sql, queryId));
            if (failure is null && !isLost)
            {
                return;
            }
            // Unknown is not failed: an old server goes on when its client has gone. The next round waits for it and looks.
            var isUnknown = isLost || failure!.IsUncertain;
            if (tries >= MostTries || !(isUnknown || IsPassing(failure!)))
            {
                throw new StepInterruption(new StepEnd.Failed($"{node.Label}: {failure?.Message ?? "The connection was lost again and again."}"));
            }
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, tries))), time, cancellationToken);
        }
    }

    /// <summary>Writes something down that happened.</summary>
    public Task NoteAsync(NewEvent entry) => MoveAsync(null, [entry]);

    async Task<(NodeReply? Reply, bool IsLost)> RunAsync(OperationNode node, string queryId, string sql, bool isHeavy)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var statement = new NodeStatement(sql)
        {
            QueryId = queryId,
            Deadline = Longest,
            Settings = isHeavy && _throttle.Threads > 0 ? [LongStatements, ("max_threads", _throttle.Threads.ToString(CultureInfo.InvariantCulture))] : [LongStatements],
        };
        var running = server.RunAsync(node, statement, giveUp.Token);
        for (var missed = 0; await Task.WhenAny(running, Task.Delay(Look, time, cancellationToken)) != running;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await table.RenewAsync(lease, cancellationToken))
            {
                throw new StepInterruption(new StepEnd.Lost());
            }
            // A connection can be dead without telling: a statement that the node does not know any more has ended.
            missed = await IsAtWorkAsync(node, queryId) == false ? missed + 1 : 0;
            if (missed == 15)
            {
                await giveUp.CancelAsync();
                await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return (null, true);
            }
        }
        return (await running, false);
    }

    async Task WaitForOthersAsync(OperationNode node)
    {
        for (var begun = time.GetTimestamp(); await IsAtWorkAsync(node, PrefixOf(node)) is var isAtWork && isAtWork != false;)
        {
            if (isAtWork is null && time.GetElapsedTime(begun) > Patience)
            {
                throw new StepInterruption(new StepEnd.Failed($"{node.Label} does not answer, so what became of a statement there is not known."));
            }
            if (await table.LookAsync(lease, cancellationToken) is null || !await table.RenewAsync(lease, cancellationToken))
            {
                throw new StepInterruption(new StepEnd.Lost());
            }
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>Whether a statement whose id begins so is at work; null where the node does not say.</summary>
    async Task<bool?> IsAtWorkAsync(OperationNode node, string queryId) =>
        await server.AskAsync(node, "SELECT count() AS n FROM system.processes WHERE startsWith(query_id, {id:String})", cancellationToken, ("id", queryId)) is NodeReply.Answered answered
            ? answered.Table.Rows.First().Number("n") > 0 : null;

    string PrefixOf(OperationNode node) =>
        string.Create(CultureInfo.InvariantCulture, $"prickle-operation-{operation.Id:n}-{number}-{server.Nodes.ToList().IndexOf(node)}-");

    async Task AfterAsync(OperationNode node, NodeFailure failure, bool mayWait)
    {
        if (!mayWait || !(failure.IsUncertain || IsPassing(failure)))
        {
            throw new StepInterruption(new StepEnd.Failed($"{node.Label}: {failure.Message}"));
        }
        if (!await table.RenewAsync(lease, cancellationToken))
        {
            throw new StepInterruption(new StepEnd.Lost());
        }
        await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
    }

    /// <summary>Network, too much to do, no memory just now, Keeper away for a moment: worth another try.</summary>
    static bool IsPassing(NodeFailure failure) =>
        failure.Kind is NodeFailureKind.Unreachable or NodeFailureKind.Overloaded || failure.Code is 159 or 202 or 209 or 210 or 225 or 241 or 242 or 252 or 999;

    Task WriteAsync(OperationStepRow row) => WriteAsync(null, row, []);

    Task MoveAsync(Action<OperationRow>? change, IReadOnlyList<NewEvent> entries) => WriteAsync(change, null, entries);

    async Task WriteAsync(Action<OperationRow>? change, OperationStepRow? row, IReadOnlyList<NewEvent> entries)
    {
        if (!await table.WorkAsync(lease, change, row, entries, cancellationToken))
        {
            throw new StepInterruption(new StepEnd.Lost());
        }
    }
}
