using Prickle.Capture;

namespace Prickle.Hosting;

/// <summary>
/// What balancers, watchdogs and scripts ask: does the process live, does it take events, does everything serve?
/// Three questions, because their answers lead to different acts: restart it, send it no events, send it no people.
/// </summary>
public static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/_liveness", () => Results.Text("ok"));
        routes.MapGet("/_health/live", () => Results.Text("ok"));
        routes.MapGet("/_health/capture", (CaptureState capture) => Answer([.. Inbox(capture)]));
        routes.MapGet("/_readiness", ReadyAsync);
        routes.MapGet("/_health/ready", ReadyAsync);
    }

    static async Task<IResult> ReadyAsync(
        StoreHealth stores, CaptureState capture, IEnumerable<IReadinessCondition> conditions, CancellationToken cancellationToken)
    {
        var away = new List<Away>(Inbox(capture));
        away.AddRange(await stores.AwayAsync(cancellationToken));
        away.AddRange(conditions.Where(condition => condition.Obstacle is not null)
            .Select(condition => new Away(condition.Part, condition.Obstacle!)));
        return Answer(away);
    }

    static IEnumerable<Away> Inbox(CaptureState capture)
    {
        if (capture.InboxFailure is not null)
        {
            yield return new Away("inbox", "the inbox cannot be written");
        }
    }

    static IResult Answer(IReadOnlyCollection<Away> away) => away.Count == 0
        ? Results.Json(new { status = "ok" })
        : Results.Json(
            new { status = "unavailable", away = away.Select(part => part.Part), problems = away.Select(part => part.Problem) },
            statusCode: StatusCodes.Status503ServiceUnavailable);
}

/// <summary>A part that does not serve now, and its state in words of ours: anybody may read them.</summary>
readonly record struct Away(string Part, string Problem);
