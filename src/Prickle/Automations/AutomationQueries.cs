using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>Which automations to list.</summary>
public sealed record AutomationFilter
{
    /// <summary>Part of the name or the description.</summary>
    public string Search { get; init; } = "";
    public AutomationState? State { get; init; }

    /// <summary>name, state, created_at, updated_at, running or started; with a minus in front for descending.</summary>
    public string Order { get; init; } = "-updated_at";

    /// <summary>The deleted ones in place of the others.</summary>
    public bool IsDeleted { get; init; }
}

/// <summary>An automation in a list, with how its runs go. Tests are counted nowhere.</summary>
/// <param name="Running">Runs that go on or wait.</param>
/// <param name="Started">Begun within the last seven days.</param>
/// <param name="Failed">Of these, failed.</param>
public sealed record AutomationItem(Automation Automation, int Running, int Started, int Failed);

/// <summary>How often a step came to what, over all runs of a version or of all.</summary>
public sealed record StepCount(string StepId, StepState State, int Count);

/// <summary>What became of the runs of an automation.</summary>
/// <param name="Converted">Runs that reached the goal.</param>
public sealed record AutomationMetrics(IReadOnlyDictionary<RunState, int> Runs, int Converted, IReadOnlyList<StepCount> Steps)
{
    public int Started => Runs.Values.Sum();
}

/// <summary>Reads automations.</summary>
public sealed class AutomationQueries(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<AutomationItem>> ListAsync(int projectId, AutomationFilter filter, CancellationToken cancellationToken)
    {
        var since = RunTable.Micros(time.GetUtcNow() - Lately);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<AutomationRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.IsDeleted == filter.IsDeleted).ToListAsync(cancellationToken);
        var published = await PublishedAsync(database, projectId, cancellationToken);
        var running = await database.Set<RunRow>().Where(row => row.ProjectId == projectId && row.WakeAt != null && !row.IsTest)
            .GroupBy(row => row.AutomationId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var lately = await database.Set<RunRow>().Where(row => ids.Contains(row.AutomationId) && row.StartedAt >= since && !row.IsTest)
            .GroupBy(row => new { row.AutomationId, IsFailed = row.State == RunState.Failed })
            .Select(group => new { group.Key.AutomationId, group.Key.IsFailed, Count = group.Count() }).ToListAsync(cancellationToken);
        IEnumerable<AutomationItem> items = rows.Select(row => new AutomationItem(
            row.ToAutomation(published.GetValueOrDefault(row.Id)), running.GetValueOrDefault(row.Id),
            lately.Where(one => one.AutomationId == row.Id).Sum(one => one.Count), lately.Where(one => one.AutomationId == row.Id && one.IsFailed).Sum(one => one.Count)));
        items = items.Where(item => (filter.State is null || item.Automation.State == filter.State)
            && (filter.Search.Length == 0 || item.Automation.Settings.Name.Contains(filter.Search, StringComparison.CurrentCultureIgnoreCase)
                || item.Automation.Settings.Description.Contains(filter.Search, StringComparison.CurrentCultureIgnoreCase)));
        return [.. Sorted(items, filter.Order)];
    }

    static IEnumerable<AutomationItem> Sorted(IEnumerable<AutomationItem> items, string order)
    {
        Func<AutomationItem, object> key = order.TrimStart('-') switch
        {
            "name" => item => item.Automation.Settings.Name.ToUpperInvariant(),
            "state" => item => item.Automation.State,
            "created_at" => item => item.Automation.CreatedAt,
            "running" => item => item.Running,
            "started" => item => item.Started,
            _ => item => item.Automation.UpdatedAt,
        };
        return order.StartsWith('-') ? items.OrderByDescending(key).ThenByDescending(item => item.Automation.Id) : items.OrderBy(key).ThenBy(item => item.Automation.Id);
    }

    static Task<Dictionary<int, string>> PublishedAsync(PrickleDatabase database, int projectId, CancellationToken cancellationToken) => (
        from row in database.Set<AutomationRow>()
        where row.ProjectId == projectId
        join version in database.Set<AutomationVersionRow>() on new { AutomationId = row.Id, Number = row.PublishedVersion ?? 0 } equals new { version.AutomationId, version.Number }
        select new { row.Id, version.Definition }).ToDictionaryAsync(one => one.Id, one => one.Definition, cancellationToken);

    public async Task<Automation?> FindAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<AutomationRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted, cancellationToken) is not { } row)
        {
            return null;
        }
        var published = await database.Set<AutomationVersionRow>().Where(version => version.AutomationId == id && version.Number == row.PublishedVersion)
            .Select(version => version.Definition).SingleOrDefaultAsync(cancellationToken);
        return row.ToAutomation(published);
    }

    /// <summary>What was published, the newest first.</summary>
    public async Task<IReadOnlyList<AutomationVersion>> VersionsAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from version in database.Set<AutomationVersionRow>().AsNoTracking()
            where version.AutomationId == id && database.Set<AutomationRow>().Any(row => row.Id == id && row.ProjectId == projectId && !row.IsDeleted)
            orderby version.Number descending
            select version).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new AutomationVersion(row.Number, AutomationJson.Read(row.Definition), row.PublishedBy, row.PublishedAt));
    }

    /// <summary>Counts of runs and steps; of one version, or of all.</summary>
    public async Task<AutomationMetrics> MetricsAsync(int projectId, int id, int? version, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var runs = database.Set<RunRow>().Where(row => row.ProjectId == projectId && row.AutomationId == id && !row.IsTest && (version == null || row.Version == version));
        var states = await runs.GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken);
        var converted = await runs.CountAsync(row => row.ConvertedAt != null, cancellationToken);
        var steps = await (
            from step in database.Set<RunStepRow>()
            where step.ProjectId == projectId && step.AutomationId == id && (version == null || step.Version == version)
            join run in database.Set<RunRow>() on step.RunId equals run.Id
            where !run.IsTest
            group step by new { step.StepId, step.State } into counted
            select new { counted.Key.StepId, counted.Key.State, Count = counted.Count() }).ToListAsync(cancellationToken);
        return new AutomationMetrics(states, converted, steps.ConvertAll(one => new StepCount(one.StepId, one.State, one.Count)));
    }
}
