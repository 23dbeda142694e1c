using System.Globalization;
using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Shell;

namespace Prickle.Dashboards.Adding;

/// <summary>Dashboards as places for insights, for the insight's own page.</summary>
sealed class DashboardPlaces(DashboardBook book) : IInsightPlaces
{
    const int Most = 50;

    public async Task<IReadOnlyList<InsightPlace>> ListAsync(ProjectGrant grant, string search, CancellationToken cancellationToken)
    {
        var filter = new DashboardListFilter { Search = search, Order = "-last_modified_at" };
        var found = await book.ListAsync(grant.ProjectId, grant.Actor.UserId, filter, Most, 0, cancellationToken);
        return [.. found.Dashboards.Select(dashboard => new InsightPlace(dashboard.Id, dashboard.Name, AddressOf(grant, dashboard.Id)))];
    }

    public async Task<Outcome<InsightPlace>> AddAsync(ProjectGrant grant, int placeId, string shortId, CancellationToken cancellationToken)
    {
        var added = await book.AddTilesAsync(grant, placeId, [new TileDraft { InsightId = shortId }], cancellationToken);
        return added.Match<Outcome<InsightPlace>>(dashboard => new InsightPlace(dashboard.Id, dashboard.Name, AddressOf(grant, dashboard.Id)), refusal => refusal);
    }

    static string AddressOf(ProjectGrant grant, int id) =>
        ProjectAddress.Of(grant.ProjectId, string.Create(CultureInfo.InvariantCulture, $"dashboards/{id}"));
}
