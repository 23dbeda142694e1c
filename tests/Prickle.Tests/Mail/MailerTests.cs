using Microsoft.Extensions.Options;
using MimeKit;
using Prickle.Hosting;
using Prickle.Mail;

namespace Prickle.Tests.Mail;

public sealed class MailerTests
{
    static readonly OutgoingMail Hello = new("ada@example.com", "Grüße", "Hello", "<p>Hello <img src=\"cid:one.png\"></p>") { Pictures = [new MailPicture("one.png", [1, 2, 3])] };

    static Mailer Of(int port, Action<MailOptions>? change = null)
    {
        var options = new MailOptions { Host = "127.0.0.1", Port = port, From = "Prickle <prickle@example.com>", Encryption = MailEncryption.Off };
        change?.Invoke(options);
        return new Mailer(Options.Create(options), new OutboundConnections(allowsPrivate: false), TimeProvider.System);
    }

    [Fact]
    public async Task A_mail_arrives_with_its_words_and_its_pictures()
    {
        await using var server = MailServer.Start();

        (await Of(server.Port).SendAsync(Hello with { Unsubscribe = new Uri("https://prickle.example/leave") }, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Sent>();

        var mail = server.Mails.ShouldHaveSingleItem();
        mail.Subject.ShouldBe("Grüße");
        mail.From.ToString().ShouldBe("\"Prickle\" <prickle@example.com>");
        mail.To.ToString().ShouldBe("ada@example.com");
        mail.TextBody.ShouldBe("Hello");
        mail.HtmlBody!.ShouldContain("cid:one.png");
        var picture = mail.BodyParts.OfType<MimePart>().Single(part => part.ContentId == "one.png");
        using var content = new MemoryStream();
        await picture.Content!.DecodeToAsync(content, TestContext.Current.CancellationToken);
        content.ToArray().ShouldBe([1, 2, 3]);
        mail.Headers[HeaderId.ListUnsubscribe].ShouldBe("<https://prickle.example/leave>");
    }

    [Fact]
    public async Task What_the_server_never_takes_is_told_from_what_it_does_not_take_now()
    {
        await using var server = MailServer.Start();
        server.Unknown.Add("ada@example.com");
        var unknown = (await Of(server.Port).SendAsync(Hello, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Refused>();
        (unknown.IsFinal, unknown.Detail).ShouldBe((true, "The mail server does not take mail for ada@example.com."));

        server.IsBusy = true;
        var busy = (await Of(server.Port).SendAsync(Hello with { To = "grace@example.com" }, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Refused>();
        (busy.IsFinal, busy.Detail).ShouldBe((false, "The mail server refused the mail (421)."));
    }

    [Fact]
    public async Task A_server_that_is_away_and_one_without_encryption_are_worth_another_try()
    {
        var away = (await Of(MailServer.FreePort()).SendAsync(Hello, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Refused>();
        (away.IsFinal, away.Detail).ShouldBe((false, "The mail server could not be reached."));

        await using var server = MailServer.Start();
        var plain = (await Of(server.Port, options => options.Encryption = MailEncryption.StartTls).SendAsync(Hello, TestContext.Current.CancellationToken))
            .ShouldBeOfType<MailOutcome.Refused>();
        (plain.IsFinal, plain.Detail).ShouldBe((false, "The mail server does not offer encryption; see Mail__Encryption."));
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_server_nothing_is_sent_and_a_mail_too_large_is_not_even_tried()
    {
        var nothing = Of(1, options => options.Host = null);
        nothing.IsSetUp.ShouldBeFalse();
        (await nothing.SendAsync(Hello, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Refused>().IsFinal.ShouldBeFalse();

        await using var server = MailServer.Start();
        var large = Hello with { Pictures = [new MailPicture("one.png", new byte[16 << 20])] };
        (await Of(server.Port).SendAsync(large, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Refused>().IsFinal.ShouldBeTrue();
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_with_line_breaks_adds_no_header()
    {
        await using var server = MailServer.Start();

        (await Of(server.Port).SendAsync(Hello with { Subject = "Sales\r\nBcc: eve@example.com\r\n\r\nBody" }, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Sent>();

        var mail = server.Mails.ShouldHaveSingleItem();
        mail.Bcc.ShouldBeEmpty();
        mail.Headers.Select(header => header.Field).ShouldNotContain("Bcc");
        mail.TextBody.ShouldBe("Hello");
    }

    [Theory]
    [InlineData("ada@example.com", true)]
    [InlineData("ada.love+lace@mail.example.com", true)]
    [InlineData("ada", false)]
    [InlineData("Ada <ada@example.com>", false)]
    [InlineData("ada@example.com\r\nBcc: eve@example.com", false)]
    [InlineData("", false)]
    public void An_address_is_one_address(string text, bool expected) => Mailer.IsAddress(text).ShouldBe(expected);
}
