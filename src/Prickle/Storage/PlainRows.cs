using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Prickle.Storage;

/// <summary>Reads from the rows of plain SQL what the two providers keep in forms of their own.</summary>
public static class PlainRows
{
    /// <summary>A list: an array of PostgreSQL, JSON in SQLite.</summary>
    public static List<T>? ListOrNull<T>(this DbDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null
        : row is SqliteDataReader ? JsonSerializer.Deserialize<List<T>>(row.GetString(ordinal))
        : row.GetFieldValue<List<T>>(ordinal);

    /// <summary>A moment: Unix milliseconds in SQLite.</summary>
    public static DateTimeOffset? MomentOrNull(this DbDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null
        : row is SqliteDataReader ? DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(ordinal))
        : row.GetFieldValue<DateTimeOffset>(ordinal);
}
