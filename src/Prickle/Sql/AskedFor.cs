using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Sql;

/// <summary>For what of a project the store is asked. ClickHouse keeps it in its own log, where House reads it.</summary>
/// <param name="Insight">The short id of a saved insight.</param>
/// <param name="Dashboard">The dashboard on which it stands.</param>
/// <param name="Tile">Its tile there.</param>
public sealed record AskedFor(string? Insight = null, int? Dashboard = null, int? Tile = null)
{
    /// <summary>Notes it with every statement that is sent until what is given back is disposed.</summary>
    public IDisposable Note() => StatementNotes.Add(("insight", Insight ?? ""), ("dashboard", Text(Dashboard)), ("tile", Text(Tile)));

    static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
