using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Health;

/// <summary><c>…/house/servers/{server}/health</c>, <c>/log</c> and <c>/settings</c>.</summary>
static class HealthEndpoints
{
    static readonly TimeSpan LookBack = TimeSpan.FromHours(24);

    public static void Map(RouteGroupBuilder server)
    {
        server.MapGet("/health", Lists).Requires(Resource.House, Level.Read).WithSummary("Names the lists that nodes give of themselves: merges, mutations, replicas, queues, errors, users …");
        server.MapGet("/health/{list}", ListAsync).Requires(Resource.House, Level.Read).WithSummary("One of these lists, over all nodes")
            .WithDescription("Cells by the keys that `/health` names. Nodes that gave no answer, or lack what it takes, are named with the reason.");
        server.MapGet("/log", LogAsync).Requires(Resource.House, Level.Read).WithSummary("Lines of the server's log, the newest first")
            .WithDescription("`level` (several with commas), `text` somewhere in the message, `from` and `to` (ISO 8601; the last day without them). `limit` and `offset` hold for each node.");
        server.MapGet("/keeper", KeeperAsync).Requires(Resource.House, Level.Read).WithSummary("What is below a path in Keeper, as the first node that answers sees it")
            .WithDescription("`path` begins with a slash; without it the top of the tree. `node` is host and port of a node to ask instead. Values are cut after 20,000 characters.");
        server.MapGet("/settings", SettingsAsync).Requires(Resource.House, Level.Read).WithSummary("Settings that differ between nodes, or from the default");
    }

    static ApiPage<HealthListItem> Lists(OrganizationGrant grant, Guid server, Paging paging, HttpRequest request) => paging.PageOf(request,
        [.. HealthList.All.Select(list => new HealthListItem(list.Key, list.Group, list.Title, [.. list.Columns.Select(column => new HealthColumnItem(column.Key, column.Title, column.Kind))]))]);

    static async Task<Results<Ok<FleetItem<IReadOnlyDictionary<string, object?>>>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, string list, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        return HealthList.All.FirstOrDefault(one => one.Key == list) is { } wanted
            ? TypedResults.Ok(FleetItem<IReadOnlyDictionary<string, object?>>.Of(await wanted.AskAsync(fleet, found, cancellationToken), row => row.Cells))
            : ApiProblem.NotFound("There is no such list.");
    }

    static async Task<Results<Ok<FleetItem<LogLineItem>>, ProblemHttpResult>> LogAsync(
        OrganizationGrant grant, Guid server, Paging paging, ServerDirectory servers, Fleet fleet, TimeProvider time, CancellationToken cancellationToken,
        [FromQuery] string? level = null, [FromQuery] string? text = null, [FromQuery] DateTimeOffset? from = null, [FromQuery] DateTimeOffset? to = null)
    {
        var levels = (level ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => LogFilter.AllLevels.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))).ToList();
        if (levels.Contains(null))
        {
            return ApiProblem.Invalid("level", $"Levels are {string.Join(", ", LogFilter.AllLevels)}.");
        }
        if (text is { Length: > 1000 })
        {
            return ApiProblem.Invalid("text", "A text to look for has at most 1,000 characters.");
        }
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        var until = to ?? time.GetUtcNow();
        var filter = new LogFilter([.. levels.OfType<string>()], text ?? "", from ?? until - LookBack, until);
        var answer = await fleet.AskAsync(found, filter.Question(paging.Offset, paging.Limit), Account.Monitor, cancellationToken);
        return TypedResults.Ok(FleetItem<LogLineItem>.Of(answer, line => new LogLineItem(line.At, line.Level, line.Logger, line.Message, line.QueryId)));
    }

    static async Task<Results<Ok<FleetItem<KeeperItem>>, ProblemHttpResult>> KeeperAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, KeeperTree keeper, CancellationToken cancellationToken, [FromQuery] string? path = null, [FromQuery] string? node = null)
    {
        if (KeeperPath.Read(path) is not { } wanted)
        {
            return ApiProblem.Invalid("path", KeeperPath.Expected);
        }
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        if (node is not null && found.Nodes.All(one => one.Authority != node))
        {
            return ApiProblem.Invalid("node", "This server has no such node.");
        }
        return TypedResults.Ok(FleetItem<KeeperItem>.Of(await keeper.ListAsync(found, node, wanted, cancellationToken), KeeperItem.Of));
    }

    static async Task<Results<Ok<ApiPage<SettingItem>>, ProblemHttpResult>> SettingsAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken) =>
        await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is { } found
            ? TypedResults.Ok(paging.PageOf(request, [.. SettingsDrift.Of(found, await fleet.AskAsync(found, SettingsDrift.Question, Account.Monitor, cancellationToken))
                .Select(line => new SettingItem(line.Kind, line.Name, line.Values, line.Differs))]))
            : NotFound;

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Server not found.");
}

/// <summary>A list that nodes give of themselves.</summary>
sealed record HealthListItem(string Key, string Group, string Title, IReadOnlyList<HealthColumnItem> Columns);

/// <summary>A column of such a list.</summary>
sealed record HealthColumnItem(string Key, string Title, CellKind Kind);

/// <summary>A line of a server's log.</summary>
sealed record LogLineItem(DateTimeOffset? At, string Level, string Logger, string Message, string QueryId);

/// <summary>An entry below a path in Keeper.</summary>
sealed record KeeperItem(string Name, string Path, string Value, long Bytes, long Children, DateTimeOffset? CreatedAt, DateTimeOffset? ChangedAt)
{
    public static KeeperItem Of(KeeperEntry entry) => new(entry.Name, entry.Path, entry.Value, entry.Bytes, entry.Children, entry.CreatedAt, entry.ChangedAt);
}

/// <summary>A setting with its value on each node.</summary>
sealed record SettingItem(string Kind, string Name, IReadOnlyDictionary<string, string> Values, bool Differs);
