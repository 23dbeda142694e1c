using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Dashboards;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>Draws what a round sends, once for all who get it.</summary>
sealed class RoundContents(ProjectDirectory projects, DashboardBook dashboards, DashboardPictures pictures, ILogger<RoundContents> logger)
{
    /// <summary>A picture as wide as mail programs show it.</summary>
    const int MailWidth = 640;

    public Task<(MailContent? Content, Attempt? Refusal)> OfMailAsync(SubscriptionRow row, CancellationToken cancellationToken) => DrawAsync(
        row, async (project, dashboard) => new MailContent(project, dashboard, await pictures.OfTilesAsync(project, dashboard, dashboard.Filters, MailWidth, cancellationToken)),
        cancellationToken);

    public Task<(SlackContent? Content, Attempt? Refusal)> OfSlackAsync(SubscriptionRow row, CancellationToken cancellationToken) => DrawAsync(
        row, async (project, dashboard) => new SlackContent(project, dashboard, await pictures.OfBoardAsync(project, dashboard, dashboard.Filters, cancellationToken)),
        cancellationToken);

    async Task<(T? Content, Attempt? Refusal)> DrawAsync<T>(SubscriptionRow row, Func<Project, Dashboard, Task<T>> draw, CancellationToken cancellationToken) where T : class
    {
        using var noted = StatementNotes.Add(("subscription", row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        try
        {
            return await projects.FindAsync(row.ProjectId, cancellationToken) is not { } project
                || await dashboards.FindAsync(row.ProjectId, row.DashboardId, null, cancellationToken) is not { Deleted: false } dashboard
                ? (null, Attempt.Failed("The dashboard was deleted.")) : (await draw(project, dashboard), null);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The edge of a round: whatever went wrong, the others are sent, and this one is tried again.
            logger.LogError(error, "The pictures of dashboard {Dashboard} for subscription {Subscription} could not be drawn", row.DashboardId, row.Id);
            return (null, new Attempt(false, "The pictures could not be drawn."));
        }
    }
}
