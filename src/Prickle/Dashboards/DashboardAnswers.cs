using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Sql;

namespace Prickle.Dashboards;

/// <summary>Asks what the tiles of a dashboard ask, with the filters that lie over them.</summary>
public sealed class DashboardAnswers(IInsightQueries queries)
{
    /// <summary>The question of a tile as it is asked; refused where the tile has none that can be asked here.</summary>
    /// <param name="filters">The dashboard's filters as they stand on the page: kept ones, or those of its address.</param>
    public static Outcome<InsightQuery> QuestionOf(DashboardTile tile, DashboardFilters filters)
    {
        if (tile.Insight is not { } insight)
        {
            return Refusal.NotFound("The insight of this tile was deleted.");
        }
        if (InsightJson.Read(insight.Query, out var why) is not { } query)
        {
            return Refusal.Invalid("query", why);
        }
        return FiltersOf(tile, filters).Over(query);
    }

    /// <summary>For what the statements of a tile are asked.</summary>
    public static AskedFor AskedFor(int dashboardId, DashboardTile tile) => new(tile.Insight?.ShortId, dashboardId, tile.Id);

    /// <summary>What lies over a tile: the dashboard's filters, with the tile's own in their place.</summary>
    public static DashboardFilters FiltersOf(DashboardTile tile, DashboardFilters filters) => tile.Filters switch
    {
        null => filters,
        { IgnoresDashboard: true } own => own.Filters ?? new DashboardFilters(),
        var own => own.Filters is null ? filters : filters.With(own.Filters),
    };

    /// <summary>The answer of a tile.</summary>
    /// <param name="dashboardId">The dashboard on which it stands.</param>
    public async Task<Outcome<InsightAnswer>> AskAsync(
        Project project, int dashboardId, DashboardTile tile, DashboardFilters filters, Refresh refresh, CancellationToken cancellationToken)
    {
        using var noted = AskedFor(dashboardId, tile).Note();
        var question = QuestionOf(tile, filters);
        return question is Outcome<InsightQuery>.Done { Value: var query }
            ? await queries.AskAsync(project, query, refresh, cancellationToken)
            : ((Outcome<InsightQuery>.Refused)question).Refusal;
    }
}
