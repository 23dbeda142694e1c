using System.Net;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Prickle.Hosting;

namespace Prickle.Mail;

/// <summary>The one way out for mail: a connection for each, half a minute at most, 20 MB at most.</summary>
public sealed class Mailer(IOptions<MailOptions> options, OutboundConnections outbound, TimeProvider time)
{
    /// <summary>What most servers take; larger ones come back after minutes.</summary>
    public const int LargestBytes = 20 << 20;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Whether the operator has named a mail server.</summary>
    public bool IsSetUp => options.Value is { Host.Length: > 0, From.Length: > 0 };

    /// <summary>Whether a text is an address that mail can be sent to.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= 320 && MailboxAddress.TryParse(text, out var parsed) && parsed.Address == text && parsed.Domain.Length > 0 && parsed.LocalPart.Length > 0;

    /// <summary>Whether a text says who mail is from: an address, with or without a name.</summary>
    public static bool IsSender(string text) => text.Length <= 320 && MailboxAddress.TryParse(text, out var parsed) && parsed.Domain.Length > 0;

    /// <summary>Sends by the operator's server.</summary>
    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellationToken) =>
        IsSetUp && IsSender(options.Value.From!)
            ? await SendAsync(
                mail, new MailAccount(options.Value.Host!, options.Value.Port, options.Value.Encryption, options.Value.User ?? "", options.Value.Password ?? "", options.Value.From!),
                MailWords.OfOperator, null, cancellationToken)
            : new MailOutcome.Refused("No mail server is set up (Mail__Host and Mail__From).", IsFinal: false) { IsOfSetUp = true };

    /// <summary>Sends by a server that somebody named: never by one of a private network, unless the operator allows it.</summary>
    public Task<MailOutcome> SendAsync(OutgoingMail mail, MailAccount account, CancellationToken cancellationToken) =>
        SendAsync(mail, account, MailWords.OfAccount, outbound, cancellationToken);

    async Task<MailOutcome> SendAsync(OutgoingMail mail, MailAccount account, MailWords words, OutboundConnections? guard, CancellationToken cancellationToken)
    {
        if (!MailboxAddress.TryParse(mail.To, out var to))
        {
            return new MailOutcome.Refused($"{mail.To} is not an e-mail address.", IsFinal: true);
        }
        if (mail.Pictures.Sum(picture => (long)picture.Png.Length) > LargestBytes / 4 * 3)
        {
            return new MailOutcome.Refused($"The mail would be larger than {LargestBytes >> 20} MB.", IsFinal: true);
        }
        using var message = MailComposer.Compose(mail, MailboxAddress.Parse(account.From), to, time.GetUtcNow());
        using var client = new SmtpClient { Timeout = (int)LongestWait.TotalMilliseconds, CheckCertificateRevocation = false };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestWait);
        var isOnItsWay = false;
        try
        {
            await ConnectAsync(client, account, guard, patience.Token);
            if (account.User.Length > 0)
            {
                await client.AuthenticateAsync(account.User, account.Password, patience.Token);
            }
            isOnItsWay = true;
            await client.SendAsync(message, patience.Token);
            isOnItsWay = false;
            await client.DisconnectAsync(true, patience.Token);
            return new MailOutcome.Sent();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailOutcome.Refused($"The mail server did not answer within {LongestWait.TotalSeconds:0} s.", IsFinal: false) { MayBeSent = isOnItsWay };
        }
        catch (PrivateAddressException)
        {
            return new MailOutcome.Refused($"{account.Host} is an address of a private network, which is not allowed here.", IsFinal: false) { IsOfSetUp = true };
        }
        catch (Exception error) when (error is SmtpCommandException or ProtocolException or AuthenticationException or SslHandshakeException or ServiceNotAuthenticatedException
            or NotSupportedException or SocketException or IOException or TimeoutException)
        {
            return words.Of(error) with { MayBeSent = isOnItsWay && error is not SmtpCommandException };
        }
    }

    static async Task ConnectAsync(SmtpClient client, MailAccount account, OutboundConnections? guard, CancellationToken cancellationToken)
    {
        var options = account.Encryption switch
        {
            MailEncryption.Tls => SecureSocketOptions.SslOnConnect,
            MailEncryption.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        if (guard is null)
        {
            await client.ConnectAsync(account.Host, account.Port, options, cancellationToken);
            return;
        }
        var socket = await guard.ConnectAsync(new DnsEndPoint(account.Host, account.Port), cancellationToken);
        await client.ConnectAsync(socket, account.Host, account.Port, options, cancellationToken);
    }
}
