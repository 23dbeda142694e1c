using System.ComponentModel.DataAnnotations;

namespace Prickle.Mail;

/// <summary>The operator's mail server: the section <c>Mail</c> of the configuration. Without a host no mail leaves.</summary>
public sealed class MailOptions
{
    public string? Host { get; set; }

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>Null: the server takes mail without an account.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>Who the mails are from: <c>Prickle &lt;prickle@example.com&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>Off is for servers on the same machine or network alone.</summary>
    public MailEncryption Encryption { get; set; } = MailEncryption.StartTls;
}

public enum MailEncryption
{
    /// <summary>Begins in the clear and is encrypted before anything is said; refused where the server cannot.</summary>
    StartTls,
    /// <summary>Encrypted from the first byte (port 465).</summary>
    Tls,
    Off,
}
