using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>Runs that began on a day, by what became of them.</summary>
public sealed record AutomationDay(DateOnly Day, IReadOnlyDictionary<RunState, int> Runs);

/// <summary>Counts for the page of one automation, beyond <see cref="AutomationQueries.MetricsAsync"/>. Tests are counted nowhere.</summary>
public sealed class AutomationNumbers(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    // The store knows no zones; days begin at a quarter of an hour in every one.
    const long QuarterOfMicros = 900_000_000;

    /// <summary>How many runs are at a step now, by its id.</summary>
    /// <param name="version">Null for all.</param>
    public async Task<IReadOnlyDictionary<string, int>> HereAsync(int projectId, int automationId, int? version, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<RunRow>()
            .Where(row => row.ProjectId == projectId && row.AutomationId == automationId && !row.IsTest && row.State == RunState.Running && row.StepId != null
                && (version == null || row.Version == version))
            .GroupBy(row => row.StepId!).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken);
    }

    /// <summary>The last days up to today in a zone, the oldest first; days without a run among them.</summary>
    public async Task<IReadOnlyList<AutomationDay>> DaysAsync(int projectId, int automationId, int days, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        var since = RunTable.Micros(time.GetUtcNow().AddDays(-days - 1));
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var quarters = await database.Set<RunRow>().Where(row => row.ProjectId == projectId && row.AutomationId == automationId && !row.IsTest && row.StartedAt >= since)
            .GroupBy(row => new { Quarter = row.StartedAt / QuarterOfMicros, row.State }).Select(group => new { group.Key.Quarter, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var byDay = quarters.ToLookup(one => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(RunTable.Moment(one.Quarter * QuarterOfMicros), zone).DateTime));
        return [.. Enumerable.Range(0, days).Select(back => today.AddDays(back - days + 1)).Select(day => new AutomationDay(
            day, byDay[day].GroupBy(one => one.State).ToDictionary(group => group.Key, group => group.Sum(one => one.Count))))];
    }
}
