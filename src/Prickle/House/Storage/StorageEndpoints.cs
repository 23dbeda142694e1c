using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Advice;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Storage;

/// <summary><c>…/house/servers/{server}/tables</c>, <c>/columns</c>, <c>/partitions</c>, <c>/parts</c>, <c>/detached_parts</c>, <c>/disks</c> and <c>/advice</c>.</summary>
static class StorageEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        server.MapGet("/tables", TablesAsync).Requires(Resource.House, Level.Read).WithSummary("Lists the tables of a server with what they take, over all nodes or one")
            .WithDescription("`node` is host and port of one node; `search` narrows by database, table and engine. The largest first.");
        server.MapGet("/columns", (OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken, [FromQuery] string database, [FromQuery] string table) =>
                AskAsync(grant, server, servers, fleet, StorageQuestions.Columns(database, table), ColumnItem.Of, cancellationToken))
            .Requires(Resource.House, Level.Read).WithSummary("The columns of a table with what they take on each node");
        server.MapGet("/partitions", (OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken, [FromQuery] string database, [FromQuery] string table) =>
                AskAsync(grant, server, servers, fleet, StorageQuestions.Partitions(database, table), PartitionItem.Of, cancellationToken))
            .Requires(Resource.House, Level.Read).WithSummary("The partitions of a table on each node");
        server.MapGet("/parts", PartsAsync).Requires(Resource.House, Level.Read).WithSummary("A page of the parts of a table on each node")
            .WithDescription("`order` is name, partition, rows, bytes, level or changed, with a minus for descending; `limit` and `offset` hold for each node.");
        server.MapGet("/detached_parts", (OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken, [FromQuery] string? database = null, [FromQuery] string? table = null) =>
                AskAsync(grant, server, servers, fleet, StorageQuestions.Detached(database, table), DetachedItem.Of, cancellationToken))
            .Requires(Resource.House, Level.Read).WithSummary("Parts that were put aside, of all tables or one");
        server.MapGet("/disks", (OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken) =>
                AskAsync(grant, server, servers, fleet, StorageQuestions.Disks, DiskItem.Of, cancellationToken))
            .Requires(Resource.House, Level.Read).WithSummary("The disks of each node");
        server.MapGet("/advice", AdviceAsync).Requires(Resource.House, Level.Read).WithSummary("What could be better on a server, each with the statement that makes it so");
    }

    static async Task<Results<Ok<TablePageItem>, ProblemHttpResult>> TablesAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, StorageReader reader, CancellationToken cancellationToken,
        [FromQuery] string? node = null, [FromQuery] string? search = null)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        if (node is not null && found.Nodes.All(one => one.Authority != node))
        {
            return ApiProblem.Invalid("node", "This server has no such node.");
        }
        var list = await reader.TablesAsync(found, found.Nodes.FirstOrDefault(one => one.Authority == node), cancellationToken);
        return TypedResults.Ok(new TablePageItem(
            paging.PageOf(request, [.. list.Tables.Where(table => $"{table.Database}.{table.Table} {table.Engine}".Contains(search ?? "", StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(table => table.Bytes).ThenBy(table => table.Database).ThenBy(table => table.Table).Select(TableItem.Of)]),
            NodeSaying.Of(list.Sizes)));
    }

    static async Task<Results<Ok<FleetItem<PartItem>>, ProblemHttpResult>> PartsAsync(
        OrganizationGrant grant, Guid server, Paging paging, ServerDirectory servers, Fleet fleet, [FromQuery] string database, [FromQuery] string table,
        CancellationToken cancellationToken, [FromQuery] string? order = null)
    {
        if (!Enum.TryParse<PartOrder>((order ?? "-changed").TrimStart('-'), ignoreCase: true, out var by) || int.TryParse(order, out _))
        {
            return ApiProblem.Invalid("order", "One of name, partition, rows, bytes, level and changed is expected here, with a minus in front for descending.");
        }
        return await AskAsync(grant, server, servers, fleet,
            StorageQuestions.Parts(database, table, by, order is null || order.StartsWith('-'), paging.Offset, paging.Limit), PartItem.Of, cancellationToken);
    }

    static async Task<Results<Ok<IReadOnlyList<AdvisorItem>>, ProblemHttpResult>> AdviceAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        var advice = new List<AdvisorItem>();
        foreach (var advisor in Advisor.All)
        {
            advice.Add(new AdvisorItem(advisor.Key, advisor.Title, FleetItem<FindingItem>.Of(await fleet.AskAsync(found, advisor.Question, Account.Monitor, cancellationToken), FindingItem.Of)));
        }
        return TypedResults.Ok<IReadOnlyList<AdvisorItem>>(advice);
    }

    static async Task<Results<Ok<FleetItem<TItem>>, ProblemHttpResult>> AskAsync<T, TItem>(
        OrganizationGrant grant, Guid server, ServerDirectory servers, Fleet fleet, SystemQuery<T> question, Func<T, TItem> read, CancellationToken cancellationToken) =>
        await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is { } found
            ? TypedResults.Ok(FleetItem<TItem>.Of(await fleet.AskAsync(found, question, Account.Monitor, cancellationToken), read)) : NotFound;

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Server not found.");
}
