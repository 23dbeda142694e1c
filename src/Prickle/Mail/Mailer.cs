using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;

namespace Prickle.Mail;

/// <summary>The one way out for mail: a connection for each, half a minute at most, 20 MB at most.</summary>
public sealed class Mailer(IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>What most servers take; larger ones come back after minutes.</summary>
    public const int LargestBytes = 20 << 20;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Whether the operator has named a mail server.</summary>
    public bool IsSetUp => options.Value is { Host.Length: > 0, From.Length: > 0 };

    /// <summary>Whether a text is an address that mail can be sent to.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= 320 && MailboxAddress.TryParse(text, out var parsed) && parsed.Address == text && parsed.Domain.Length > 0 && parsed.LocalPart.Length > 0;

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        if (!IsSetUp || !MailboxAddress.TryParse(options.Value.From, out var from))
        {
            return new MailOutcome.Refused("No mail server is set up (Mail__Host and Mail__From).", IsFinal: false);
        }
        if (!MailboxAddress.TryParse(mail.To, out var to))
        {
            return new MailOutcome.Refused($"{mail.To} is not an e-mail address.", IsFinal: true);
        }
        if (mail.Pictures.Sum(picture => (long)picture.Png.Length) > LargestBytes / 4 * 3)
        {
            return new MailOutcome.Refused($"The mail would be larger than {LargestBytes >> 20} MB.", IsFinal: true);
        }
        using var message = Compose(mail, from, to);
        using var client = new SmtpClient { Timeout = (int)LongestWait.TotalMilliseconds, CheckCertificateRevocation = false };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestWait);
        try
        {
            await client.ConnectAsync(options.Value.Host!, options.Value.Port, options.Value.Encryption switch
            {
                MailEncryption.Tls => SecureSocketOptions.SslOnConnect,
                MailEncryption.StartTls => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.None,
            }, patience.Token);
            if (options.Value is { User: { Length: > 0 } user, Password: var password })
            {
                await client.AuthenticateAsync(user, password ?? "", patience.Token);
            }
            await client.SendAsync(message, patience.Token);
            await client.DisconnectAsync(true, patience.Token);
            return new MailOutcome.Sent();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailOutcome.Refused($"The mail server did not answer within {LongestWait.TotalSeconds:0} s.", IsFinal: false);
        }
        catch (Exception error) when (error is SmtpCommandException or ProtocolException or AuthenticationException or SslHandshakeException or ServiceNotAuthenticatedException
            or NotSupportedException or SocketException or IOException or TimeoutException)
        {
            return new MailOutcome.Refused(Words(error), error is SmtpCommandException { StatusCode: >= SmtpStatusCode.SyntaxError } and not { ErrorCode: SmtpErrorCode.SenderNotAccepted });
        }
    }

    MimeMessage Compose(OutgoingMail mail, MailboxAddress from, MailboxAddress to)
    {
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        foreach (var picture in mail.Pictures)
        {
            var part = body.LinkedResources.Add(picture.Name, picture.Png, new ContentType("image", "png"));
            part.ContentId = picture.Name;
        }
        var message = new MimeMessage { Subject = mail.Subject, Body = body.ToMessageBody(), Date = time.GetUtcNow(), MessageId = MimeUtils.GenerateMessageId(from.Domain) };
        message.From.Add(from);
        message.To.Add(to);
        // Out-of-office answers to a report are of use to nobody.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.Unsubscribe is { } link)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{link}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        return message;
    }

    // What a server says may name the account; it is for the operator's log and not for those who wait.
    static string Words(Exception error) => error switch
    {
        AuthenticationException => "The mail server does not accept the account it was given.",
        SslHandshakeException => "The connection to the mail server could not be encrypted; see Mail__Encryption.",
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted, Mailbox.Address: var address } => $"The mail server does not take mail for {address}.",
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted } => "The mail server does not take mail from the address in Mail__From.",
        SmtpCommandException refused => $"The mail server refused the mail ({(int)refused.StatusCode}).",
        NotSupportedException => "The mail server does not offer encryption; see Mail__Encryption.",
        _ => "The mail server could not be reached.",
    };
}
