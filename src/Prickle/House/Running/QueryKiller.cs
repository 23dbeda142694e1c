using System.Collections.Concurrent;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Running;

/// <summary>Ends statements, and does not say so before they are gone.</summary>
sealed class QueryKiller(ServerDirectory servers, Fleet fleet, ActivityLog activity, TimeProvider time)
{
    public const int MostAtOnce = 100;

    static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    static readonly SystemQuery<string> UsersOf = new(_ => "", row => row.Text("user"));

    readonly ConcurrentDictionary<Guid, QueryKill> _kills = new();

    /// <summary>Begins to end statements; how far each is tells <see cref="Find"/>.</summary>
    public async Task<Outcome<IReadOnlyList<QueryKill>>> StartAsync(
        OrganizationGrant grant, Guid serverId, IReadOnlyList<KillTarget> targets, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Refusal.Denied("Ending statements takes the role of an admin.");
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (targets.Count is 0 or > MostAtOnce)
        {
            return Refusal.Invalid("queries", $"Name from 1 to {MostAtOnce} statements.");
        }
        if (targets.FirstOrDefault(target => !server.Nodes.Contains(target.Node)) is { } stray)
        {
            return Refusal.Invalid("node", $"{server.Name} has no node {stray.Node}.");
        }
        if (!server.Has(Account.Operator))
        {
            return Refusal.Denied($"{server.Name} has no operator's account, so nothing can be ended there: name one in its settings.");
        }
        Forget();
        var now = time.GetUtcNow();
        var kills = targets.Select(target => new QueryKill(Guid.CreateVersion7(now), server.Id, grant.OrganizationId, target, KillState.Asked, null, now, now)).ToList();
        foreach (var kill in kills)
        {
            _kills[kill.Id] = kill;
            _ = RunAsync(grant, server, kill);
        }
        return kills;
    }

    /// <summary>How far an attempt is; null where there is none, or it was more than an hour ago.</summary>
    public QueryKill? Find(int organizationId, Guid serverId, Guid id) =>
        _kills.GetValueOrDefault(id) is { } kill && kill.OrganizationId == organizationId && kill.Server == serverId ? kill : null;

    async Task RunAsync(OrganizationGrant grant, WatchedServer server, QueryKill kill)
    {
        var (state, detail) = await EndAsync(server, kill);
        // The trace is there before the answer: whoever sees how it ended finds it in the log.
        await activity.RecordAsync(new ActivityEntry
        {
            OrganizationId = grant.OrganizationId,
            Actor = grant.Actor,
            Verb = ActivityVerb.Deleted,
            Resource = Resource.House,
            ItemId = $"{server.Id}",
            ItemName = $"Query on {server.Name}",
            After = new { Node = kill.Target.Node.Authority, kill.Target.User, QueryId = kill.Target.QueryId ?? kill.Target.ProcessId, Outcome = $"{state}", Detail = detail },
        }, CancellationToken.None);
        Set(kill, state, detail);
    }

    async Task<(KillState State, string? Detail)> EndAsync(WatchedServer server, QueryKill kill)
    {
        var target = kill.Target;
        // Read just before: the page may be old, and the id that of another by now.
        switch (await UserAsync(server, target))
        {
            case (_, { } failure):
                return (StateOf(failure), failure.Message);
            case (null, _):
                return (KillState.NoSuchQuery, "It had ended before.");
            case ({ } user, _) when user != target.User:
                return (KillState.NoSuchQuery, $"It had ended before; the id is that of a statement of {user} now, which was left alone.");
        }
        var reply = await fleet.RunAsync(server, target.Node, Statement("KILL QUERY WHERE query_id = {id:String} AND user = {user:String} ASYNC", ("id", target.ProcessId), ("user", target.User)), Account.Operator);
        switch (reply)
        {
            // Whether it reached the node is seen by whether the statement goes.
            case NodeReply.Failed { Failure: { IsUncertain: false } failure }:
                return (StateOf(failure), failure.Message);
            case NodeReply.Answered { Table.Count: 0 }:
                return (KillState.NoSuchQuery, "It had ended before.");
        }
        Set(kill, KillState.Cancelling, null);
        return await WaitAsync(server, target);
    }

    async Task<(KillState State, string? Detail)> WaitAsync(WatchedServer server, KillTarget target)
    {
        for (var begun = time.GetTimestamp(); time.GetElapsedTime(begun) < Patience;)
        {
            if (await UserAsync(server, target) is (var user, null) && user != target.User)
            {
                return (KillState.Gone, null);
            }
            await Task.Delay(Pause, time);
        }
        return (KillState.StillRunning, "The node was asked and has not ended it within a minute. Some statements stop only at the end of a step.");
    }

    /// <summary>Whose statement has the id now; null for nobody's.</summary>
    async Task<(string? User, NodeFailure? Failure)> UserAsync(WatchedServer server, KillTarget target)
    {
        var question = UsersOf with { Write = _ => Statement("SELECT user FROM system.processes WHERE query_id = {id:String}", ("id", target.ProcessId)) };
        return await fleet.AskNodeAsync(server, target.Node, question, Account.Operator) switch
        {
            NodeAnswer<string>.Rows { Items: var users } => (users.Count > 0 ? users[0] : null, null),
            NodeAnswer<string>.Failed failed => (null, failed.Failure),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static NodeStatement Statement(string sql, params (string, string)[] values) => new(sql) { Values = values, Deadline = TimeSpan.FromSeconds(5) };

    static KillState StateOf(NodeFailure failure) => failure.Kind is NodeFailureKind.Readonly or NodeFailureKind.Denied or NodeFailureKind.WrongPassword ? KillState.Refused : KillState.Failed;

    void Set(QueryKill kill, KillState state, string? detail) => _kills[kill.Id] = kill with { State = state, Detail = detail, ChangedAt = time.GetUtcNow() };

    void Forget()
    {
        var oldest = time.GetUtcNow() - KeptFor;
        foreach (var kill in _kills.Values.Where(kill => kill.IsOver && kill.ChangedAt < oldest))
        {
            _kills.TryRemove(kill.Id, out _);
        }
    }
}
