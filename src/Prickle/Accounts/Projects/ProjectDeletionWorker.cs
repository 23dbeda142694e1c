using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts.Projects;

/// <summary>
/// Removes deleted projects: asks every listener to remove its part, then drops the row. The mark in the row is the
/// durable order to do so; what fails is tried again, and a restart takes up what was left.
/// </summary>
public sealed partial class ProjectDeletionWorker(
    IDbContextFactory<PrickleDatabase> databases,
    IServiceProvider services,
    TimeProvider time,
    ILogger<ProjectDeletionWorker> logger) : BackgroundService
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there is something to remove.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RemoveAllAsync(stoppingToken);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var retry = Task.Delay(RetryAfter, time, pause.Token);
            await Task.WhenAny(_wake.Reader.WaitToReadAsync(pause.Token).AsTask(), retry);
            await pause.CancelAsync();
            _wake.Reader.TryRead(out _);
        }
    }

    async Task RemoveAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var database = await databases.CreateDbContextAsync(stoppingToken);
            var projectIds = await database.Set<ProjectRow>()
                .Where(row => row.DeletedAt != null).Select(row => row.Id).ToListAsync(stoppingToken);
            foreach (var projectId in projectIds)
            {
                await RemoveAsync(database, projectId, stoppingToken);
            }
        }
        catch (Exception exception) when (StorageOutage.Is(exception) || exception is OperationCanceledException)
        {
            LogPostponed(exception);
        }
    }

    async Task RemoveAsync(PrickleDatabase database, int projectId, CancellationToken stoppingToken)
    {
        var isComplete = true;
        // Asked for now and not in the constructor: listeners may depend on what depends on this.
        foreach (var listener in services.GetServices<IProjectDeletionListener>())
        {
            isComplete &= await TryRemoveAsync(listener, projectId, stoppingToken);
        }
        if (isComplete)
        {
            await database.Set<ProjectRow>().Where(row => row.Id == projectId).ExecuteDeleteAsync(stoppingToken);
            LogRemoved(projectId);
        }
    }

    async Task<bool> TryRemoveAsync(IProjectDeletionListener listener, int projectId, CancellationToken stoppingToken)
    {
        try
        {
            await listener.DeleteAsync(projectId, stoppingToken);
            return true;
        }
        catch (Exception exception)
        {
            // One module in trouble must keep neither the others' data alive, nor the other projects'.
            LogPostponed(exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Project {ProjectId} and everything in it is removed")]
    partial void LogRemoved(int projectId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A deleted project could not be removed yet; it is tried again")]
    partial void LogPostponed(Exception exception);
}
