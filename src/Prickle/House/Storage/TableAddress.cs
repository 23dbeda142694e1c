using Prickle.House.Frame;

namespace Prickle.House.Storage;

/// <summary>Where the page of a table is. Names may be anything, so they are no part of the path.</summary>
static class TableAddress
{
    public static string Of(Guid server, string database, string table, Uri? node = null) =>
        HouseSections.Of(server, $"storage/table?database={Uri.EscapeDataString(database)}&table={Uri.EscapeDataString(table)}{(node is null ? "" : $"&node={Uri.EscapeDataString(node.Authority)}")}");
}
