using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Health;

/// <summary>An entry of Keeper's tree.</summary>
/// <param name="Value">Cut after <see cref="KeeperTree.LongestValue"/> characters.</param>
/// <param name="Bytes">Of the value, whole.</param>
sealed record KeeperEntry(string Name, string Path, string Value, long Bytes, long Children, DateTimeOffset? CreatedAt, DateTimeOffset? ChangedAt)
{
    public bool IsCut => Value.Length >= KeeperTree.LongestValue;
}

/// <summary>Paths in Keeper.</summary>
static class KeeperPath
{
    public const string Top = "/";
    public const string Expected = "A path begins with a slash, has no empty part and no slash at its end, and at most 1,000 characters: /clickhouse/task_queue.";
    const int Longest = 1000;

    /// <summary>A path as somebody gives it; null where it is none. Whatever its parts hold, it is a value to the server.</summary>
    public static string? Read(string? text) => string.IsNullOrEmpty(text) ? Top
        : text == Top || (text.Length <= Longest && text[0] == '/' && text[^1] != '/' && !text.Contains("//", StringComparison.Ordinal) && !text.Contains('\0')) ? text : null;

    public static string Below(string path, string name) => path == Top ? $"/{name}" : $"{path}/{name}";

    /// <summary>A path and what is above it, from the top.</summary>
    public static IReadOnlyList<(string Name, string Path)> Steps(string path)
    {
        var steps = new List<(string, string)> { ("Keeper", Top) };
        var at = Top;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = Below(at, name);
            steps.Add((name, at));
        }
        return steps;
    }
}

/// <summary>Looks at Keeper through a node: all of a cluster see the same, so one is asked.</summary>
sealed class KeeperTree(Fleet fleet)
{
    public const int LongestValue = 20_000;
    const int Most = 10_000;

    /// <summary>What is below a path. The nodes before the one that answered are named with their reasons.</summary>
    /// <param name="server">Whose nodes.</param>
    /// <param name="node">Host and port of the one to ask; null for the first that answers.</param>
    /// <param name="path">Read by <see cref="KeeperPath.Read"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<FleetAnswer<KeeperEntry>> ListAsync(WatchedServer server, string? node, string path, CancellationToken cancellationToken)
    {
        var answers = new List<NodeAnswer<KeeperEntry>>();
        foreach (var one in server.Nodes.Where(one => node is null || one.Authority == node))
        {
            var answer = await fleet.AskNodeAsync(server, one, Question(path), Account.Monitor, cancellationToken);
            answers.Add(answer);
            // What one refuses the next would refuse too; one that is away says nothing about Keeper.
            if (answer is not NodeAnswer<KeeperEntry>.Failed { Failure.IsAway: true })
            {
                break;
            }
        }
        return new FleetAnswer<KeeperEntry>(answers);
    }

    static SystemQuery<KeeperEntry> Question(string path) => new(
        capabilities => !capabilities.Has("zookeeper") ? ReplicationLists.NoKeeper
            : new NodeStatement(
                $$"""
                SELECT name, substring(value, 1, {{LongestValue}}) AS text, dataLength AS bytes, numChildren AS children, toUInt32(ctime) AS made, toUInt32(mtime) AS changed
                FROM system.zookeeper WHERE path = {{(capabilities.TakesParameters ? "{path:String}" : NodeSql.Literal(path))}} ORDER BY name LIMIT {{Most}}
                """)
            // Old servers send values as a table, and take nothing but a text here.
            { Values = capabilities.TakesParameters ? [("path", path)] : [], Settings = [("max_execution_time", "10")] },
        row => new KeeperEntry(row.Text("name"), KeeperPath.Below(path, row.Text("name")), row.Text("text"), row.Number("bytes"), row.Number("children"), row.Moment("made"), row.Moment("changed")));
}
