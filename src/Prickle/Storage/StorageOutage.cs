using System.Data.Common;

namespace Prickle.Storage;

/// <summary>Tells a store that is away from a mistake of ours.</summary>
public static class StorageOutage
{
    /// <summary>The PostgreSQL provider wraps what may pass in an exception that usually means a mistake.</summary>
    public static bool Is(Exception exception) =>
        exception is DbException or TimeoutException
        || exception is InvalidOperationException { InnerException: DbException or TimeoutException };
}
