using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Demo.Story;
using Prickle.Hosting;

namespace Prickle.Demo;

/// <summary>Makes the demo: the account, then the story, then <c>demo.json</c> says that all of it is there.</summary>
sealed class DemoSeeding(
    DemoOptions options,
    CommandLine line,
    AccountSeed accounts,
    DemoFeed feed,
    DemoFlags flags,
    DemoPreviews previews,
    DemoProgress progress,
    StoreReadiness store,
    CaptureMetrics metrics,
    IServer server,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<DemoSeeding> logger) : BackgroundService
{
    public const string Email = "demo@leafpile.test";

    static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);
            var story = await PrepareAsync(stoppingToken);
            if (options.GoesOn)
            {
                await new DemoStream(feed, story.Story, time).RunAsync(story.ProjectId, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogInformation("The demo stops with the product; the next start goes on with it");
        }
        catch (Exception failure)
        {
            progress.Failed();
            logger.LogError(failure, "The demo data could not be made");
        }
    }

    // The address is known once the server listens; events can be taken once the store has its tables.
    async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
        await store.WaitAsync(cancellationToken);
    }

    async Task<(LeafpileStory Story, int ProjectId)> PrepareAsync(CancellationToken cancellationToken)
    {
        var before = DemoFile.Read(line.DataFolder);
        var account = await accounts.SeedAsync(Email, "Leafpile", "Leafpile app", "UTC", cancellationToken);
        var now = time.GetUtcNow();
        var file = new DemoFile(
            server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "", account.Project.Id, account.Project.Token,
            account.PersonalApiKey, account.Email, account.Password, before?.End ?? now, before is { IsComplete: true });
        file.Write(line.DataFolder);
        var story = new LeafpileStory(options.Size, file.End);
        if (!file.IsComplete)
        {
            await TellAsync(story, file.ProjectId, cancellationToken);
            await flags.MakeAsync(account.Grant, cancellationToken);
            await previews.MakeAsync(account.Grant, story, cancellationToken);
            (file with { IsComplete = true }).Write(line.DataFolder);
        }
        else
        {
            // Told to nobody, for the people's state alone.
            foreach (var day in story.Tell())
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        progress.Complete();
        logger.LogInformation("Demo: sign in with one click at {Url}", file.Url);
        return (story, file.ProjectId);
    }

    async Task TellAsync(LeafpileStory story, int projectId, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var reported = begun;
        var storedBefore = metrics.Stored;
        var days = 0;
        foreach (var day in story.Tell())
        {
            await feed.SendAsync(projectId, day, cancellationToken);
            days++;
            progress.Told(Math.Min(99, 100 * days / story.Days));
            if (time.GetElapsedTime(reported) > ReportInterval)
            {
                reported = time.GetTimestamp();
                Report(100 * days / story.Days, metrics.Stored - storedBefore, time.GetElapsedTime(begun));
            }
        }

        await feed.DrainAsync(cancellationToken);
        Report(100, metrics.Stored - storedBefore, time.GetElapsedTime(begun));
    }

    void Report(int percent, long stored, TimeSpan elapsed) => logger.LogInformation(
        "Demo data: {Percent} %, {Stored:N0} events stored, {Rate:N0} a second", percent, stored, stored / Math.Max(elapsed.TotalSeconds, 0.001));
}
