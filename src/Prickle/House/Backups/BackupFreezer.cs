using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Backups.Work;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Backups;

/// <summary>What servers without BACKUP have in its place: FREEZE, which keeps the files of a table beside it, on the same disk.</summary>
sealed partial class BackupFreezer(ServerDirectory servers, BackupNodes nodes, ActivityLog activity)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static readonly Func<BackupTable, SystemQuery<string>> Paths = table => new SystemQuery<string>(
        capabilities => new NodeStatement(
            $"SELECT DISTINCT path FROM (SELECT {(capabilities.Has("parts", "path") ? "path" : "''")} AS path FROM system.parts WHERE active AND database = {{database:String}} AND table = {{table:String}})")
        {
            Values = [("database", table.Database), ("table", table.Name)],
        },
        row => row.Text("path"));

    /// <summary>Freezes a table on a node, and says where its files are.</summary>
    public async Task<Outcome<FrozenTable>> FreezeAsync(OrganizationGrant grant, Guid serverId, string? nodeName, BackupTable table, string name, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Refusal.Denied("Freezing a table takes the role of an admin.");
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (!server.Has(Account.Operator))
        {
            return Refusal.Denied($"{server.Name} has no operator's account, so nothing can be frozen there: name one in its settings.");
        }
        if (BackupNodes.NodeOf(server, nodeName) is not { } node)
        {
            return Refusal.Invalid("node", $"{server.Name} has no node {nodeName}.");
        }
        if (!FreezeName.IsMatch(name))
        {
            return Refusal.Invalid("name", "Give it a name of letters, digits and underscores, at most 64: it becomes the name of a folder.");
        }
        if (await nodes.AskAsync(server, node, Paths(table), cancellationToken) is not NodeAnswer<string>.Rows { Items: var paths })
        {
            return new Refusal(RefusalReason.Unavailable, $"{node.Authority} does not answer. Nothing was done.");
        }
        var reply = await nodes.RunAsync(server, node, $"ALTER TABLE {BackupSql.Quote(table)} FREEZE WITH NAME {NodeSql.Literal(name)}", Patience, cancellationToken);
        var failure = (reply as NodeReply.Failed)?.Failure;
        await activity.RecordAsync(new ActivityEntry
        {
            OrganizationId = grant.OrganizationId,
            Actor = grant.Actor,
            Verb = ActivityVerb.Created,
            Resource = Resource.House,
            ItemId = $"{server.Id}",
            ItemName = $"Frozen table on {server.Name}",
            After = new { Node = node.Authority, Table = table.ToString(), Name = name, Outcome = failure?.Message ?? "Done" },
        }, CancellationToken.None);
        return failure is not null ? new Refusal(failure.IsUncertain ? RefusalReason.Unavailable : RefusalReason.InvalidInput, failure.Message, "table")
            : new FrozenTable(node.Authority, table, name, [.. paths.Select(path => ShadowOf(path, name)).OfType<string>().Distinct()]);
    }

    /// <summary><c>/var/lib/clickhouse/data/db/t/part/</c> is frozen to <c>/var/lib/clickhouse/shadow/name/data/db/t/</c>.</summary>
    static string? ShadowOf(string part, string name)
    {
        var folder = part.TrimEnd('/');
        var (table, at) = (Path.GetDirectoryName(folder), Math.Max(folder.LastIndexOf("/data/", StringComparison.Ordinal), folder.LastIndexOf("/store/", StringComparison.Ordinal)));
        return at < 0 || table is null ? null : $"{folder[..at]}/shadow/{name}{table[at..]}";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,64}\z")]
    static partial Regex FreezeName { get; }
}

/// <summary>Where the files of a frozen table are. They stay there, and take room, until somebody deletes them.</summary>
sealed record FrozenTable(string Node, BackupTable Table, string Name, IReadOnlyList<string> Paths);
