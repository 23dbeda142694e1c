using Microsoft.Extensions.Options;

namespace Prickle.Api;

/// <summary>What one key or user may ask of the API.</summary>
sealed class ApiBudget(TimeProvider time, IOptions<RateLimits> limits)
{
    readonly RequestBudget _minute = new(time, TimeSpan.FromMinutes(1), limits.Value.ApiPerMinute);
    readonly RequestBudget _hour = new(time, TimeSpan.FromHours(1), limits.Value.ApiPerHour);

    public TimeSpan? TryTake(string actor) => _minute.TryTake(actor) ?? _hour.TryTake(actor);
}
