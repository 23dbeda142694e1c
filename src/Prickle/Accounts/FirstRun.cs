using Microsoft.EntityFrameworkCore;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>Whether the product still waits for its first user.</summary>
public sealed class FirstRun(IDbContextFactory<PrickleDatabase> databases)
{
    volatile bool _isOver;

    public async ValueTask<bool> IsPendingAsync(CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return false;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        _isOver = await database.Users.AnyAsync(cancellationToken);
        return !_isOver;
    }
}
