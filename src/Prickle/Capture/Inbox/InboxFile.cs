using Microsoft.Data.Sqlite;
using Prickle.Capture.Receiving;

namespace Prickle.Capture.Inbox;

/// <summary>The inbox on disk: one SQLite file in WAL mode, synced at every commit. Not thread-safe: one per thread.</summary>
sealed class InboxFile : IDisposable
{
    readonly SqliteConnection _connection;

    InboxFile(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file, making it when it is new.</summary>
    /// <exception cref="SqliteException">The folder cannot be written, or the disk is full.</exception>
    public static InboxFile Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        var file = new InboxFile(connection);
        try
        {
            connection.Open();
            file.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA wal_autocheckpoint=4000;");
            file.Execute("""
                CREATE TABLE IF NOT EXISTS entries (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    project_id INTEGER NOT NULL,
                    lane INTEGER NOT NULL,
                    received_at INTEGER NOT NULL,
                    sent_at INTEGER,
                    content_encoding TEXT NOT NULL,
                    content_type TEXT NOT NULL,
                    compression TEXT NOT NULL,
                    remote_address TEXT NOT NULL,
                    user_agent TEXT NOT NULL,
                    body BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS node (id TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS quarantine AS SELECT *, '' AS why FROM entries WHERE false;
                """);
            return file;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>An id of this inbox, made once: it tells the events of one node from another's.</summary>
    public Guid NodeId()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "INSERT INTO node SELECT $new WHERE NOT EXISTS (SELECT 1 FROM node); SELECT id FROM node";
        command.Parameters.AddWithValue("$new", Guid.CreateVersion7().ToString());
        return Guid.Parse((string)command.ExecuteScalar()!);
    }

    /// <summary>Writes and syncs something that changes nothing.</summary>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public void Probe() => Execute("UPDATE node SET id = id");

    public (long Count, DateTimeOffset? Oldest, long LastId) Depth()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*), min(received_at), ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0) FROM entries";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : Time(reader.GetInt64(1)), reader.GetInt64(2));
    }

    /// <summary>Appends and deletes in one synced transaction; gives the ids in the order of the entries.</summary>
    public List<long> Commit(IReadOnlyList<(int ProjectId, RawRequest Request)> entries, long deleteThrough)
    {
        using var transaction = _connection.BeginTransaction();
        var ids = new List<long>(entries.Count);
        if (deleteThrough > 0)
        {
            using var delete = _connection.CreateCommand();
            delete.CommandText = "DELETE FROM entries WHERE id <= $through";
            delete.Parameters.AddWithValue("$through", deleteThrough);
            delete.ExecuteNonQuery();
        }

        if (entries.Count > 0)
        {
            using var insert = PrepareInsert();
            foreach (var (projectId, request) in entries)
            {
                Bind(insert, projectId, request);
                ids.Add((long)insert.ExecuteScalar()!);
            }
        }

        transaction.Commit();
        return ids;
    }

    /// <summary>Copies an entry to where nothing deletes it, with what was the matter.</summary>
    public void Quarantine(long id, string why)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "INSERT INTO quarantine SELECT *, $why FROM entries WHERE id = $id";
        command.Parameters.AddWithValue("$why", why);
        command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
    }

    /// <summary>The entries behind an id, in order, until what they are when read reaches the given size (one at least).</summary>
    public List<InboxEntry> Read(long after, int maxBytes)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = """
            SELECT id, project_id, lane, received_at, sent_at, content_encoding, content_type, compression, remote_address, user_agent, body
            FROM entries WHERE id > $after ORDER BY id
            """;
        command.Parameters.AddWithValue("$after", after);
        using var reader = command.ExecuteReader();
        var entries = new List<InboxEntry>();
        var bytes = 0;
        while (bytes < maxBytes && reader.Read())
        {
            var body = reader.GetFieldValue<byte[]>(10);
            var request = new RawRequest(
                (CaptureLane)reader.GetInt32(2), body, reader.GetString(5), reader.GetString(6), reader.GetString(7),
                reader.IsDBNull(4) ? null : Time(reader.GetInt64(4)), reader.GetString(8), reader.GetString(9), Time(reader.GetInt64(3)));
            bytes += request.LikelySize;
            entries.Add(new InboxEntry(reader.GetInt64(0), reader.GetInt32(1), request, null));
        }

        return entries;
    }

    public void Dispose() => _connection.Dispose();

    SqliteCommand PrepareInsert()
    {
        var insert = _connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO entries (project_id, lane, received_at, sent_at, content_encoding, content_type, compression, remote_address, user_agent, body)
            VALUES ($project, $lane, $received, $sent, $encoding, $type, $compression, $address, $agent, $body) RETURNING id
            """;
        foreach (var name in (string[])["$project", "$lane", "$received", "$sent", "$encoding", "$type", "$compression", "$address", "$agent", "$body"])
        {
            insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        insert.Prepare();
        return insert;
    }

    static void Bind(SqliteCommand insert, int projectId, RawRequest request)
    {
        var body = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(request.Body, out var segment)
            && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : request.Body.ToArray();
        object?[] values =
        [
            projectId, (int)request.Lane, request.ReceivedAt.UtcTicks, request.SentAt?.UtcTicks, request.ContentEncoding,
            request.ContentType, request.Compression, request.RemoteAddress, request.UserAgent, body,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            insert.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
