using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Insights;
using Prickle.Tests.Engine;
using Prickle.Tests.Insights.Api;
using SkiaSharp;

namespace Prickle.Tests.Dashboards.Picturing;

public sealed class DashboardPictureTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightApiHost _host = new(engine);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        await _host.Store.HappenAsync("""
            alice 2026-02-27T10:00 $pageview {"plan":"pro"}
            alice 2026-02-28T10:00 buy {"plan":"pro"}
            bob   2026-02-28T11:00 $pageview {"plan":"free"}
            carol 2026-03-01T09:00 $pageview {"plan":"free"}
            """);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    static string At(int x, int y, int width = 6, int height = 7) => $$"""{"x":{{x}},"y":{{y}},"w":{{width}},"h":{{height}}}""";

    /// <summary>A section, a text, a link and five questions, one of which fails.</summary>
    async Task<int> MakeAsync()
    {
        var tiles = new[]
        {
            ("""{"kind":"section","title":"Sales"}""", At(0, 0, 12, 1)),
            ("""{"kind":"text","body":"# What it means\n\nA **bold** text."}""", At(0, 1)),
            ("""{"kind":"link","title":"The shop","url":"https://shop.test/"}""", At(6, 1)),
            (Insight("Views", """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}],"dateRange":{"date_from":"-7d"}}"""), At(0, 8)),
            (Insight("Funnel", """{"kind":"FunnelsQuery","series":[{"kind":"EventsNode","event":"$pageview"},{"kind":"EventsNode","event":"buy"}],"dateRange":{"date_from":"-7d"}}"""), At(6, 8)),
            (Insight("Nobody", """{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"never"}],"dateRange":{"date_from":"-7d"}}"""), At(0, 15)),
            (Insight("Rows", """{"kind":"SqlQuery","query":"SELECT event, count() AS times FROM events GROUP BY event ORDER BY event"}"""), At(6, 15)),
            (Insight("Broken", """{"kind":"SqlQuery","query":"SELECT * FROM system.tables"}"""), At(0, 22)),
        };
        var y = 0;
        var body = string.Join(",", tiles.Select(tile => $$"""{{tile.Item1[..^1]}},"layouts":{"sm":{{tile.Item2}},"xs":{"x":0,"y":{{y++ * 8}},"w":1,"h":8} } }"""));
        var (status, made) = await _host.SendAsync(HttpMethod.Post, "dashboards", $$"""{"name":"Söld & done","description":"What was sold","tiles":[{{body}}]}""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made.GetProperty("id").GetInt32();

        static string Insight(string name, string query) => $$$"""{"kind":"insight","new_insight":{"name":"{{{name}}}","query":{{{query}}} } }""";
    }

    async Task<HttpResponseMessage> GetAsync(string path, HttpClient? client = null) =>
        await (client ?? _host.Client).GetAsync(path.StartsWith('/') ? path : $"{_host.Address}/{path}", Stop);

    [Fact]
    public async Task Every_tile_is_a_picture_and_one_that_fails_says_so()
    {
        var id = await MakeAsync();
        var project = _host.Account.Project;
        var dashboard = (await _host.Services.GetRequiredService<DashboardBook>().FindAsync(project.Id, id, null, Stop))!;

        var pictures = await _host.Services.GetRequiredService<DashboardPictures>().OfTilesAsync(project, dashboard, new DashboardFilters(), 560, Stop);

        pictures.Select(picture => picture.Name).ShouldBe(["Sales", "Text", "The shop", "Views", "Funnel", "Nobody", "Rows", "Broken"]);
        foreach (var picture in pictures)
        {
            using var bitmap = SKBitmap.Decode(picture.Png);
            (bitmap.Width, bitmap.Height, picture.Width).ShouldBe((1120, picture.Height * 2, 560), picture.Name);
        }
        pictures.Where(picture => picture.Failed).Select(picture => picture.Name).ShouldBe(["Broken"]);
        pictures[7].Summary.ShouldContain("cannot be run");
        pictures[7].ComputedAt.ShouldBeNull();
        // One of three who looked bought.
        pictures[4].Summary.ShouldBe("Funnel: 33.3 % of 3 persons came from $pageview to buy.");
        pictures[5].Summary.ShouldContain("No event fits the question");
        pictures[6].Summary.ShouldBe("Rows: 2 rows of event, times.");
        pictures[3].ComputedAt.ShouldBe(_host.Store.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_dashboard_is_exported_as_one_picture_and_as_pages()
    {
        var id = await MakeAsync();

        using var png = await GetAsync($"dashboards/{id}/export.png");
        using var pdf = await GetAsync($"dashboards/{id}/export.pdf?filters={Uri.EscapeDataString("""{"date_from":"-14d"}""")}");

        png.StatusCode.ShouldBe(HttpStatusCode.OK, await png.Content.ReadAsStringAsync(Stop));
        png.Content.Headers.ContentType!.ToString().ShouldBe("image/png");
        png.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("Söld & done.png");
        using var bitmap = SKBitmap.Decode(await png.Content.ReadAsByteArrayAsync(Stop));
        bitmap.Width.ShouldBe(2880);
        // 29 rows of 40 and the head: more than twice 1160, and the head is below 200.
        bitmap.Height.ShouldBeInRange(2 * 1160, 2 * 1400);
        pdf.Content.Headers.ContentType!.ToString().ShouldBe("application/pdf");
        // A page holds 1120 by some 730 pixels: 264 and 280 on the first, three rows of 280 on others. 1160 are two or three pages.
        Regex.Count(Encoding.Latin1.GetString(await pdf.Content.ReadAsByteArrayAsync(Stop)), @"/Type\s*/Page\b").ShouldBeInRange(2, 3);
    }

    [Fact]
    public async Task An_insight_is_exported_as_a_picture()
    {
        await MakeAsync();
        var insight = (await _host.SendAsync(HttpMethod.Get, "insights?search=Funnel")).Json.GetProperty("results")[0].GetProperty("short_id").GetString();

        using var png = await GetAsync($"insights/{insight}/export.png?width=600");
        using var bitmap = SKBitmap.Decode(await png.Content.ReadAsByteArrayAsync(Stop));
        bitmap.Width.ShouldBe(1200);
        (await _host.SendAsync(HttpMethod.Get, $"insights/{insight}/export.png?width=5")).Json.GetProperty("attr").GetString().ShouldBe("width");
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused()
    {
        var id = await MakeAsync();
        var (foreign, insight) = await _host.ForeignAsync();

        (await _host.SendAsync(HttpMethod.Get, $"dashboards/{id}/export.png?filters=nonsense")).Json.GetProperty("attr").GetString().ShouldBe("filters");
        (await _host.SendAsync(HttpMethod.Get, $"dashboards/{id + 100}/export.pdf")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Get, $"/api/projects/{foreign}/dashboards/{id}/export.png")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _host.SendAsync(HttpMethod.Get, $"/api/projects/{foreign}/insights/{insight}/export.png")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var other = _host.ClientWith(await _host.KeyAsync("insight:read"));
        (await _host.SendAsync(HttpMethod.Get, $"dashboards/{id}/export.png", client: other)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Who_may_not_run_sql_gets_the_other_tiles()
    {
        var id = await MakeAsync();
        using var reader = _host.ClientWith(await _host.KeyAsync("dashboard:read"));

        using var png = await GetAsync($"dashboards/{id}/export.png", reader);

        png.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var bitmap = SKBitmap.Decode(await png.Content.ReadAsByteArrayAsync(Stop));
        // The tile of rows is right of the middle, 15 rows down: in place of them stands the red sign of a failure.
        var error = SKColor.Parse("#B93426");
        Enumerable.Range(bitmap.Width / 2, bitmap.Width / 2).Any(x => Enumerable.Range(0, bitmap.Height).Any(y => bitmap.GetPixel(x, y) == error)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_third_export_at_once_is_asked_to_come_again()
    {
        var id = await MakeAsync();
        var exports = _host.Services.GetRequiredService<PictureExports>();
        var done = new TaskCompletionSource<Outcome<byte[]>>();
        var running = Enumerable.Range(0, PictureExports.AtOnce).Select(_ => exports.RunAsync(_host.Account.Project.Id, _ => done.Task, Stop)).ToList();

        using var third = await GetAsync($"dashboards/{id}/export.png");

        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        done.SetResult(Array.Empty<byte>());
        await Task.WhenAll(running);
        using var fourth = await GetAsync($"dashboards/{id}/export.pdf");
        fourth.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_export_that_takes_too_long_is_given_up()
    {
        var exports = _host.Services.GetRequiredService<PictureExports>();
        var asked = exports.RunAsync(_host.Account.Project.Id, async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return Array.Empty<byte>();
        }, Stop);

        _host.Store.Time.Advance(PictureExports.Longest);

        (await asked).ShouldBeOfType<Outcome<byte[]>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.Unavailable);
    }
}
