using System.Globalization;
using System.Net;
using System.Text;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Mail;
using Prickle.Subscriptions.Leaving;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>What goes into the mails of one round.</summary>
sealed record MailContent(Project Project, Dashboard Dashboard, IReadOnlyList<TilePicture> Tiles);

/// <summary>The mail of a subscription: every tile as a picture with its words, below one another, so that it reads on a phone.</summary>
sealed class SubscriptionMail(LeavingLinks leaving, TimeProvider time)
{
    public OutgoingMail Compose(SubscriptionRow subscription, MailContent content, string recipient)
    {
        var dashboard = new Uri(new Uri(subscription.Origin), string.Create(CultureInfo.InvariantCulture, $"/project/{content.Project.Id}/dashboards/{content.Dashboard.Id}"));
        var leave = leaving.Of(subscription, recipient);
        var day = TimeZoneInfo.ConvertTime(time.GetUtcNow(), content.Project.Zone).ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture);
        var subject = subscription.Title.Length > 0 ? $"{content.Dashboard.Name} · {subscription.Title}" : content.Dashboard.Name;
        return new OutgoingMail(recipient, subject, Text(content, subscription, dashboard, leave, day), Html(content, subscription, dashboard, leave, day))
        {
            Pictures = [.. content.Tiles.Select((tile, index) => new MailPicture(NameOf(index), tile.Png))],
            Unsubscribe = leaving.OneClickOf(subscription, recipient),
        };
    }

    static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"tile-{index + 1}.png");

    static string Text(MailContent content, SubscriptionRow subscription, Uri dashboard, Uri leave, string day)
    {
        var text = new StringBuilder($"{content.Dashboard.Name}\n{content.Project.Name}, {day}\n{dashboard}\n");
        foreach (var tile in content.Tiles)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{tile.Name}\n{tile.Summary}\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"\n{subscription.Schedule.Words}, set up by {subscription.CreatedBy}.\nNo more of these: {leave}\n").ToString();
    }

    // Mail programs know few styles and no style sheets.
    static string Html(MailContent content, SubscriptionRow subscription, Uri dashboard, Uri leave, string day)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Safe(content.Dashboard.Name)}</title></head>
            <body style="margin:0;background:#faf6ef;color:#26211c;font-family:Inter,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;font-size:14px;line-height:1.5">
            <div style="max-width:640px;margin:0 auto;padding:24px 16px">
            <h1 style="margin:0;font-size:24px;line-height:1.25"><a href="{Safe(dashboard.ToString())}" style="color:#26211c;text-decoration:none">{Safe(content.Dashboard.Name)}</a></h1>
            <p style="margin:4px 0 16px;color:#6b6259">{Safe(content.Project.Name)} · {Safe(day)}</p>
            """);
        for (var index = 0; index < content.Tiles.Count; index++)
        {
            var tile = content.Tiles[index];
            html.Append(CultureInfo.InvariantCulture, $"""
                <a href="{Safe(dashboard.ToString())}" style="display:block;margin:0 0 16px"><img src="cid:{NameOf(index)}" width="{tile.Width}" alt="{Safe($"{tile.Name}. {tile.Summary}")}" style="display:block;width:100%;max-width:{tile.Width}px;height:auto;border:0"></a>
                """);
        }
        html.Append(CultureInfo.InvariantCulture, $"""
            <p style="margin:8px 0 24px"><a href="{Safe(dashboard.ToString())}" style="display:inline-block;padding:10px 16px;border-radius:8px;background:#b53d16;color:#fff;text-decoration:none;font-weight:600">Open the dashboard</a></p>
            <p style="margin:0;color:#6b6259;font-size:12px">{Safe(subscription.Schedule.Words)}, set up by {Safe(subscription.CreatedBy)}. <a href="{Safe(leave.ToString())}" style="color:#6b6259">No more of these</a>.</p>
            </div></body></html>
            """);
        return html.ToString();
    }

    static string Safe(string text) => WebUtility.HtmlEncode(text);
}
