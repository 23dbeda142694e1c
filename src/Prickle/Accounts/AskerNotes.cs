using System.Globalization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Prickle.ClickHouse;

namespace Prickle.Accounts;

/// <summary>Notes in ClickHouse's own log who asks: the person of a request, or of a page that is open.</summary>
static class AskerNotes
{
    // Events and flags come from nobody who is signed in, and are most of all requests: they pass as they are.
    public static IApplicationBuilder UseAskerNotes(this IApplicationBuilder app) => app.Use(
        (context, next) => Actor.From(context.User) is { } actor ? NotedAsync(actor, context, next) : next(context));

    static async Task NotedAsync(Actor actor, HttpContext context, RequestDelegate next)
    {
        using var noted = Of(actor);
        await next(context);
    }

    public static IDisposable? Of(Actor? actor) =>
        actor is null ? null : StatementNotes.Add(("person", actor.UserId.ToString("n", CultureInfo.InvariantCulture)), ("by", actor.Key is null ? "" : "key"));
}

/// <summary>As <see cref="AskerNotes"/>, for everything that happens on a page that is open.</summary>
sealed class AskerCircuits(AuthenticationStateProvider authentication) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        using var noted = AskerNotes.Of(Actor.From((await authentication.GetAuthenticationStateAsync()).User));
        await next(context);
    };
}
