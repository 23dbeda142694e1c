using System.Net;
using Microsoft.Extensions.Options;

namespace Prickle.Api;

/// <summary>
/// How often an address may try passwords. It comes on top of the lock-out: that one protects an account,
/// this one the server, and it does not let a stranger lock somebody else out quickly.
/// </summary>
public sealed class SignInBudget(TimeProvider time, IOptions<RateLimits> limits)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    readonly RequestBudget _address = new(time, Window, limits.Value.SignInsPerFiveMinutesAndAddress);
    readonly RequestBudget _email = new(time, Window, limits.Value.SignInsPerFiveMinutes);

    /// <summary>Null when the attempt may be made, else the time to wait.</summary>
    public TimeSpan? TryTake(IPAddress? address, string email) =>
        _address.TryTake($"{address}") ?? _email.TryTake($"{address} {email.Trim().ToUpperInvariant()}");
}
