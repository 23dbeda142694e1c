using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Prickle.Subscriptions.Sending;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;
using Prickle.Tests.Mail;

namespace Prickle.Tests.Subscriptions;

/// <summary>Dashboards by mail: planned, drawn on the real engine, sent to a real mail server, tried again, left.</summary>
public sealed partial class SubscriptionTests(EngineFixture engine) : IAsyncLifetime
{
    const string Tile = """{"kind":"insight","new_insight":{"name":"NAME","query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"2026-02-28","date_to":"2026-03-01"}}}}""";

    readonly MailServer _server = MailServer.Start();
    readonly InsightApiHost _host = new(engine);

    public async ValueTask InitializeAsync()
    {
        _host.Settings["Mail:Host"] = "127.0.0.1";
        _host.Settings["Mail:Port"] = $"{_server.Port}";
        _host.Settings["Mail:From"] = "Prickle <prickle@example.com>";
        _host.Settings["Mail:Encryption"] = "Off";
        await _host.InitializeAsync();
        await _host.Store.HappenAsync("ann 2026-03-01T10:00 buy");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_weekly_subscription_that_is_due_sends_every_tile_as_a_picture_with_a_link()
    {
        var dashboard = await MakeDashboardAsync(8);
        // The clock of this world stands on Sunday, 1 March 2026, at half past two.
        var subscription = await MakeAsync($$"""{"dashboard":{{dashboard}},"target_value":"ada@example.com, grace@example.com","frequency":"weekly","byweekday":["friday"],"time":"09:00","title":"Numbers"}""");
        subscription.GetProperty("next_delivery_date").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 3, 6, 9, 0, 0, TimeSpan.Zero));
        await SendDueAsync();
        _server.Mails.ShouldBeEmpty();

        _host.Store.Time.SetUtcNow(new DateTimeOffset(2026, 3, 6, 9, 0, 5, TimeSpan.Zero));
        await SendDueAsync();

        _server.Mails.Select(mail => mail.To.ToString()).ShouldBe(["ada@example.com", "grace@example.com"], ignoreOrder: true);
        var mail = _server.Mails.First();
        mail.Subject.ShouldBe("Sales · Numbers");
        var pictures = mail.BodyParts.OfType<MimePart>().Where(part => part.ContentType.MimeType == "image/png").ToList();
        // More than six: eight insights and a text.
        pictures.Count.ShouldBe(9);
        foreach (var picture in pictures)
        {
            mail.HtmlBody!.ShouldContain($"cid:{picture.ContentId}");
            (await BytesOfAsync(picture)).Take(8).ShouldBe(PngSignature);
        }
        mail.HtmlBody!.ShouldContain($"/project/{_host.Account.Project.Id}/dashboards/{dashboard}\"");
        mail.TextBody!.ShouldContain("Buyers 8");
        // Each has a way out of its own.
        _server.Mails.Select(LeavingLinkOf).Distinct().Count().ShouldBe(2);

        var after = (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{Id(subscription)}")).Json;
        after.GetProperty("next_delivery_date").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 3, 13, 9, 0, 0, TimeSpan.Zero));
        after.GetProperty("last_delivery").GetProperty("sent").GetInt32().ShouldBe(2);
        await SendDueAsync();
        _server.Mails.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_missed_while_the_product_was_away_comes_once()
    {
        var dashboard = await MakeDashboardAsync(1);
        await MakeAsync($$"""{"dashboard":{{dashboard}},"target_value":"ada@example.com","frequency":"daily","time":"09:00"}""");

        // Three days without a look.
        _host.Store.Time.SetUtcNow(new DateTimeOffset(2026, 3, 4, 15, 0, 0, TimeSpan.Zero));
        await SendDueAsync();

        _server.Mails.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_mail_server_that_is_busy_is_asked_again_and_nobody_gets_a_mail_twice()
    {
        var dashboard = await MakeDashboardAsync(1);
        var id = Id(await MakeAsync($$"""{"dashboard":{{dashboard}},"target_value":"ada@example.com,nobody@example.com"}"""));
        _server.Unknown.Add("nobody@example.com");
        _server.IsBusy = true;
        (await _host.SendAsync(HttpMethod.Post, $"subscriptions/{id}/send")).Status.ShouldBe(HttpStatusCode.OK);
        (await _host.SendAsync(HttpMethod.Post, $"subscriptions/{id}/send")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        await SendDueAsync();
        (await DeliveriesAsync(id)).ShouldBe(["ada@example.com waiting 1", "nobody@example.com failed 1"], ignoreOrder: true);

        // The first pause is a minute.
        _host.Store.Time.Advance(TimeSpan.FromSeconds(59));
        await SendDueAsync();
        (await DeliveriesAsync(id)).ShouldContain("ada@example.com waiting 1");
        _server.IsBusy = false;
        _host.Store.Time.Advance(TimeSpan.FromSeconds(1));
        await SendDueAsync();
        await SendDueAsync();

        (await DeliveriesAsync(id)).ShouldBe(["ada@example.com sent 2", "nobody@example.com failed 1"], ignoreOrder: true);
        _server.Mails.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Whoever_gets_a_mail_can_end_it_without_an_account()
    {
        var dashboard = await MakeDashboardAsync(1);
        var id = Id(await MakeAsync($$"""{"dashboard":{{dashboard}},"target_value":"ada@example.com"}"""));
        await _host.SendAsync(HttpMethod.Post, $"subscriptions/{id}/send");
        await SendDueAsync();
        var link = LeavingLinkOf(_server.Mails.ShouldHaveSingleItem());
        using var nobody = _host.ClientWith(null);

        // A link that somebody made up ends nothing.
        (await nobody.PostAsync("/unsubscribe/made-up/one-click", null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await nobody.PostAsync(link, null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var after = (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{id}")).Json;
        (after.GetProperty("target_value").GetString(), after.GetProperty("enabled").GetBoolean(), after.GetProperty("next_delivery_date").ValueKind)
            .ShouldBe(("", false, JsonValueKind.Null));
    }

    [Theory]
    [InlineData("""{"target_value":""}""", "target_value")]
    [InlineData("""{"target_value":"ada"}""", "target_value")]
    [InlineData("""{"target_value":"ada@example.com","frequency":"hourly"}""", "frequency")]
    [InlineData("""{"target_value":"ada@example.com","byweekday":[]}""", "byweekday")]
    [InlineData("""{"target_value":"ada@example.com","byweekday":["someday"]}""", "byweekday")]
    [InlineData("""{"target_value":"ada@example.com","frequency":"monthly","bymonthday":32}""", "bymonthday")]
    [InlineData("""{"target_value":"ada@example.com","time":"25:00"}""", "time")]
    [InlineData("""{"target_value":"ada@example.com","target_type":"pigeon"}""", "target_type")]
    [InlineData("""{"target_value":"ada@example.com","dashboard":999999}""", "dashboard")]
    public async Task What_could_not_be_sent_is_refused(string body, string attribute)
    {
        var dashboard = await MakeDashboardAsync(1);
        var whole = body.Contains("\"dashboard\"", StringComparison.Ordinal) ? body : body.Replace("{", $"{{\"dashboard\":{dashboard},", StringComparison.Ordinal);
        var (status, problem) = await _host.SendAsync(HttpMethod.Post, "subscriptions", whole);
        (status, problem.GetProperty("attr").GetString()).ShouldBe((HttpStatusCode.BadRequest, attribute), problem.ToString());
    }

    [Fact]
    public async Task A_subscription_is_changed_switched_off_listed_and_deleted()
    {
        var dashboard = await MakeDashboardAsync(1);
        var id = Id(await MakeAsync($$"""{"dashboard":{{dashboard}},"target_value":"ada@example.com"}"""));

        var (_, changed) = await _host.SendAsync(HttpMethod.Patch, $"subscriptions/{id}", """{"frequency":"monthly","bymonthday":31,"enabled":false}""");

        (changed.GetProperty("frequency").GetString(), changed.GetProperty("target_value").GetString(), changed.GetProperty("next_delivery_date").ValueKind)
            .ShouldBe(("monthly", "ada@example.com", JsonValueKind.Null));
        (await _host.SendAsync(HttpMethod.Get, $"subscriptions?dashboard={dashboard}")).Json.GetProperty("count").GetInt32().ShouldBe(1);
        (await _host.SendAsync(HttpMethod.Get, $"subscriptions?dashboard={dashboard + 1}")).Json.GetProperty("count").GetInt32().ShouldBe(0);
        (await _host.SendAsync(HttpMethod.Delete, $"subscriptions/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    static int Id(JsonElement thing) => thing.GetProperty("id").GetInt32();

    static string LeavingLinkOf(MimeMessage mail) => new Uri(ListUnsubscribe().Match(mail.Headers[HeaderId.ListUnsubscribe]!).Groups[1].Value).AbsolutePath;

    static async Task<byte[]> BytesOfAsync(MimePart part)
    {
        using var bytes = new MemoryStream();
        await part.Content!.DecodeToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    Task SendDueAsync() => _host.Services.GetRequiredService<SubscriptionSender>().SendDueAsync(TestContext.Current.CancellationToken);

    async Task<int> MakeDashboardAsync(int insights)
    {
        var tiles = Enumerable.Range(1, insights).Select(number => Tile.Replace("NAME", $"Buyers {number}", StringComparison.Ordinal)).Append("""{"kind":"text","body":"# Hello"}""");
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "dashboards", $$"""{"name":"Sales","tiles":[{{string.Join(',', tiles)}}]}""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return Id(made);
    }

    async Task<JsonElement> MakeAsync(string body)
    {
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "subscriptions", body);
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made;
    }

    async Task<IEnumerable<string>> DeliveriesAsync(int id) => (await _host.SendAsync(HttpMethod.Get, $"subscriptions/{id}/deliveries")).Json.GetProperty("results").EnumerateArray()
        .Select(one => $"{one.GetProperty("recipient").GetString()} {one.GetProperty("status").GetString()} {one.GetProperty("attempts").GetInt32()}");

    [GeneratedRegex("<(.*)>")]
    private static partial Regex ListUnsubscribe();
}
