namespace Prickle.Mail;

/// <summary>A mail to one address.</summary>
/// <param name="Text">For those who read no HTML.</param>
/// <param name="Html">May show pictures as <c>cid:</c> and their names.</param>
public sealed record OutgoingMail(string To, string Subject, string Text, string Html)
{
    /// <summary>Shown within the HTML.</summary>
    public IReadOnlyList<MailPicture> Pictures { get; init; } = [];

    /// <summary>Where answers go, if not to who sends.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Names the mail: the same key makes the same Message-ID, by which mail programs know a repetition. Null for a new one each time.</summary>
    public string? Key { get; init; }

    /// <summary>Where one click ends such mails, as RFC 8058 has it; null for mails that come once.</summary>
    public Uri? Unsubscribe { get; init; }
}

/// <summary>A PNG within a mail.</summary>
/// <param name="Name">Unique in the mail: <c>tile-1.png</c>.</param>
public sealed record MailPicture(string Name, byte[] Png);

/// <summary>What became of a mail.</summary>
public abstract record MailOutcome
{
    MailOutcome()
    {
    }

    /// <summary>The server has it.</summary>
    public sealed record Sent : MailOutcome;

    /// <summary>It was not taken.</summary>
    /// <param name="Detail">One sentence for those who wait for it.</param>
    /// <param name="IsFinal">Trying again would not help: no such mailbox, too large.</param>
    public sealed record Refused(string Detail, bool IsFinal) : MailOutcome
    {
        /// <summary>The server, the account or the sender's address is wrong, and no mail goes this way.</summary>
        public bool IsOfSetUp { get; init; }

        /// <summary>The mail was on its way when the connection broke: it may have been taken.</summary>
        public bool MayBeSent { get; init; }

        /// <summary>The status of SMTP; null when the server said none.</summary>
        public int? Status { get; init; }
    }
}

/// <summary>A mail server with the account that sends by it.</summary>
/// <param name="User">Empty where the server takes mail without an account.</param>
/// <param name="From">Who the mails are from: <c>Shop &lt;shop@example.com&gt;</c>.</param>
public sealed record MailAccount(string Host, int Port, MailEncryption Encryption, string User, string Password, string From);
