using Microsoft.EntityFrameworkCore;
using Prickle.Storage;

namespace Prickle.Groups.Storage;

/// <summary>Groups for an analytical store that is new: none counts as copied any more.</summary>
sealed class GroupCopies(IDbContextFactory<PrickleDatabase> databases, GroupResolver groups) : IAnalyticalCopies
{
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<GroupRow>().ExecuteUpdateAsync(set => set.SetProperty(row => row.MirroredVersion, 0L), cancellationToken);
    }

    public Task CopyAsync(CancellationToken cancellationToken) => groups.CopyAnewAsync(cancellationToken);
}
