using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Prickle.Mail;

/// <summary>
/// What is told of a failure. What a server says may name the account; it is for its owner's log and not for those who wait.
/// </summary>
/// <param name="encryption">Where the encryption is set.</param>
/// <param name="sender">Where the sender is set.</param>
sealed class MailWords(string encryption, string sender)
{
    public static readonly MailWords OfOperator = new("see Mail__Encryption", "the address in Mail__From");
    public static readonly MailWords OfAccount = new("look at its encryption and port", "this sender");

    public MailOutcome.Refused Of(Exception error) => error switch
    {
        AuthenticationException => SetUp("The mail server does not accept the account it was given."),
        ServiceNotAuthenticatedException => SetUp("The mail server takes mail from those alone who have an account there."),
        SslHandshakeException => SetUp($"The connection to the mail server could not be encrypted; {encryption}."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted, Mailbox.Address: var address } refused =>
            Command(refused, $"The mail server does not take mail for {address}."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted } refused =>
            Command(refused, $"The mail server does not take mail from {sender}.") with { IsFinal = false, IsOfSetUp = true },
        SmtpCommandException refused => Command(refused, $"The mail server refused the mail ({(int)refused.StatusCode})."),
        NotSupportedException => SetUp($"The mail server does not offer encryption; {encryption}."),
        _ => new("The mail server could not be reached.", IsFinal: false),
    };

    static MailOutcome.Refused SetUp(string detail) => new(detail, IsFinal: false) { IsOfSetUp = true };

    static MailOutcome.Refused Command(SmtpCommandException refused, string detail) =>
        new(detail, IsFinal: refused.StatusCode >= SmtpStatusCode.SyntaxError) { Status = (int)refused.StatusCode };
}
