namespace Prickle.Sql.Running;

/// <summary>What a statement may see: the database of a project, over tables that the engine filters by that project.</summary>
/// <param name="TimeZone">The project's: in it days begin, and texts are read as times.</param>
/// <param name="TableNames">The views and tables in the database.</param>
/// <param name="FilteredTables">Every table with a column project_id, with its database: the engine lets through one project's rows.</param>
/// <param name="IsEmpty">No row at all is let through: for looking at a statement without its data.</param>
sealed record SandboxScope(
    int ProjectId, string Database, string TimeZone, IReadOnlySet<string> TableNames, IReadOnlyList<string> FilteredTables, bool IsEmpty = false)
{
    /// <summary>The setting additional_table_filters.</summary>
    public string TableFilters =>
        $"{{{string.Join(',', FilteredTables.Select(table => $"'{table}':'{(IsEmpty ? "0" : $"project_id = {ProjectId}")}'"))}}}";
}
