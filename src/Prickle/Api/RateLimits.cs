using System.ComponentModel.DataAnnotations;

namespace Prickle.Api;

/// <summary>How often somebody may ask; configuration section <c>RateLimits</c>.</summary>
public sealed class RateLimits
{
    /// <summary>API requests per minute of one key or user.</summary>
    [Range(1, int.MaxValue)]
    public int ApiPerMinute { get; init; } = 240;

    /// <summary>API requests per hour of one key or user.</summary>
    [Range(1, int.MaxValue)]
    public int ApiPerHour { get; init; } = 1200;

    /// <summary>Attempts to sign in per five minutes, of one address for one e-mail.</summary>
    [Range(1, int.MaxValue)]
    public int SignInsPerFiveMinutes { get; init; } = 20;

    /// <summary>Attempts to sign in per five minutes of one address, for whatever e-mail.</summary>
    [Range(1, int.MaxValue)]
    public int SignInsPerFiveMinutesAndAddress { get; init; } = 100;
}
