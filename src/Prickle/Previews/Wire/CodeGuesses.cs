using Prickle.Api;

namespace Prickle.Previews.Wire;

/// <summary>How often an address may give an invite code that opens nothing: twenty times in five minutes.</summary>
sealed class CodeGuesses(TimeProvider time)
{
    readonly RequestBudget _budget = new(time, TimeSpan.FromMinutes(5), 20);

    public TimeSpan? Wait(HttpContext context) => _budget.Wait(KeyOf(context));

    public void Note(HttpContext context) => _budget.TryTake(KeyOf(context));

    static string KeyOf(HttpContext context) => $"{context.Connection.RemoteIpAddress}";
}
