using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Prickle.Storage;

/// <summary>
/// Plain SQL with many rows a statement, in words that SQLite and PostgreSQL both know. One round trip for a few
/// hundred rows is what makes a batch cheap.
/// </summary>
public static class MultiRow
{
    // SQLite finds each parameter by walking through the names before it: many in one statement cost their square.
    const int ParametersPerStatement = 200;

    /// <summary>Runs <c>{before} VALUES (…), (…) {after}</c> in as many statements as it takes; gives the rows affected.</summary>
    public static async Task<int> WriteAsync(
        DbConnection connection, DbTransaction transaction, string before, IReadOnlyList<object?[]> rows, string after,
        CancellationToken cancellationToken)
    {
        var affected = 0;
        if (rows.Count == 0)
        {
            return affected;
        }

        var width = rows[0].Length;
        foreach (var chunk in rows.Chunk(Math.Max(1, ParametersPerStatement / width)))
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = $"{before} VALUES {Places(chunk.Length, width)} {after}";
            AddParameters(command, chunk.SelectMany(row => row));
            affected += await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return affected;
    }

    /// <summary>Runs a query once per few hundred keys; <c>{keys}</c> in it becomes the list of parameters.</summary>
    public static async Task ReadAsync(
        DbConnection connection, string sql, object first, IEnumerable<object> keys, Action<DbDataReader> read,
        CancellationToken cancellationToken)
    {
        foreach (var chunk in keys.Chunk(ParametersPerStatement))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql.Replace(
                "{keys}", string.Join(", ", Enumerable.Range(1, chunk.Length).Select(Name)), StringComparison.Ordinal);
            AddParameters(command, [first, .. chunk]);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                read(reader);
            }
        }
    }

    static string Places(int rows, int width)
    {
        var text = new StringBuilder();
        for (var row = 0; row < rows; row++)
        {
            text.Append(row == 0 ? "(" : ", (");
            text.AppendJoin(", ", Enumerable.Range(row * width, width).Select(Name));
            text.Append(')');
        }

        return text.ToString();
    }

    static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"@p{index}");

    static void AddParameters(DbCommand command, IEnumerable<object?> values)
    {
        var index = 0;
        foreach (var value in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = Name(index++);
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
    }
}
