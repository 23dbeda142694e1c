using Cronos;
using Prickle.Accounts;

namespace Prickle.House.Backups;

/// <summary>When plans are due, on the clock of their zone: over the change to summer time too.</summary>
static class BackupTimes
{
    /// <summary>The next time after a moment; null when there is none.</summary>
    public static DateTimeOffset? Next(string? cron, string zone, DateTimeOffset after) =>
        cron is not null && CronExpression.TryParse(cron, out var times) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? times.GetNextOccurrence(after, found)?.ToUniversalTime() : null;

    public static Refusal? RefusalOf(string? cron, string attribute) =>
        cron is null ? null
        : !CronExpression.TryParse(cron, out var times) ? Refusal.Invalid(attribute, $"\"{cron}\" is not a schedule: five fields, such as 0 3 * * * for every night at three.")
        : times.GetNextOccurrence(DateTime.UnixEpoch) is null ? Refusal.Invalid(attribute, $"\"{cron}\" never comes.")
        : null;
}
