using Prickle.House.Frame;

namespace Prickle.House.Operations.Running;

/// <summary>A column, as far as copying it goes.</summary>
sealed record ColumnFacts(string Name, string Type, string DefaultKind)
{
    /// <summary>Whether it is written: others are computed from those.</summary>
    public bool IsWritten => DefaultKind is "" or "DEFAULT";
}

/// <summary>A table at a node.</summary>
/// <param name="Shape">Null for a view, or what cannot be taken apart.</param>
/// <param name="Path">Where its replicas meet in Keeper; empty where it is not replicated.</param>
/// <param name="IsAtomic">Its database can exchange two tables at once.</param>
sealed record TableFacts(string Database, string Name, TableShape? Shape, IReadOnlyList<ColumnFacts> Columns, string Path, bool IsAtomic, string Uuid, long Rows, long Bytes, long Parts)
{
    public string Sql => NodeSql.Quote(Database, Name);

    /// <summary>What is written, in this table and in another one: what can be copied from here to there.</summary>
    public IReadOnlyList<string> ColumnsInto(TableFacts to) =>
        [.. to.Columns.Where(column => column.IsWritten && Columns.Any(own => own.Name == column.Name && own.DefaultKind is not "EPHEMERAL")).Select(column => NodeSql.Quote(column.Name))];
}

/// <summary>A node that has a table.</summary>
sealed record TableNode(OperationNode Node, TableFacts Table);

/// <summary>Where a table is: nodes that share its data stand together, each group with the one that is told first.</summary>
sealed record TablePlaces(IReadOnlyList<TableNode> All)
{
    public bool IsNowhere => All.Count == 0;

    /// <summary>One group for each part of the data. Tables that are not replicated are a group each.</summary>
    public IReadOnlyList<IReadOnlyList<TableNode>> Shards =>
        [.. All.GroupBy(place => place.Table.Path.Length > 0 ? place.Table.Path : place.Node.Label).Select(group => (IReadOnlyList<TableNode>)[.. group])];

    /// <summary>One node of each group.</summary>
    public IReadOnlyList<TableNode> Leaders => [.. Shards.Select(shard => shard[0])];

    /// <summary>The nodes on which a statement is to run.</summary>
    public IReadOnlyList<TableNode> For(StepNodes nodes) => nodes == StepNodes.Each ? All : Leaders;
}

/// <summary>A node, by its address and what it is called.</summary>
sealed record OperationNode(Uri Address, string Label);
