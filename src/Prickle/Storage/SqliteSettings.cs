using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Prickle.Storage;

/// <summary>Sets on each connection what SQLite keeps per connection. (The write-ahead mode is kept in the file.)</summary>
sealed class SqliteSettings : DbConnectionInterceptor
{
    const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
