namespace Prickle.House.Frame;

/// <summary>Names in statements that are shown to people or run as actions; values never come this way.</summary>
static class NodeSql
{
    /// <summary>A name between back-ticks, with what would end it escaped.</summary>
    public static string Quote(string name) => $"`{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";

    /// <summary>A table with its database.</summary>
    public static string Quote(string database, string table) => $"{Quote(database)}.{Quote(table)}";

    /// <summary>A text between quotes, with what would end it escaped.</summary>
    public static string Literal(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
