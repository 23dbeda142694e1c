using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Destinations.Storage;
using Prickle.Storage;

namespace Prickle.Destinations.Sending;

/// <summary>
/// How connections do. Counted in memory and written down every few seconds, so that deliveries cost no writes; a connection that
/// fails on and on is switched off, so that somebody looks.
/// </summary>
sealed class ConnectionHealth(
    IDbContextFactory<PrickleDatabase> databases, OpenConnections connections, ProjectDirectory projects, ActivityLog activity, TimeProvider time,
    ILogger<ConnectionHealth> logger) : BackgroundService
{
    /// <summary>Failures in a row that are too many, once nothing was delivered for <see cref="Patience"/>.</summary>
    public const int MostFailures = 20;

    /// <summary>The same for answers that only somebody's hand can change.</summary>
    public const int MostMisconfigured = 5;

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<Guid, State> _states = [];

    /// <summary>Notes what became of a delivery, and switches the connection off where that is enough.</summary>
    public async Task NoteAsync(OpenConnection connection, DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        var id = connection.Destination.Id;
        var state = _states.GetOrAdd(id, static (_, from) => new State { Failures = from.Destination.Failures, FailingSince = from.FailingSince }, connection);
        var now = time.GetUtcNow();
        string? because = null;
        lock (state)
        {
            (state.UsedAt, state.Outcome, state.IsDirty) = (now, outcome, true);
            if (outcome is DeliveryOutcome.Misconfigured or DeliveryOutcome.Unreachable)
            {
                state.Failures++;
                state.FailingSince ??= now;
                state.Misconfigured = outcome is DeliveryOutcome.Misconfigured ? state.Misconfigured + 1 : 0;
                because = state.Misconfigured >= MostMisconfigured ? $"It is not set up right ({state.Misconfigured} times in a row). {outcome.Detail}"
                    : state.Failures >= MostFailures && now - state.FailingSince >= Patience ? $"Nothing arrived for {(now - state.FailingSince.Value).TotalMinutes:0} minutes ({state.Failures} tries in a row). {outcome.Detail}"
                    : null;
            }
            else
            {
                (state.Failures, state.Misconfigured, state.FailingSince) = (0, 0, null);
            }
        }
        if (because is not null)
        {
            await SwitchOffAsync(connection.Destination, because, cancellationToken);
        }
    }

    /// <summary>Begins anew: somebody mended it.</summary>
    public void Forget(Guid id) => _states.TryRemove(id, out _);

    /// <summary>Writes down what happened since the last time.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var dirty = _states.Where(pair => pair.Value.IsDirty).ToList();
        if (dirty.Count == 0)
        {
            return;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var (id, state) in dirty)
        {
            int failures;
            DateTimeOffset? since, used;
            string outcome, detail;
            lock (state)
            {
                (failures, since, used, outcome, detail) = (state.Failures, state.FailingSince, state.UsedAt, state.Outcome!.Name, Cut(state.Outcome.Detail));
                state.IsDirty = false;
            }
            await database.Set<DestinationRow>().Where(row => row.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Failures, failures).SetProperty(row => row.FailingSince, since).SetProperty(row => row.LastUsedAt, used)
                    .SetProperty(row => row.LastOutcome, outcome).SetProperty(row => row.LastDetail, detail), cancellationToken);
        }
    }

    async Task SwitchOffAsync(Destination destination, string because, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var text = Cut(because);
        // Several deliveries may come to this at once: one of them does it.
        if (await database.Set<DestinationRow>().Where(row => row.Id == destination.Id && row.Enabled && row.Version == destination.Version).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Enabled, false).SetProperty(row => row.SwitchedOffAt, now).SetProperty(row => row.SwitchedOffBecause, text)
                .SetProperty(row => row.Version, row => row.Version + 1), cancellationToken) == 1
            && await projects.FindAsync(destination.ProjectId, cancellationToken) is { } project)
        {
            activity.Add(database, new ActivityEntry
            {
                OrganizationId = project.OrganizationId,
                ProjectId = project.Id,
                Verb = ActivityVerb.Updated,
                Resource = Resource.Destination,
                ItemId = $"{destination.Id}",
                ItemName = destination.Name,
                Before = new { Enabled = true, Because = "" },
                After = new { Enabled = false, Because = text },
            });
            await database.SaveChangesAsync(cancellationToken);
            logger.LogWarning("Destination {Destination} of project {Project} was switched off: {Reason}", destination.Id, destination.ProjectId, text);
        }
        connections.Changed(destination.Id);
        Forget(destination.Id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await FlushAsync(stoppingToken.IsCancellationRequested ? CancellationToken.None : stoppingToken);
            }
            catch (Exception error)
            {
                // A store that is away must not end this for good; the next delivery writes it again.
                logger.LogWarning("What became of deliveries could not be noted: {Reason}", error.Message);
            }
        }
    }

    static string Cut(string text) => text.Length <= 500 ? text : text[..500];

    sealed class State
    {
        public int Failures { get; set; }
        public int Misconfigured { get; set; }
        public DateTimeOffset? FailingSince { get; set; }
        public DateTimeOffset? UsedAt { get; set; }
        public DeliveryOutcome? Outcome { get; set; }
        public bool IsDirty { get; set; }
    }
}
