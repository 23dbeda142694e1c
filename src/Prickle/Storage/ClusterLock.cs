using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Prickle.Storage;

/// <summary>
/// One holder at a time among all nodes, by name: an advisory lock where PostgreSQL is shared, a locked file where all
/// of the product is one data folder. Freed by the system when the holder dies.
/// </summary>
public sealed class ClusterLock(IDbContextFactory<PrickleDatabase> databases, string dataFolder, TimeProvider time)
{
    /// <summary>Waits for the lock; dispose what comes back to free it.</summary>
    public async Task<IAsyncDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        var database = await databases.CreateDbContextAsync(cancellationToken);
        if (database is PostgresDatabase)
        {
            return await AdvisoryLock.TakeAsync(database, name, cancellationToken);
        }

        await database.DisposeAsync();
        var path = Path.Combine(dataFolder, $"{name}.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }

    sealed class AdvisoryLock(PrickleDatabase database) : IAsyncDisposable
    {
        public static async Task<AdvisoryLock> TakeAsync(PrickleDatabase database, string name, CancellationToken cancellationToken)
        {
            await database.Database.OpenConnectionAsync(cancellationToken);
            await RunAsync(database.Database.GetDbConnection(), "SELECT pg_advisory_lock(hashtext(@name))", name, cancellationToken);
            return new AdvisoryLock(database) { Name = name };
        }

        string Name { get; init; } = "";

        public async ValueTask DisposeAsync()
        {
            // Pooled connections live on: the lock must be given back, not just the connection.
            await RunAsync(database.Database.GetDbConnection(), "SELECT pg_advisory_unlock(hashtext(@name))", Name, CancellationToken.None);
            // A context that goes back to its pool keeps what was opened by hand.
            await database.Database.CloseConnectionAsync();
            await database.DisposeAsync();
        }

        static async Task RunAsync(DbConnection connection, string sql, string name, CancellationToken cancellationToken)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 0;
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@name", name);
            command.Parameters.Add(parameter);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
