using System.Text.Json;
using Prickle.Api;

namespace Prickle.Insights.Saved;

/// <summary>The answer behind a link, without any credentials. How it was computed is left out: it names people's data.</summary>
static class SharedEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/shared/insights/{token}", GetAsync).WithTags("Insights").WithSummary("Gives the answer of a shared insight");

    static async Task<IResult> GetAsync(string token, SharedInsights shared, CancellationToken cancellationToken) =>
        (await shared.AskAsync(token, cancellationToken)).Match<IResult>(
            insight => TypedResults.Ok(new SharedReply(
                insight.Name, insight.Description, JsonSerializer.SerializeToElement(insight.Answer.Result, InsightJson.Options), insight.Answer.ComputedAt,
                insight.Answer.TimeZone)),
            refusal => ApiProblem.From(refusal));
}

/// <summary>A shared insight.</summary>
public sealed record SharedReply(string Name, string Description, JsonElement Result, DateTimeOffset LastRefresh, string Timezone);
