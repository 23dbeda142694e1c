using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Destinations;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>What goes into the message of one round.</summary>
sealed record SlackContent(Project Project, Dashboard Dashboard, BoardPicture Picture);

/// <summary>A dashboard as a message in Slack: its name, its period, what its tiles say and the way to it; with a bot its picture too.</summary>
sealed class SlackPost(DestinationKinds kinds, DestinationQueries destinations, DestinationSender sender, TimeProvider time)
{
    // Slack takes fifty blocks, and people read fewer.
    const int MostTiles = 20;
    const int LongestSummary = 300;

    // Of the 150 that a head may have, ampersands written out.
    const int LongestHead = 120;

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes one try.</summary>
    /// <param name="mayHaveArrived">An earlier one may have, without our knowing.</param>
    public async Task<DeliveryOutcome> SendAsync(SubscriptionRow subscription, DeliveryRow delivery, SlackContent content, bool mayHaveArrived, CancellationToken cancellationToken)
    {
        if (await destinations.FindAsync(subscription.ProjectId, delivery.DestinationId!.Value, cancellationToken) is not { } destination || kinds.Find(destination.Kind) is not { } kind)
        {
            return new DeliveryOutcome.Rejected("The destination was deleted.");
        }
        if (mayHaveArrived && kind.Repeat == DestinationRepeat.IsUnknown)
        {
            return new DeliveryOutcome.Rejected("The product ended while this was on its way. It may have arrived, and is not sent twice.");
        }
        var report = await sender.SendAsync(RequestOf(subscription, delivery, content, kind) with { MayHaveArrived = mayHaveArrived }, cancellationToken);
        return report.Outcome is DeliveryOutcome.Unreachable { MayHaveArrived: true } lost && kind.Repeat == DestinationRepeat.IsUnknown
            ? new DeliveryOutcome.Rejected($"{lost.Detail} It may have arrived, and is not sent twice.") : report.Outcome;
    }

    DeliveryRequest RequestOf(SubscriptionRow subscription, DeliveryRow delivery, SlackContent content, DestinationKind kind)
    {
        var link = new Uri(new Uri(subscription.Origin), string.Create(CultureInfo.InvariantCulture, $"/project/{content.Project.Id}/dashboards/{content.Dashboard.Id}"));
        var fields = new Dictionary<string, string>
        {
            ["channel"] = "{{ channel }}",
            ["text"] = $"{{{{ dashboard }}}} · {{{{ day }}}} <{link}|Open the dashboard>",
            ["blocks"] = BlocksOf(content, link).ToJsonString(Relaxed),
        };
        return new DeliveryRequest(
            subscription.ProjectId, kind.Key, delivery.DestinationId, string.Create(CultureInfo.InvariantCulture, $"subscription-{subscription.Id}-{delivery.DueAt.UtcTicks}"),
            fields, ValuesOf(subscription, delivery, content))
        {
            From = $"Dashboard {content.Dashboard.Name}",
            Picture = kind.TakesPicture
                ? new DeliveryPicture(string.Create(CultureInfo.InvariantCulture, $"dashboard-{content.Dashboard.Id}.png"), content.Dashboard.Name, content.Picture.Png) : null,
        };
    }

    /// <summary>What people have written stands in values, so that it stays text.</summary>
    JsonObject ValuesOf(SubscriptionRow subscription, DeliveryRow delivery, SlackContent content) => new()
    {
        ["channel"] = delivery.Recipient,
        ["dashboard"] = Cut(subscription.Title.Length > 0 ? $"{content.Dashboard.Name} · {subscription.Title}" : content.Dashboard.Name, LongestHead),
        ["project"] = content.Project.Name,
        ["day"] = TimeZoneInfo.ConvertTime(time.GetUtcNow(), content.Project.Zone).ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture),
        ["facts"] = Cut(string.Join(" · ", content.Picture.Facts), LongestSummary),
        ["schedule"] = subscription.Schedule.Words,
        ["by"] = subscription.CreatedBy,
        ["tiles"] = new JsonArray([.. content.Picture.Tiles.Take(MostTiles).Select(tile => new JsonObject
        {
            ["name"] = Cut(tile.Name, LongestHead),
            ["note"] = Cut(tile.Note, LongestHead),
            ["summary"] = Cut(SummaryOf(tile), LongestSummary),
        })]),
    };

    static JsonArray BlocksOf(SlackContent content, Uri link)
    {
        var blocks = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = "{{ dashboard }}" } },
            Small(content.Picture.Facts.Count > 0 ? "{{ project }} · {{ day }} · {{ facts }}" : "{{ project }} · {{ day }}"));
        for (var index = 0; index < Math.Min(content.Picture.Tiles.Count, MostTiles); index++)
        {
            var note = content.Picture.Tiles[index].Note.Length > 0 ? $" · {{{{ tiles[{index}].note }}}}" : "";
            blocks.Add(Paragraph(string.Create(CultureInfo.InvariantCulture, $"*{{{{ tiles[{index}].name }}}}*{note}\n{{{{ tiles[{index}].summary }}}}")));
        }
        if (content.Picture.Tiles.Count - MostTiles is > 0 and var more)
        {
            blocks.Add(Small(string.Create(CultureInfo.InvariantCulture, $"and {more} more")));
        }
        blocks.Add(Paragraph($"<{link}|Open the dashboard>"));
        blocks.Add(Small("{{ schedule }}, set up by {{ by }}."));
        return blocks;
    }

    static JsonObject Paragraph(string text) => new() { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text } };

    static JsonObject Small(string text) => new() { ["type"] = "context", ["elements"] = new JsonArray(new JsonObject { ["type"] = "mrkdwn", ["text"] = text }) };

    // The name stands above it already.
    static string SummaryOf(TileWords tile) => tile.Summary.StartsWith($"{tile.Name}: ", StringComparison.Ordinal) ? tile.Summary[(tile.Name.Length + 2)..] : tile.Summary;

    static string Cut(string text, int most) => text.Length <= most ? text : $"{text[..(most - 1)]}…";
}
