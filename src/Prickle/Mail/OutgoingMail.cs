namespace Prickle.Mail;

/// <summary>A mail to one address.</summary>
/// <param name="Text">For those who read no HTML.</param>
/// <param name="Html">May show pictures as <c>cid:</c> and their names.</param>
public sealed record OutgoingMail(string To, string Subject, string Text, string Html)
{
    /// <summary>Shown within the HTML.</summary>
    public IReadOnlyList<MailPicture> Pictures { get; init; } = [];

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
    public sealed record Refused(string Detail, bool IsFinal) : MailOutcome;
}
