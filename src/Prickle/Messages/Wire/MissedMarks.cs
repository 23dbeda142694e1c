using Prickle.Api;

namespace Prickle.Messages.Wire;

/// <summary>How often an address may name a message that is not the person's: twenty times in five minutes.</summary>
sealed class MissedMarks(TimeProvider time)
{
    readonly RequestBudget _budget = new(time, TimeSpan.FromMinutes(5), 20);

    public TimeSpan? Wait(HttpContext context) => _budget.Wait(KeyOf(context));

    public void Note(HttpContext context) => _budget.TryTake(KeyOf(context));

    static string KeyOf(HttpContext context) => $"{context.Connection.RemoteIpAddress}";
}
