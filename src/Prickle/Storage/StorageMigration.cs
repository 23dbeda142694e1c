using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Prickle.Storage;

/// <summary>Brings the schema up to date before any other service starts, or stops the start with a clear sentence.</summary>
sealed partial class StorageMigration(
    IDbContextFactory<PrickleDatabase> databases, ILogger<StorageMigration> logger, string dataFolder)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(dataFolder);
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            if (database is SqliteDatabase)
            {
                await MigrateFileAsync(database, cancellationToken);
            }
            else
            {
                await database.Database.MigrateAsync(cancellationToken);
            }
            LogReady(database.Database.ProviderName);
        }
        catch (Exception exception) when (Explain(exception) is { } sentence)
        {
            throw new StorageException(sentence, exception);
        }
    }

    /// <summary>
    /// The provider's own migration lock on SQLite is a row, which a killed process leaves behind and the next start
    /// waits for without end. A locked file is released by the system, so whoever holds it may clear the row.
    /// </summary>
    async Task MigrateFileAsync(PrickleDatabase database, CancellationToken cancellationToken)
    {
        await using var migrating = await LockAsync(Path.Combine(dataFolder, "prickle.db.migrating"), cancellationToken);
        await database.Database.OpenConnectionAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        await database.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);
    }

    static async Task<FileStream> LockAsync(string file, CancellationToken cancellationToken)
    {
        const int sharingViolation = 11; // EWOULDBLOCK, what a held lock answers on Linux
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when ((exception.HResult & 0xFFFF) is sharingViolation or 32 or 33)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }

    string? Explain(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: 8 } or UnauthorizedAccessException =>
            $"The data folder {dataFolder} cannot be written to. Make it writable for this user, or choose another with --data.",
        SqliteException { SqliteErrorCode: 13 } =>
            $"The disk that holds the data folder {dataFolder} is full. Free some space and start again.",
        SqliteException { SqliteErrorCode: 10 or 14 } or IOException =>
            $"The data folder {dataFolder} cannot be used: {exception.Message}",
        SqliteException { SqliteErrorCode: 11 or 26 } =>
            $"The file prickle.db in {dataFolder} is not a usable database: {exception.Message}. Restore it from a backup.",
        NpgsqlException or System.Net.Sockets.SocketException =>
            $"PostgreSQL cannot be used with the Database__Url given: {exception.Message}",
        _ => null,
    };

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Debug, Message = "The relational store is up to date ({Provider})")]
    partial void LogReady(string? provider);
}
