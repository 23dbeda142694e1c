using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MudBlazor;
using Prickle.Destinations;
using Prickle.Messages.Storage;
using Prickle.Rendering;
using Prickle.Storage;
using FieldType = Prickle.Destinations.FieldType;

namespace Prickle.Messages.Sending;

/// <summary>Shows the person a message on the customer's pages, once. Delivered means that it waits for them there.</summary>
sealed partial class InAppMessageKind(MessageStore messages) : DestinationKind
{
    const int MostDays = 365;

    public override string Key => "in_app_message";

    public override string Title => "In-app message";

    public override string Sentence => "Show the person a message on your pages, once";

    public override string Icon => Icons.Material.Outlined.Announcement;

    public override bool CanUndo => true;

    public override bool NeedsPerson => true;

    public override bool IsMessageToPerson => true;

    public override DestinationRepeat Repeat => DestinationRepeat.IsSafe;

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("style", "Style", FieldType.Choice) { Default = "banner", Choices = ["banner", "modal", "toast"], Help = "A banner and a toast stand beside the page's content, a modal stands before it." },
        new("title", "Title", FieldType.Text) { IsRequired = true, IsTemplate = true, Longest = 200 },
        new("body", "Text", FieldType.LongText) { IsTemplate = true, Longest = 2_000, Help = "Plain text; line breaks are kept." },
        new("button_text", "Button", FieldType.Text) { IsTemplate = true, Longest = 60, Help = "Empty for no button." },
        new("button_url", "The button leads to", FieldType.Text) { IsTemplate = true, Escape = TextEscape.Url, Longest = 2_000, Help = "https://… or a path on your site. Values may stand behind the host, not in it. Empty to only close the message." },
        new("position", "Position", FieldType.Choice) { Default = "bottom", Choices = ["top", "bottom"], Help = "Of a banner or a toast." },
        new("expires_days", "Waits for days", FieldType.Text) { Default = "30", Longest = 3, Help = "Whoever does not come within so many days does not see it." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        message.GetValueOrDefault("button_url") is { Length: > 0 } url && !LeadsToKnownPlace().IsMatch(url.Trim()) ? new FieldProblem("button_url", "The address begins with https:// and a host without places for values, or with a single /.")
        : message.GetValueOrDefault("button_url") is { Length: > 0 } && message.GetValueOrDefault("button_text") is null or "" ? new FieldProblem("button_text", "A button that leads somewhere needs words.")
        : message.GetValueOrDefault("expires_days") is { Length: > 0 } days && DaysOf(days) is null ? new FieldProblem("expires_days", $"Give a number of days from 1 to {MostDays}.")
        : null;

    public override async Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        // Values were filled in since the template was checked: a path must not have become another host's.
        if (delivery["button_url"] is { Length: > 0 } url && !LeadsToKnownPlace().IsMatch(url))
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected("The button would lead to an address that is neither https:// nor a path."));
        }
        if (DaysOf(delivery["expires_days"] is { Length: > 0 } given ? given : "30") is not { } days)
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected($"The message waits for 1 to {MostDays} days."));
        }
        var id = MessageStore.IdOf(delivery.ProjectId, delivery.Key);
        var content = new MessageContent(
            delivery["style"], delivery["title"], delivery["body"].ReplaceLineEndings("\n"), delivery["button_text"], delivery["button_url"], delivery["position"], delivery.Origin);
        return await DoAsync(async () =>
        {
            await messages.AddAsync(delivery.ProjectId, id, delivery.Person!.Id, delivery.Person.DistinctId, content, TimeSpan.FromDays(days), cancellationToken);
            return new DeliveryReport(new DeliveryOutcome.Delivered("It waits for the person's next visit."), new JsonObject { ["message_id"] = id.ToString() });
        });
    }

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) => DoAsync(async () =>
    {
        var isWithdrawn = await messages.WithdrawAsync(delivery.ProjectId, MessageStore.IdOf(delivery.ProjectId, delivery.Key), cancellationToken);
        return new DeliveryReport(new DeliveryOutcome.Delivered(isWithdrawn ? "" : "The message was seen already, or waits no more."), []);
    });

    static async Task<DeliveryReport> DoAsync(Func<Task<DeliveryReport>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (StorageOutage.Is(failure))
        {
            return new DeliveryReport(new DeliveryOutcome.Unreachable("A store of the product is away at this moment.", MayHaveArrived: true));
        }
    }

    static int? DaysOf(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays ? days : null;

    // Browsers read // and /\ as the beginning of a host, and leave out tabs and line breaks before they look.
    [GeneratedRegex(@"\A(https://[^\s/\\?#{}@]+([/?#]\P{Cc}*)?|/([^\s/\\\p{Cc}]\P{Cc}*)?)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeadsToKnownPlace();
}
