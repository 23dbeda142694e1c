using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Prickle.Storage;

/// <summary>
/// The connection of a context, opened by hand for plain SQL; dispose it before the context. A context that goes back to its pool
/// keeps open what nobody closed, and one day all connections are held by contexts that nobody uses.
/// </summary>
public sealed class OpenedConnection : IAsyncDisposable
{
    readonly PrickleDatabase _database;

    OpenedConnection(PrickleDatabase database) => _database = database;

    /// <summary>For commands; not to be disposed.</summary>
    public DbConnection Connection => _database.Database.GetDbConnection();

    public static async Task<OpenedConnection> OpenAsync(PrickleDatabase database, CancellationToken cancellationToken)
    {
        await database.Database.OpenConnectionAsync(cancellationToken);
        return new OpenedConnection(database);
    }

    public async ValueTask DisposeAsync() => await _database.Database.CloseConnectionAsync();
}
