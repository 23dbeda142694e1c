using Microsoft.EntityFrameworkCore;
using Prickle.Destinations;
using Prickle.House.Frame;
using Prickle.Storage;

namespace Prickle.House.Alerts;

/// <summary>Which alerts tell by a destination: it is not deleted under them.</summary>
sealed class AlertUses(IDbContextFactory<PrickleDatabase> databases) : IDestinationUse
{
    public async Task<IReadOnlyList<DestinationUse>> OfAsync(int projectId, Guid destinationId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rules = await database.Set<AlertRuleRow>().AsNoTracking().Where(row => row.DestinationId == destinationId).ToListAsync(cancellationToken);
        return [.. rules.Select(row => new DestinationUse("alert", AlertWords.Of(row.ToRule().Terms), $"../..{HouseSections.Of(row.ServerId, "alerts")}"))];
    }
}
