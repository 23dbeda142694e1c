using Prickle.Capture;

namespace Prickle.Hosting;

/// <summary>What load balancers and scripts ask: does the process live, does everything serve?</summary>
public static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/_liveness", () => Results.Text("ok"));
        routes.MapGet("/_health/live", () => Results.Text("ok"));
        routes.MapGet("/_readiness", Ready);
        routes.MapGet("/_health/ready", Ready);
    }

    static IResult Ready(StoreReadiness store, CaptureState capture, IEnumerable<IReadinessCondition> conditions)
    {
        var problems = new List<string>();
        if (!store.IsReady)
        {
            problems.Add($"the analytical store is not ready{(store.Obstacle is { } why ? $": {why}" : "")}");
        }

        if (capture.InboxFailure is { } failure)
        {
            problems.Add($"the inbox cannot be written: {failure}");
        }

        problems.AddRange(conditions.Select(condition => condition.Obstacle).OfType<string>());
        return problems.Count == 0
            ? Results.Json(new { status = "ok" })
            : Results.Json(new { status = "unavailable", problems }, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
