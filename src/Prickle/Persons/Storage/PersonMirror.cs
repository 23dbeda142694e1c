using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Persons.Identity;
using Prickle.Storage;

namespace Prickle.Persons.Storage;

/// <summary>
/// Keeps ClickHouse's copies of persons and overrides. Changes carry this node's number; the mark says how far they
/// have been copied. What a crash left behind the mark is copied at the next start: copying twice changes nothing.
/// </summary>
sealed class PersonMirror(
    IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, OverrideRefresh overrides, ILogger<PersonMirror> logger)
{
    const int ChunkRows = 5000;

    /// <summary>Copies everything this node wrote and has not copied yet; gives the number up to which that is done.</summary>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; the mark stays.</exception>
    public async Task<long> CatchUpAsync(Guid node, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        var connection = opened.Connection;
        var mark = await MarkAsync(connection, node, cancellationToken);
        var lastOverride = await CopyOverridesAsync(connection, node, mark, cancellationToken);
        if (lastOverride > mark)
        {
            overrides.Ask();
        }

        var last = Math.Max(await CopyPersonsAsync(connection, node, mark, cancellationToken), lastOverride);
        if (last > mark)
        {
            await SetMarkAsync(connection, node, last, cancellationToken);
        }

        return last;
    }

    async Task<long> CopyPersonsAsync(DbConnection connection, Guid node, long mark, CancellationToken cancellationToken) =>
        await CopyAsync(
            connection, node, mark,
            """
            SELECT project_id, id, properties, is_identified, created_at, version, is_deleted, change_number FROM persons
            WHERE changed_by = @node AND change_number > @mark
            """,
            "persons (project_id, id, properties, is_identified, created_at, version, is_deleted)",
            (row, writer) =>
            {
                writer.WriteNumber("project_id"u8, row.GetInt32(0));
                writer.WriteString("id"u8, row.GetGuid(1));
                writer.WritePropertyName("properties"u8);
                writer.WriteRawValue(row.GetString(2), skipInputValidation: true);
                writer.WriteBoolean("is_identified"u8, row.GetBoolean(3));
                writer.WriteString("created_at"u8, Text(row.GetInt64(4)));
                writer.WriteNumber("version"u8, row.GetInt64(5));
                writer.WriteNumber("is_deleted"u8, row.GetBoolean(6) ? 1 : 0);
                return row.GetInt64(7);
            },
            cancellationToken);

    async Task<long> CopyOverridesAsync(DbConnection connection, Guid node, long mark, CancellationToken cancellationToken) =>
        await CopyAsync(
            connection, node, mark,
            """
            SELECT project_id, distinct_id, person_id, version, change_number FROM person_distinct_ids
            WHERE changed_by = @node AND change_number > @mark AND is_override
            """,
            "person_override_rows (project_id, distinct_id, person_id, version)",
            (row, writer) =>
            {
                writer.WriteNumber("project_id"u8, row.GetInt32(0));
                writer.WriteString("distinct_id"u8, row.GetString(1));
                writer.WriteString("person_id"u8, row.GetGuid(2));
                writer.WriteNumber("version"u8, row.GetInt64(3));
                return row.GetInt64(4);
            },
            cancellationToken);

    async Task<long> CopyAsync(
        DbConnection connection, Guid node, long mark, string select, string table, Func<DbDataReader, Utf8JsonWriter, long> write,
        CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = select;
        Add(command, "@node", node);
        Add(command, "@mark", mark);
        using var rows = new JsonRows();
        var last = mark;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Begin();
            last = Math.Max(last, write(reader, rows.Writer));
            rows.End();
            if (rows.Count == ChunkRows)
            {
                await SendAsync(table, rows, cancellationToken);
            }
        }

        await SendAsync(table, rows, cancellationToken);
        return last;
    }

    async Task SendAsync(string table, JsonRows rows, CancellationToken cancellationToken)
    {
        foreach (var (row, why) in await store.InsertRowsAsync(table, rows, JsonColumn.InsertSettings, cancellationToken))
        {
            // The truth is kept all the same; only joins miss this one until it changes.
            logger.LogError("ClickHouse refused a row of {Table}: {Why} ({Size} bytes)", table, why, rows.Lines(row, row + 1).Length);
        }

        rows.Clear();
    }

    static async Task<long> MarkAsync(DbConnection connection, Guid node, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT change_number FROM person_mirror_marks WHERE node = @node";
        Add(command, "@node", node);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken) ?? 0L, CultureInfo.InvariantCulture);
    }

    static async Task SetMarkAsync(DbConnection connection, Guid node, long number, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO person_mirror_marks (node, change_number, applied_through) VALUES (@node, @number, 0)
            ON CONFLICT (node) DO UPDATE SET change_number = excluded.change_number
            """;
        Add(command, "@node", node);
        Add(command, "@number", number);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    static string Text(long microseconds) =>
        PersonTables.Moment(microseconds).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
