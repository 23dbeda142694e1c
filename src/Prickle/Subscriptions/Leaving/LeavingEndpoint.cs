namespace Prickle.Subscriptions.Leaving;

/// <summary>The button of mail programs: one post, without a page. Whoever opens the address gets the page.</summary>
static class LeavingEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/unsubscribe/{token}/one-click", LeaveAsync).DisableAntiforgery().ExcludeFromDescription();
        endpoints.MapGet("/unsubscribe/{token}/one-click", (string token) => TypedResults.Redirect($"/unsubscribe/{token}")).ExcludeFromDescription();
    }

    static async Task<IResult> LeaveAsync(string token, LeavingLinks links, CancellationToken cancellationToken) =>
        await links.LeaveAsync(token, cancellationToken) ? TypedResults.Ok() : TypedResults.NotFound();
}
