using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Servers;

namespace Prickle.House.Alerts;

/// <summary><c>…/house/servers/{server}/alerts</c>.</summary>
static class AlertEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        var alerts = server.MapGroup("/alerts");
        alerts.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists the alerts of a server, and how they stand at each node");
        alerts.MapPost("", CreateAsync).Requires(Resource.House, Level.Write).WithSummary("Makes an alert")
            .WithDescription("`metric` (a key of the overview), `is_above`, `line`, `recovery`, `samples` in a row, `silent_after` minutes; `way` with `project_id`, `kind`, `destination_id` and `fields` says who is told.");
        alerts.MapGet("/history", HistoryAsync).Requires(Resource.House, Level.Read).WithSummary("What was raised and was over, the newest first");
        alerts.MapPut("/{id:guid}", UpdateAsync).Requires(Resource.House, Level.Write).WithSummary("Changes an alert; it begins anew at every node");
        alerts.MapPost("/{id:guid}/mute", MuteAsync).Requires(Resource.House, Level.Write).WithSummary("Keeps an alert from telling anybody for `minutes`; 0 lets it tell again");
        alerts.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.House, Level.Write).WithSummary("Deletes an alert; its history stays");
    }

    static async Task<Results<Ok<ApiPage<AlertItem>>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, AlertBook book, CancellationToken cancellationToken) =>
        await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is null
            ? ApiProblem.NotFound("Server not found.")
            : TypedResults.Ok(paging.PageOf(request, [.. (await book.ListAsync(grant, server, cancellationToken)).Select(one => AlertItem.Of(one.Rule, one.Standings))]));

    static async Task<Ok<ApiPage<AlertEntryItem>>> HistoryAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, AlertBook book, CancellationToken cancellationToken)
    {
        var (count, entries) = await book.HistoryAsync(grant, server, paging.Offset, paging.Limit, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. entries.Select(AlertEntryItem.Of)]));
    }

    static async Task<Results<Created<AlertItem>, ProblemHttpResult>> CreateAsync(
        OrganizationGrant grant, Guid server, AlertBody body, AlertBook book, CancellationToken cancellationToken) =>
        (await book.CreateAsync(grant, server, body.Terms, body.ReadWay, cancellationToken)).Match<Results<Created<AlertItem>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/organizations/{grant.OrganizationId}/house/servers/{server}/alerts/{made.Id}", AlertItem.Of(made, [])), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<AlertItem>, ProblemHttpResult>> UpdateAsync(
        OrganizationGrant grant, Guid server, Guid id, AlertBody body, AlertBook book, CancellationToken cancellationToken) =>
        Reply(await book.UpdateAsync(grant, server, id, body.Terms, body.ReadWay, body.Enabled ?? true, cancellationToken));

    static async Task<Results<Ok<AlertItem>, ProblemHttpResult>> MuteAsync(
        OrganizationGrant grant, Guid server, Guid id, MuteBody body, AlertBook book, CancellationToken cancellationToken) =>
        Reply(await book.MuteAsync(grant, server, id, TimeSpan.FromMinutes(Math.Clamp(body.Minutes, -1, 10_000_000)), cancellationToken));

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(OrganizationGrant grant, Guid server, Guid id, AlertBook book, CancellationToken cancellationToken) =>
        (await book.DeleteAsync(grant, server, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static Results<Ok<AlertItem>, ProblemHttpResult> Reply(Outcome<AlertRule> outcome) =>
        outcome.Match<Results<Ok<AlertItem>, ProblemHttpResult>>(rule => TypedResults.Ok(AlertItem.Of(rule, [])), refusal => ApiProblem.From(refusal));
}

/// <summary>An alert as a request says it.</summary>
sealed record AlertBody(string Metric, double Line, bool IsAbove = true, double? Recovery = null, int Samples = 2, int SilentAfter = 5, AlertWayBody? Way = null, bool? Enabled = null)
{
    internal AlertTerms Terms => new(Metric, IsAbove, Line, Recovery ?? Line, Samples, SilentAfter);

    internal AlertWay? ReadWay => Way is null ? null : new AlertWay(Way.ProjectId, Way.Kind, Way.DestinationId, Way.Fields ?? []);
}

/// <summary>Who is told.</summary>
sealed record AlertWayBody(int ProjectId, string Kind, Guid DestinationId, Dictionary<string, string>? Fields = null);

/// <summary>For how long nobody is told.</summary>
sealed record MuteBody(int Minutes);

/// <summary>An alert, and how it stands.</summary>
sealed record AlertItem(
    Guid Id, string Metric, string Words, bool IsAbove, double Line, double Recovery, int Samples, int SilentAfter, AlertWayItem? Way, bool Enabled, DateTimeOffset? MutedUntil,
    string CreatedBy, DateTimeOffset CreatedAt, int Version, IReadOnlyList<AlertStandingItem> Standings)
{
    public static AlertItem Of(AlertRule rule, IReadOnlyList<(string Node, AlertStanding Standing)> standings) => new(
        rule.Id, rule.Terms.Metric, AlertWords.Of(rule.Terms), rule.Terms.IsAbove, rule.Terms.Line, rule.Terms.Recovery, rule.Terms.Samples, rule.Terms.SilentAfter,
        rule.Way is { } way ? new AlertWayItem(way.ProjectId, way.Kind, way.DestinationId, way.Fields) : null, rule.Enabled, rule.MutedUntil, rule.CreatedBy, rule.CreatedAt, rule.Version,
        [.. standings.Select(one => new AlertStandingItem(one.Node, one.Standing.Condition, one.Standing.Value, one.Standing.Since, one.Standing.ReadAt))]);
}

/// <summary>Who is told.</summary>
sealed record AlertWayItem(int ProjectId, string Kind, Guid DestinationId, IReadOnlyDictionary<string, string> Fields);

/// <summary>How an alert stands at a node.</summary>
sealed record AlertStandingItem(string Node, AlertCondition Condition, double? Value, DateTimeOffset Since, DateTimeOffset ReadAt);

/// <summary>An entry of the history. <c>told</c> is null while somebody is still to be told.</summary>
sealed record AlertEntryItem(Guid Id, Guid AlertId, string Metric, string Node, AlertHappening Happening, double? Value, DateTimeOffset At, string? Told)
{
    public static AlertEntryItem Of(AlertEntry entry) => new(entry.Id, entry.RuleId, entry.Metric, entry.Node, entry.Happening, entry.Value, entry.At, entry.Told);
}
