using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>
/// The organization that the installation was set up with: whoever runs the product works there, and what belongs to the
/// installation as a whole (its ClickHouse) is theirs alone.
/// </summary>
public sealed class HomeOrganization(IDbContextFactory<PrickleDatabase> databases)
{
    int _id;

    /// <summary>Whether it is that organization. The first one is never deleted, so it is asked for once.</summary>
    public async ValueTask<bool> IsAsync(int organizationId, CancellationToken cancellationToken) => await FindAsync(cancellationToken) == organizationId;

    /// <summary>Its id; null before the first user has set the product up.</summary>
    public async ValueTask<int?> FindAsync(CancellationToken cancellationToken)
    {
        if (_id == 0)
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            _id = await database.Set<OrganizationRow>().OrderBy(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        }
        return _id == 0 ? null : _id;
    }
}
