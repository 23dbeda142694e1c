using Microsoft.Extensions.Options;
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

    static Delivery Message(int? port = null, string to = "ada@example.com") => new(
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
            ["unsubscribe_url"] = "",
            ["body"] = "<p>Welcome</p>",
        });

    [Fact]
    public async Task Without_a_connection_a_mail_goes_by_the_operators_server()
    {
        await using var server = MailServer.Start();
        (await Kind(server.Port).DeliverAsync(Message(), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        server.Mails.ShouldHaveSingleItem().From.ToString().ShouldBe("\"Prickle\" <prickle@example.com>");

        (await Kind().DeliverAsync(Message(), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>().Detail.ShouldContain("Mail__Host");
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
    public async Task What_is_no_address_is_not_sent_and_a_busy_server_is_asked_later()
    {
        await using var server = MailServer.Start();
        (await Kind(server.Port).DeliverAsync(Message(to: "Ada <ada@example.com>"), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>();
        server.IsBusy = true;
        (await Kind(server.Port).DeliverAsync(Message(), Cancellation)).Outcome.ShouldBeOfType<DeliveryOutcome.RateLimited>();
        server.Mails.ShouldBeEmpty();
    }
}
