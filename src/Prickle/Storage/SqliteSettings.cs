using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Prickle.Storage;

/// <summary>
/// Sets on each connection what SQLite keeps per connection. (The write-ahead mode is kept in the file.) A connection that comes
/// out of the pool again is the same to SQLite: it has its settings, and saying them anew would cost as much as a small query.
/// </summary>
sealed class SqliteSettings : DbConnectionInterceptor
{
    const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

    static readonly ConditionalWeakTable<sqlite3, object> Told = [];
    static readonly object Yes = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (!IsNew(connection))
        {
            return;
        }
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (!IsNew(connection))
        {
            return;
        }
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static bool IsNew(DbConnection connection) => connection is not SqliteConnection { Handle: { } handle } || Told.TryAdd(handle, Yes);
}
