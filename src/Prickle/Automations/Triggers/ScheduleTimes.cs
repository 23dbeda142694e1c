using Cronos;

namespace Prickle.Automations.Triggers;

/// <summary>When schedules are due, on the clock of their zone: over the change to summer time too.</summary>
static class ScheduleTimes
{
    /// <summary>The next time after a moment; null when there is none.</summary>
    public static DateTimeOffset? Next(ScheduleTrigger schedule, TimeZoneInfo projectZone, DateTimeOffset after)
    {
        var zone = schedule.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var own) ? own : projectZone;
        return CronExpression.TryParse(schedule.Cron, out var cron) ? cron.GetNextOccurrence(after, zone)?.ToUniversalTime() : null;
    }
}
