using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Prickle.Subscriptions.Api;

/// <summary><c>/api/projects/{project}/subscriptions</c>.</summary>
static class SubscriptionEndpoints
{
    const int MostDeliveries = 200;

    public static void Map(RouteGroupBuilder project)
    {
        var subscriptions = project.MapGroup("/subscriptions").WithTags("subscriptions");
        subscriptions.MapGet("", ListAsync).Requires(Resource.Subscription, Level.Read).WithSummary("Lists subscriptions, the newest first; `dashboard` those of one dashboard");
        subscriptions.MapPost("", CreateAsync).Requires(Resource.Subscription, Level.Write).WithSummary("Sends a dashboard by e-mail or to Slack from now on")
            .WithDescription("`target_type` is email, and `target_value` a list of addresses with commas between; or it is slack, with the id of a `destination` and, for a bot, a channel as `target_value`. `frequency` is daily, weekly (`byweekday`) or monthly (`bymonthday`); `time` is of the project's zone.");
        subscriptions.MapGet("/{id:int}", FindAsync).Requires(Resource.Subscription, Level.Read).WithSummary("Gives a subscription");
        subscriptions.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.Subscription, Level.Write).WithSummary("Changes what the body names");
        subscriptions.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.Subscription, Level.Write).WithSummary("Ends a subscription");
        subscriptions.MapPost("/{id:int}/send", SendAsync).Requires(Resource.Subscription, Level.Write).WithSummary("Sends it now, besides its schedule");
        subscriptions.MapGet("/{id:int}/deliveries", DeliveriesAsync).Requires(Resource.Subscription, Level.Read).WithSummary($"Gives what was sent, the newest first; at most {MostDeliveries}");
    }

    static async Task<Ok<ApiPage<SubscriptionReply>>> ListAsync(
        ProjectGrant grant, SubscriptionBook subscriptions, Paging paging, HttpRequest request, CancellationToken cancellationToken, int? dashboard = null)
    {
        var (count, found) = await subscriptions.ListAsync(grant.ProjectId, dashboard, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. found.Select(SubscriptionReply.Of)]));
    }

    static async Task<Results<Created<SubscriptionReply>, ProblemHttpResult>> CreateAsync(
        SubscriptionBody body, ProjectGrant grant, SubscriptionBook subscriptions, HttpRequest request, CancellationToken cancellationToken)
    {
        if (body.ToDraft(out var wrong) is not { } draft)
        {
            return wrong!;
        }
        return (await subscriptions.CreateAsync(grant, draft, new Uri($"{request.Scheme}://{request.Host}"), cancellationToken))
            .Match<Results<Created<SubscriptionReply>, ProblemHttpResult>>(
                made => TypedResults.Created($"/api/projects/{grant.ProjectId}/subscriptions/{made.Id}", SubscriptionReply.Of(made)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<Ok<SubscriptionReply>, ProblemHttpResult>> FindAsync(int id, ProjectGrant grant, SubscriptionBook subscriptions, CancellationToken cancellationToken) =>
        await subscriptions.FindAsync(grant.ProjectId, id, cancellationToken) is { } found ? TypedResults.Ok(SubscriptionReply.Of(found)) : NotFound;

    static async Task<Results<Ok<SubscriptionReply>, ProblemHttpResult>> UpdateAsync(
        int id, JsonObject patch, ProjectGrant grant, SubscriptionBook subscriptions, IOptions<HttpJson> json, CancellationToken cancellationToken)
    {
        if (await subscriptions.FindAsync(grant.ProjectId, id, cancellationToken) is not { } current)
        {
            return NotFound;
        }
        if (!MergePatch.TryApply(SubscriptionBody.Of(current), patch, json.Value.SerializerOptions, out var body, out var attribute))
        {
            return ApiProblem.Invalid(attribute, "The value does not have the expected form.");
        }
        return body.ToDraft(out var wrong) is not { } draft ? wrong! : Changed(await subscriptions.UpdateAsync(grant, id, draft, cancellationToken));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(int id, ProjectGrant grant, SubscriptionBook subscriptions, CancellationToken cancellationToken) =>
        (await subscriptions.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<SubscriptionReply>, ProblemHttpResult>> SendAsync(int id, ProjectGrant grant, SubscriptionBook subscriptions, CancellationToken cancellationToken) =>
        Changed(await subscriptions.SendNowAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<DeliveryList>, ProblemHttpResult>> DeliveriesAsync(int id, ProjectGrant grant, SubscriptionBook subscriptions, CancellationToken cancellationToken) =>
        await subscriptions.FindAsync(grant.ProjectId, id, cancellationToken) is null ? NotFound
            : TypedResults.Ok(new DeliveryList(await subscriptions.DeliveriesAsync(grant.ProjectId, id, MostDeliveries, cancellationToken)));

    static Results<Ok<SubscriptionReply>, ProblemHttpResult> Changed(Outcome<Subscription> outcome) => outcome.Match<Results<Ok<SubscriptionReply>, ProblemHttpResult>>(
        changed => TypedResults.Ok(SubscriptionReply.Of(changed)), refusal => ApiProblem.From(refusal));

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Subscription not found.");
}

/// <summary>What was sent of a subscription.</summary>
public sealed record DeliveryList(IReadOnlyList<Delivery> Results);

/// <summary>A subscription as it is set, in the field's names.</summary>
public sealed record SubscriptionBody
{
    public int Dashboard { get; init; }
    public string Title { get; init; } = "";
    public string TargetType { get; init; } = "email";
    public string TargetValue { get; init; } = "";
    public Guid? Destination { get; init; }
    public string Frequency { get; init; } = "weekly";
    public IReadOnlyList<string>? Byweekday { get; init; }
    public int? Bymonthday { get; init; }
    public string Time { get; init; } = "09:00";
    public bool Enabled { get; init; } = true;

    internal static SubscriptionBody Of(Subscription subscription) => new()
    {
        Dashboard = subscription.DashboardId,
        Title = subscription.Title,
        TargetType = TypeOf(subscription),
        TargetValue = ValueOf(subscription),
        Destination = subscription.Slack?.DestinationId,
        Frequency = subscription.Schedule.Frequency.ToString().ToLowerInvariant(),
        Byweekday = WeekdaysOf(subscription.Schedule),
        Bymonthday = subscription.Schedule.MonthDay,
        Time = TimeOf(subscription.Schedule),
        Enabled = subscription.Enabled,
    };

    internal static string TypeOf(Subscription subscription) => subscription.Slack is null ? "email" : "slack";

    internal static string ValueOf(Subscription subscription) => subscription.Slack?.Channel ?? string.Join(",", subscription.Recipients);

    internal static IReadOnlyList<string> WeekdaysOf(SubscriptionSchedule schedule) => [.. schedule.Weekdays.Select(day => day.ToString().ToLowerInvariant())];

    internal static string TimeOf(SubscriptionSchedule schedule) => schedule.Time.ToString("HH:mm", CultureInfo.InvariantCulture);

    internal SubscriptionDraft? ToDraft(out ProblemHttpResult? wrong)
    {
        var weekdays = new List<DayOfWeek>();
        var isFrequency = Named(Frequency, out SubscriptionFrequency frequency);
        var isTime = TimeOnly.TryParseExact(Time, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        wrong = TargetType is not ("email" or "slack") ? ApiProblem.Invalid("target_type", "A dashboard is sent by email or to slack.")
            : TargetType == "slack" && Destination is null ? ApiProblem.Invalid("destination", "Say by which destination it goes to Slack.")
            : !isFrequency ? ApiProblem.Invalid("frequency", "The frequency is daily, weekly or monthly.")
            : !isTime ? ApiProblem.Invalid("time", "The time is written as 09:00.")
            : null;
        foreach (var name in Byweekday ?? ["monday"])
        {
            if (Named(name, out DayOfWeek day))
            {
                weekdays.Add(day);
            }
            else
            {
                wrong ??= ApiProblem.Invalid("byweekday", $"“{name}” is no day of the week.");
            }
        }
        return wrong is not null ? null : new SubscriptionDraft
        {
            DashboardId = Dashboard,
            Title = Title,
            Recipients = TargetType == "slack" ? [] : [.. TargetValue.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Slack = TargetType == "slack" ? new SlackTarget(Destination!.Value, TargetValue.Trim()) : null,
            Schedule = new SubscriptionSchedule(frequency, weekdays, Bymonthday ?? 1, new TimeOnly(time.Hour, time.Minute)),
            Enabled = Enabled,
        };

        // Names alone: numbers would pass as well.
        static bool Named<T>(string text, out T value) where T : struct, Enum => Enum.TryParse(text, ignoreCase: true, out value) && text.Length > 0 && char.IsLetter(text[0]);
    }
}

/// <summary>A subscription as the API gives it.</summary>
public sealed record SubscriptionReply(
    int Id, int Dashboard, string Title, string TargetType, string TargetValue, Guid? Destination, string Frequency, IReadOnlyList<string> Byweekday, int Bymonthday, string Time, bool Enabled,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? NextDeliveryDate, DeliveryRound? LastDelivery)
{
    internal static SubscriptionReply Of(Subscription subscription) => new(
        subscription.Id, subscription.DashboardId, subscription.Title, SubscriptionBody.TypeOf(subscription), SubscriptionBody.ValueOf(subscription), subscription.Slack?.DestinationId, subscription.Schedule.Frequency.ToString().ToLowerInvariant(),
        SubscriptionBody.WeekdaysOf(subscription.Schedule), subscription.Schedule.MonthDay, SubscriptionBody.TimeOf(subscription.Schedule), subscription.Enabled,
        subscription.CreatedBy, subscription.CreatedAt, subscription.NextAt, subscription.Last);
}
