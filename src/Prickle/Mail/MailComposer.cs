using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace Prickle.Mail;

/// <summary>Writes mails as they go over the wire.</summary>
static class MailComposer
{
    public static MimeMessage Compose(OutgoingMail mail, MailboxAddress from, MailboxAddress to, DateTimeOffset now)
    {
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        foreach (var picture in mail.Pictures)
        {
            var part = body.LinkedResources.Add(picture.Name, picture.Png, new ContentType("image", "png"));
            part.ContentId = picture.Name;
        }
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            Body = body.ToMessageBody(),
            Date = now,
            MessageId = mail.Key is null ? MimeUtils.GenerateMessageId(from.Domain) : IdOf(mail.Key, from.Domain),
        };
        message.From.Add(from);
        message.To.Add(to);
        if (mail.ReplyTo is { Length: > 0 } answers && MailboxAddress.TryParse(answers, out var replyTo))
        {
            message.ReplyTo.Add(replyTo);
        }
        // Out-of-office answers to a report are of use to nobody.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.Unsubscribe is { } link)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{link}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        return message;
    }

    // Of a hash: a key may hold what is no part of an address.
    static string IdOf(string key, string domain) => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))[..16])}.prickle@{domain}";
}
