using Microsoft.Extensions.Options;
using MimeKit;
using Prickle.Destinations;
using Prickle.Destinations.Mail;
using Prickle.Hosting;
using Prickle.Mail;
using Prickle.Tests.Mail;

namespace Prickle.Tests.Destinations;

/// <summary>Mails by a server that is none of ours: what it takes lies in a mailbox, what it says decides what becomes of a try.</summary>
public sealed class MailDeliveryTests(EximServer server) : IClassFixture<EximServer>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    Dictionary<string, string> Account => new()
    {
        ["host"] = "127.0.0.1",
        ["port"] = $"{server.Port}",
        ["encryption"] = "off",
        ["user"] = EximServer.User,
        ["password"] = EximServer.Password,
        ["from"] = "Shop <shop@shop.example>",
    };

    static Dictionary<string, string> MailTo(string name) => new()
    {
        ["to"] = $"{name}@example.com",
        ["reply_to"] = "help@shop.example",
        ["subject"] = "Willkommen, schöne Grüße",
        ["text"] = "",
        ["unsubscribe_url"] = "https://shop.example/leave?x=1",
        ["body"] = "<h1>Welcome</h1><p>Look at <a href=\"https://shop.example/a\">your\nshop</a>.</p><ul><li>One</li><li>Two</li></ul>",
    };

    static Task<DeliveryReport> SendAsync(Dictionary<string, string> account, Dictionary<string, string> mail, string key = "run-1") =>
        new MailKind(new Mailer(Options.Create(new MailOptions()), new OutboundConnections(allowsPrivate: true), TimeProvider.System))
            .DeliverAsync(new Delivery(1, key, account, mail), Cancellation);

    [Fact]
    public async Task A_mail_lies_in_the_mailbox_with_its_headers_and_in_both_forms()
    {
        var report = await SendAsync(Account, MailTo("ada"));

        report.Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        report.Exchange!.Status.ShouldBe(250);
        report.Exchange.Request.ShouldNotContain(EximServer.Password);
        var mail = (await server.MailsOfAsync("ada", 1))[0];
        mail.From.ToString().ShouldBe("\"Shop\" <shop@shop.example>");
        mail.To.ToString().ShouldBe("ada@example.com");
        mail.ReplyTo.ToString().ShouldBe("help@shop.example");
        mail.Subject.ShouldBe("Willkommen, schöne Grüße");
        mail.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        mail.Headers[HeaderId.ListUnsubscribe].ShouldBe("<https://shop.example/leave?x=1>");
        mail.Headers["List-Unsubscribe-Post"].ShouldBe("List-Unsubscribe=One-Click");
        // Encrypted or not, the server says that it knew who sent it.
        mail.Headers[HeaderId.Received]!.ShouldContain("esmtpa");
        mail.HtmlBody!.ShouldContain("<h1>Welcome</h1>");
        mail.TextBody!.ReplaceLineEndings("\n").Trim().ShouldBe("Welcome\n\nLook at your shop (https://shop.example/a).\n\n- One\n- Two");
    }

    [Fact]
    public async Task The_same_message_has_the_same_id_and_another_one_another()
    {
        foreach (var key in (string[])["run-1", "run-1", "run-2"])
        {
            (await SendAsync(Account, MailTo("grace"), key)).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        }

        var ids = (await server.MailsOfAsync("grace", 3)).GroupBy(mail => mail.MessageId).OrderBy(same => same.Count()).ToList();
        ids.Select(same => same.Count()).ShouldBe([1, 2]);
        ids.ShouldAllBe(same => same.Key!.EndsWith(".prickle@shop.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_without_a_mailbox_is_refused_for_good()
    {
        var report = await SendAsync(Account, MailTo("nobody"));
        report.Outcome.ShouldBeOfType<DeliveryOutcome.Rejected>().Detail.ShouldBe("The mail server does not take mail for nobody@example.com.");
        report.Exchange!.Status.ShouldBe(550);
    }

    [Theory]
    [InlineData("password", "guessed", "The mail server does not accept the account it was given.")]
    [InlineData("user", "somebody", "The mail server does not accept the account it was given.")]
    [InlineData("user", "", "The mail server takes mail from those alone who have an account there.")]
    [InlineData("encryption", "starttls", "The connection to the mail server could not be encrypted; look at its encryption and port.")]
    [InlineData("encryption", "tls", "The connection to the mail server could not be encrypted; look at its encryption and port.")]
    public async Task What_is_set_up_wrong_is_for_its_owner_to_mend(string field, string value, string said)
    {
        var account = Account;
        account[field] = value;
        (await SendAsync(account, MailTo("ada"))).Outcome.ShouldBeOfType<DeliveryOutcome.Misconfigured>().Detail.ShouldBe(said);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_worth_another_try()
    {
        await using var gone = new EximServer();
        await gone.InitializeAsync();
        var account = Account;
        account["port"] = $"{gone.Port}";
        (await SendAsync(account, MailTo("ada"), "before")).Outcome.ShouldBeOfType<DeliveryOutcome.Delivered>();
        await gone.StopAsync();

        var outcome = (await SendAsync(account, MailTo("ada"), "after")).Outcome.ShouldBeOfType<DeliveryOutcome.Unreachable>();

        (outcome.Detail, outcome.MayHaveArrived).ShouldBe(("The mail server could not be reached.", false));
    }
}
