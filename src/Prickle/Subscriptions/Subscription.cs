using System.Text.Json.Serialization;
using Prickle.Accounts;
using Prickle.Mail;

namespace Prickle.Subscriptions;

[JsonConverter(typeof(JsonStringEnumConverter<SubscriptionFrequency>))]
public enum SubscriptionFrequency
{
    [JsonStringEnumMemberName("daily")] Daily,
    [JsonStringEnumMemberName("weekly")] Weekly,
    [JsonStringEnumMemberName("monthly")] Monthly,
}

/// <summary>When a dashboard is sent, in the project's zone.</summary>
/// <param name="Weekdays">Of a weekly one; at least one.</param>
/// <param name="MonthDay">Of a monthly one, 1 to 31; in a shorter month its last day.</param>
/// <param name="Time">Of the day, to the minute.</param>
public sealed record SubscriptionSchedule(SubscriptionFrequency Frequency, IReadOnlyList<DayOfWeek> Weekdays, int MonthDay, TimeOnly Time)
{
    /// <summary>The first time after a moment. A time that a change of clocks leaves out comes an hour later, one that comes twice the first time.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
        while (true)
        {
            if (Falls(day) && At(day, zone) is var at && at > moment)
            {
                return at;
            }
            day = day.AddDays(1);
        }
    }

    /// <summary>In words: "Weekly on Monday at 09:00".</summary>
    public string Words => Frequency switch
    {
        SubscriptionFrequency.Daily => $"Daily at {Time:HH\\:mm}",
        SubscriptionFrequency.Weekly => $"Weekly on {string.Join(", ", Weekdays)} at {Time:HH\\:mm}",
        _ => $"Monthly on day {MonthDay} at {Time:HH\\:mm}",
    };

    bool Falls(DateOnly day) => Frequency switch
    {
        SubscriptionFrequency.Daily => true,
        SubscriptionFrequency.Weekly => Weekdays.Contains(day.DayOfWeek),
        _ => day.Day == Math.Min(MonthDay, DateTime.DaysInMonth(day.Year, day.Month)),
    };

    DateTimeOffset At(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(Time);
        if (zone.IsInvalidTime(local))
        {
            local = local.AddHours(1);
        }
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

/// <summary>A dashboard that comes by mail, or to Slack.</summary>
/// <param name="CreatedBy">The address at the time.</param>
/// <param name="NextAt">When it is sent next; null while it is switched off.</param>
/// <param name="Last">What became of the newest one that was due; null before the first.</param>
public sealed record Subscription(
    int Id, int DashboardId, string Title, IReadOnlyList<string> Recipients, SubscriptionSchedule Schedule, bool Enabled,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? NextAt, DeliveryRound? Last)
{
    /// <summary>Null for one that goes by mail.</summary>
    public SlackTarget? Slack { get; init; }
}

/// <summary>Where in Slack a dashboard goes.</summary>
/// <param name="DestinationId">A destination of the kind <c>slack</c> or <c>slack_webhook</c>.</param>
/// <param name="Channel">Of a bot; empty for a webhook, which has one channel of its own.</param>
public sealed record SlackTarget(Guid DestinationId, string Channel);

/// <summary>One time at which a subscription was due.</summary>
/// <param name="Detail">Why some could not be sent, or went with less than they should; null where all is well.</param>
public sealed record DeliveryRound(DateTimeOffset DueAt, int Sent, int Waiting, int Failed, string? Detail);

/// <summary>What people may set of a subscription.</summary>
public sealed record SubscriptionDraft
{
    public const int MostRecipients = 50;
    public const int MostCharactersOfChannel = 200;

    public int DashboardId { get; init; }

    /// <summary>In the subject, behind the dashboard's name.</summary>
    public string Title { get; init; } = "";
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Goes to Slack then, and to no recipients; null for mail.</summary>
    public SlackTarget? Slack { get; init; }
    public SubscriptionSchedule Schedule { get; init; } = new(SubscriptionFrequency.Weekly, [DayOfWeek.Monday], 1, new TimeOnly(9, 0));
    public bool Enabled { get; init; } = true;

    public static SubscriptionDraft Of(Subscription subscription) => new()
    {
        DashboardId = subscription.DashboardId,
        Title = subscription.Title,
        Recipients = subscription.Recipients,
        Slack = subscription.Slack,
        Schedule = subscription.Schedule,
        Enabled = subscription.Enabled,
    };

    internal Refusal? Check() =>
        Title.Length > 200 ? Refusal.Invalid("title", "A title has at most 200 characters.")
        : Slack is null && Addresses() is { } refusal ? refusal
        : Slack is { Channel.Length: > MostCharactersOfChannel } ? Refusal.Invalid("target_value", $"A channel has at most {MostCharactersOfChannel} characters.")
        : !Enum.IsDefined(Schedule.Frequency) ? Refusal.Invalid("frequency", "The frequency is daily, weekly or monthly.")
        : Schedule.Frequency == SubscriptionFrequency.Weekly && Schedule.Weekdays.Count == 0 ? Refusal.Invalid("byweekday", "A weekly subscription needs a day of the week.")
        : Schedule.Frequency == SubscriptionFrequency.Monthly && Schedule.MonthDay is < 1 or > 31 ? Refusal.Invalid("bymonthday", "The day of a month is 1 to 31.")
        : null;

    Refusal? Addresses() =>
        Recipients.Count == 0 ? Refusal.Invalid("target_value", "Somebody has to get it: name at least one e-mail address.")
        : Recipients.Count > MostRecipients ? Refusal.Invalid("target_value", $"A subscription goes to at most {MostRecipients} addresses.")
        : Recipients.FirstOrDefault(address => !Mailer.IsAddress(address)) is { } wrong ? Refusal.Invalid("target_value", $"“{wrong}” is not an e-mail address.")
        : null;
}
