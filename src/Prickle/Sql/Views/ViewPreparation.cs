using Prickle.Accounts;
using Prickle.Hosting;

namespace Prickle.Sql.Views;

/// <summary>Brings the views of all projects up to date at start, so that no first statement waits for it.</summary>
sealed class ViewPreparation(ProjectViews views, ProjectDirectory projects, StoreReadiness readiness, ILogger<ViewPreparation> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        try
        {
            foreach (var project in await projects.ListAsync(stoppingToken))
            {
                await views.EnsureAsync(project, stoppingToken);
            }
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // The end of a background task: each statement makes sure of its own project's views.
            logger.LogWarning(failure, "The views of the projects could not be prepared");
        }
    }
}
