using System.Globalization;
using System.Text.Json.Nodes;
using MudBlazor;
using Prickle.Mail;
using Prickle.Rendering;

namespace Prickle.Destinations.Mail;

/// <summary>A mail to one address: by the operator's server, or by the one of the connection.</summary>
sealed class MailKind(Mailer mailer) : DestinationKind
{
    public override string Key => "email";

    public override string Title => "E-mail";

    public override string Sentence => "Send a mail to somebody";

    public override string Icon => Icons.Material.Outlined.Email;

    public override bool IsMessageToPerson => true;

    public override bool NeedsConnection => false;

    public override DestinationRepeat Repeat => DestinationRepeat.IsUnknown;

    public override IReadOnlyList<DestinationField> Connection { get; } =
    [
        new("host", "Mail server", FieldType.Text) { IsRequired = true, Longest = 255, Help = "smtp.example.com" },
        new("port", "Port", FieldType.Text) { Default = "587", Longest = 5 },
        new("encryption", "Encryption", FieldType.Choice) { Default = "starttls", Choices = ["starttls", "tls", "off"], Help = "tls is for port 465." },
        new("user", "User", FieldType.Text) { Longest = 320, Help = "Empty where the server needs no account." },
        new("password", "Password", FieldType.Secret),
        new("from", "From", FieldType.Text) { IsRequired = true, Longest = 320, Help = "Shop <shop@example.com>" },
    ];

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("to", "To", FieldType.Text) { IsRequired = true, IsTemplate = true, Longest = 320, Default = "{{ person.properties.email }}" },
        new("reply_to", "Answers to", FieldType.Text) { IsTemplate = true, Longest = 320 },
        new("subject", "Subject", FieldType.Text) { IsRequired = true, IsTemplate = true, Longest = 500 },
        new("body", "Text", FieldType.LongText) { IsRequired = true, IsTemplate = true, Escape = TextEscape.Html, Longest = 200_000, Help = "In HTML. Values are escaped." },
        new("text", "Text without formatting", FieldType.LongText) { IsTemplate = true, Longest = 100_000, Help = "Made of the text above when it is empty." },
        new("unsubscribe_url", "Link that ends these mails", FieldType.Url) { IsTemplate = true, Longest = 2_000, Help = "Goes into the header by which mail programs offer it." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        connection.GetValueOrDefault("port") is { Length: > 0 } port && PortOf(port) is null ? new FieldProblem("port", "A port is a number of 1 to 65535.")
        : connection.GetValueOrDefault("from") is { Length: > 0 } from && !Mailer.IsSender(from) ? new FieldProblem("from", "From is an e-mail address, with or without a name.")
        : message.Count > 0 && connection.Count == 0 && !mailer.IsSetUp
            ? new FieldProblem("destination_id", "No mail server is set up for this installation: choose a destination with a mail server of its own.")
        : null;

    public override async Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (!Mailer.IsAddress(delivery["to"]))
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected($"“{Short(delivery["to"])}” is not an e-mail address."));
        }
        if (delivery["reply_to"] is { Length: > 0 } answers && !Mailer.IsAddress(answers))
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected($"“{Short(answers)}” is not an e-mail address."));
        }
        var mail = new OutgoingMail(delivery["to"], delivery["subject"], delivery["text"] is { Length: > 0 } text ? text : PlainText.Of(delivery["body"]), delivery["body"])
        {
            Key = delivery.Key,
            ReplyTo = delivery["reply_to"],
            Unsubscribe = Uri.TryCreate(delivery["unsubscribe_url"], UriKind.Absolute, out var link) ? link : null,
        };
        var outcome = AccountOf(delivery) is { } account
            ? await mailer.SendAsync(mail, account, cancellationToken) : await mailer.SendAsync(mail, cancellationToken);
        var exchange = new DeliveryExchange(
            $"To: {mail.To}\nSubject: {mail.Subject}\n\n{mail.Text}", outcome is MailOutcome.Sent ? 250 : (outcome as MailOutcome.Refused)?.Status,
            outcome is MailOutcome.Refused refused ? refused.Detail : "");
        return new DeliveryReport(OutcomeOf(outcome), outcome is MailOutcome.Sent ? new JsonObject { ["to"] = mail.To } : null, exchange);
    }

    static DeliveryOutcome OutcomeOf(MailOutcome outcome) => outcome switch
    {
        MailOutcome.Refused { IsOfSetUp: true } refused => new DeliveryOutcome.Misconfigured(refused.Detail),
        MailOutcome.Refused { IsFinal: true } refused => new DeliveryOutcome.Rejected(refused.Detail),
        // Too many mails, for most servers; they say no more than "later".
        MailOutcome.Refused { Status: 421 or 450 or 451 or 452 } refused => new DeliveryOutcome.RateLimited(refused.Detail),
        MailOutcome.Refused refused => new DeliveryOutcome.Unreachable(refused.Detail, refused.MayBeSent),
        _ => new DeliveryOutcome.Delivered(),
    };

    static MailAccount? AccountOf(Delivery delivery) => delivery["host"].Length == 0 ? null : new MailAccount(
        delivery["host"], PortOf(delivery["port"]) ?? 587, delivery["encryption"] switch
        {
            "tls" => MailEncryption.Tls,
            "off" => MailEncryption.Off,
            _ => MailEncryption.StartTls,
        },
        delivery["user"], delivery["password"], delivery["from"]);

    static int? PortOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;

    static string Short(string text) => text.Length <= 100 ? text : $"{text[..100]}…";
}
