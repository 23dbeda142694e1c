using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Capture.Warnings;

/// <summary><c>/api/projects/{project}/ingestion_warnings</c>.</summary>
static class WarningEndpoints
{
    static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(7);

    public static void Map(RouteGroupBuilder project) => project.MapGroup("ingestion_warnings").WithTags("ingestion_warnings")
        .MapGet("", ListAsync).Requires(Resource.Event, Level.Read);

    static async Task<Results<Ok<ApiPage<WarningItem>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, IngestionWarnings warnings, TimeProvider time,
        CancellationToken cancellationToken,
        [FromQuery] string? reason = null, [FromQuery] string? search = null, [FromQuery] DateTimeOffset? after = null)
    {
        DropReason? wanted = null;
        if (!string.IsNullOrEmpty(reason))
        {
            if (!Enum.TryParse<DropReason>(reason.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var known))
            {
                return ApiProblem.Invalid("reason", $"'{reason}' is no reason of a warning.");
            }

            wanted = known;
        }

        var since = after ?? time.GetUtcNow() - DefaultPeriod;
        var found = await warnings.ListAsync(
            grant.ProjectId, since, wanted, search ?? "", paging.Limit, paging.Offset, cancellationToken);
        var counts = await warnings.CountAsync(grant.ProjectId, since, cancellationToken);
        var count = counts.Where(item => wanted is null || item.Reason == wanted).Sum(item => item.Count);
        return TypedResults.Ok(paging.Page(request, count, [.. found.Select(WarningItem.Of)]));
    }
}

/// <summary>A warning in the API's shape.</summary>
public sealed record WarningItem(
    string Reason, DateTimeOffset Timestamp, string Event, string EventUuid, string DistinctId, string Details)
{
    internal static WarningItem Of(IngestionWarning warning) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(warning.Reason.ToString()), warning.At, warning.Event, warning.EventUuid,
        warning.DistinctId, warning.Details);
}
