using Microsoft.EntityFrameworkCore;
using Prickle.Storage;

namespace Prickle.Persons.Storage;

/// <summary>Persons and overrides for an analytical store that is new: the marks of all nodes go back to the beginning.</summary>
sealed class PersonCopies(IDbContextFactory<PrickleDatabase> databases, PersonResolver persons) : IAnalyticalCopies
{
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync("UPDATE person_mirror_marks SET change_number = 0", cancellationToken);
    }

    public Task CopyAsync(CancellationToken cancellationToken) => persons.CopyAnewAsync(cancellationToken);
}
