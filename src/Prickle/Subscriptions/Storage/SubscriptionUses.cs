using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Dashboards;
using Prickle.Destinations;
using Prickle.Storage;

namespace Prickle.Subscriptions.Storage;

/// <summary>Subscriptions that go to Slack by a destination; those that are switched off too, since they go there again one day.</summary>
sealed class SubscriptionUses(IDbContextFactory<PrickleDatabase> databases, DashboardBook dashboards) : IDestinationUse
{
    public async Task<IReadOnlyList<DestinationUse>> OfAsync(int projectId, Guid destinationId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<SubscriptionRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.DestinationId == destinationId)
            .OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var uses = new List<DestinationUse>();
        foreach (var row in rows)
        {
            if (await dashboards.FindAsync(projectId, row.DashboardId, null, cancellationToken) is { } dashboard)
            {
                uses.Add(new DestinationUse(
                    "subscription", $"{dashboard.Name} · {(row.Title.Length > 0 ? row.Title : row.Schedule.Words)}",
                    string.Create(CultureInfo.InvariantCulture, $"dashboards/{dashboard.Id}")));
            }
        }
        return uses;
    }
}
