using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Operations.Running;

/// <summary>A dry run at work: asks nodes, changes nothing, and knows of tables that steps before would have made.</summary>
sealed class StepPlanning(OperationServer server, OperationDefinition definition, CancellationToken cancellationToken)
{
    readonly Dictionary<(string Database, string Name), TablePlaces> _made = [];
    readonly List<OperationFinding> _findings = [];

    public OperationServer Server => server;
    public OperationDefinition Definition => definition;
    public IReadOnlyList<OperationFinding> Findings => _findings;
    public CancellationToken Stopping => cancellationToken;

    /// <summary>The step that is planned now.</summary>
    public int Number { get; set; }

    public void Find(FindingWeight weight, string text) => _findings.Add(new OperationFinding(weight, text, Number));

    /// <summary>Where a table is, or would be.</summary>
    public async Task<TablePlaces> PlacesAsync(string database, string name)
    {
        if (_made.TryGetValue((database, name), out var made))
        {
            return made;
        }
        var places = new List<TableNode>();
        foreach (var node in server.Nodes)
        {
            var (facts, failure) = await server.FindAsync(node, database, name, cancellationToken);
            if (failure is not null)
            {
                Find(FindingWeight.Error, $"{node.Label} could not be looked at: {failure.Message}");
            }
            else if (facts is not null)
            {
                places.Add(new TableNode(node, facts));
            }
        }
        return new TablePlaces(places);
    }

    /// <summary>Two tables that have to be there; null where one is not, which becomes a finding.</summary>
    public async Task<(TablePlaces From, TablePlaces To)?> BothAsync(string database, string from, string to)
    {
        var (one, other) = (await PlacesAsync(database, from), await PlacesAsync(database, to));
        if (!one.IsNowhere && !other.IsNowhere)
        {
            return (one, other);
        }
        Find(FindingWeight.Error, $"There is no table {database}.{(one.IsNowhere ? from : to)}.");
        return null;
    }

    /// <summary>From here on a table is there, or, with none, not any more.</summary>
    public void Make(string database, string name, TablePlaces places) => _made[(database, name)] = places;

    /// <summary>Whether a name is free everywhere.</summary>
    public async Task<bool> IsFreeAsync(string database, string name) => (await PlacesAsync(database, name)).IsNowhere;

    /// <summary>What a node says; null where it refuses, which becomes a finding.</summary>
    public async Task<NodeTable?> AskAsync(OperationNode node, string sql, params (string, string)[] values)
    {
        switch (await server.AskAsync(node, sql, cancellationToken, values))
        {
            case NodeReply.Answered answered:
                return answered.Table;
            case NodeReply.Failed failed:
                Find(FindingWeight.Error, $"{node.Label}: {failed.Failure.Message}");
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>How long writing so many rows takes, by how fast parts of the table were written in the last week; null where the log does not tell.</summary>
    public async Task<double?> SecondsAsync(TableNode place)
    {
        if (await server.CapabilitiesAsync(place.Node, cancellationToken) is not { } capabilities || !capabilities.Has("part_log") || place.Table.Rows == 0)
        {
            return null;
        }
        var reply = await server.AskAsync(
            place.Node,
            "SELECT sum(rows) AS rows, sum(duration_ms) AS ms FROM system.part_log WHERE event_date >= today() - 7 AND database = {database:String} AND table = {table:String} "
            + "AND toString(event_type) IN ('MERGE_PARTS', 'MergeParts') AND rows > 1000", cancellationToken, ("database", place.Table.Database), ("table", place.Table.Name));
        return reply is NodeReply.Answered { Table: { Count: 1 } table } && table.Rows.First() is var row && row.Number("rows") > 0 && row.Number("ms") > 0
            ? place.Table.Rows / (row.Number("rows") / (row.Number("ms") / 1000d)) : null;
    }
}
