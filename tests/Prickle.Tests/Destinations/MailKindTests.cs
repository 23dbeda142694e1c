using Microsoft.Extensions.Options;
using MimeKit;
using Prickle.Destinations;
using Prickle.Destinations.Mail;
using Prickle.Hosting;
using Prickle.Mail;
using Prickle.Tests.Mail;

namespace Prickle.Tests.Destinations;

public sealed class MailKindTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static MailKind Kind(int? port = null, bool allowsPrivate = true) => new(new Mailer(
        Options.Create(port is null ? new MailOptions() : new MailOptions { Host = "127.0.0.1", Port = port.Value, From = "Prickle <prickle@example.com>", Encryption = MailEncryption.Off }),
        new OutboundConnections(allowsPrivate), TimeProvider.System));

    static Delivery Message(int? port = null, string to = "ada@example.com", string unsubscribe = "") => new(
        1, "run-1", port is null ? new Dictionary<string, string>() : new Dictionary<string, string>
        {
            ["host"] = "127.0.0.1",
            ["port"] = $"{port}",
            ["encryption"] = "off",
            ["user"] = "",
            ["password"] = "",
            ["from"] = "Shop <shop@shop.example>",
        },
        new Dictionary<string, string>
        {
            ["to"] = to,
            ["reply_to"] = "help@shop.example",
            ["subject"] = "Welcome",
            ["text"] = "",
            ["unsubscribe_url"] = unsubscribe,
            ["body"] = "<h1>Welcome</h1><p>Look at <a href=\"https://shop.example/a\">your\nshop</a>.</p><ul><li>One</li><li>Two</li></ul>",
        });

    [Fact]
    public async Task A_mail_goes_by_the_operators_server_in_both_forms()
    {
        await using var server = MailServer.Start();

        var report = await Kind(server.Port).DeliverAsync(Message(unsubscribe: "https://shop.example/leave?x=1"), Cancellation);

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        var mail = server.Mails.ShouldHaveSingleItem();
        mail.From.ToString().ShouldBe("\"Prickle\" <prickle@example.com>");
        mail.ReplyTo.ToString().ShouldBe("help@shop.example");
        mail.HtmlBody!.ShouldContain("<h1>Welcome</h1>");
        mail.TextBody!.ReplaceLineEndings("\n").Trim().ShouldBe("Welcome\n\nLook at your shop (https://shop.example/a).\n\n- One\n- Two");
        mail.Headers[HeaderId.ListUnsubscribe].ShouldBe("<https://shop.example/leave?x=1>");
    }

    [Fact]
    public async Task The_same_message_has_the_same_id_and_another_one_another()
    {
        await using var server = MailServer.Start();
        await Kind(server.Port).DeliverAsync(Message(), Cancellation);
        await Kind(server.Port).DeliverAsync(Message(), Cancellation);
        await Kind(server.Port).DeliverAsync(Message() with { Key = "run-2" }, Cancellation);
        var ids = server.Mails.Select(mail => mail.MessageId).ToList();
        ids[0].ShouldEndWith(".prickle@example.com");
        ids[1].ShouldBe(ids[0]);
        ids[2].ShouldNotBe(ids[0]);
    }

    [Fact]
    public async Task A_connection_sends_by_its_own_server_which_may_not_be_a_private_one()
    {
        await using var server = MailServer.Start();
        (await Kind().DeliverAsync(Message(server.Port), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        server.Mails.ShouldHaveSingleItem().From.ToString().ShouldBe("\"Shop\" <shop@shop.example>");

        (await Kind(allowsPrivate: false).DeliverAsync(Message(server.Port), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>().Detail.ShouldContain("private network");
        server.Mails.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Each_refusal_has_its_meaning()
    {
        await using var server = MailServer.Start();
        (await Kind().DeliverAsync(Message(), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>();
        (await Kind(server.Port).DeliverAsync(Message(to: "Ada <ada@example.com>"), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>();
        server.Unknown.Add("ada@example.com");
        (await Kind(server.Port).DeliverAsync(Message(), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>();
        server.IsBusy = true;
        (await Kind(server.Port).DeliverAsync(Message(to: "bea@example.com"), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.RateLimited>();
        (await Kind(MailServer.FreePort()).DeliverAsync(Message(), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>().MayHaveArrived.ShouldBeFalse();
    }
}
