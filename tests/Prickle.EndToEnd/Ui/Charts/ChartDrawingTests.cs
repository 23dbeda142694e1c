using System.Text.Json;
using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.EndToEnd.Ui.Charts;

public sealed class ChartDrawingTests(Chromium chromium)
{
    public static TheoryData<string> Names => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_kind_is_drawn_under_the_strict_policy_and_without_a_complaint(string name)
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, name);
        // A blank canvas has one colour; the least of the charts has ground, line, text and shape.
        (await ColoursAsync(visitor)).ShouldBeGreaterThan(8);
        visitor.Complaints.ShouldBeEmpty();
        visitor.Requests.ShouldAllBe(request => request.Host == "127.0.0.1" || request.Scheme == "blob" || request.Scheme == "data");
    }

    [Fact]
    public async Task A_click_near_a_line_chooses_its_nearest_point()
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, "line");
        var canvas = (await visitor.Page.Locator(".canvas").BoundingBoxAsync())!;
        // At the right end of the axis is the last day; near the ground the smaller of the two series.
        await visitor.Page.Mouse.ClickAsync(canvas.X + canvas.Width - 20, canvas.Y + canvas.Height * 0.75f);
        var selection = await Eventually.GetAsync("the click is heard", () => Task.FromResult(host.Heard.Selections.OfType<PointSelection>().FirstOrDefault()));
        selection.ShouldBe(new(1, 29, "signups", "2026-03-30T00:00:00Z"));
    }

    [Fact]
    public async Task A_bar_a_figure_of_the_table_and_a_mark_are_chosen()
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, "line");
        await visitor.Page.Locator(".chart-mark").First.ClickAsync();
        var notes = await Eventually.GetAsync("the mark is heard", () => Task.FromResult(host.Heard.Selections.OfType<IReadOnlyList<ChartAnnotation>>().FirstOrDefault()));
        // Of 30 days, neighbours share a mark.
        notes.Select(note => note.Text).ShouldBe(["Version 2.1 released", "Price list changed"]);
        await visitor.Page.Locator("summary").ClickAsync();
        await visitor.Page.Locator("[data-series='0'][data-place='2']").PressAsync("Enter");
        (await Eventually.GetAsync("the figure is heard", () => Task.FromResult(host.Heard.Selections.OfType<PointSelection>().FirstOrDefault())))
            .ShouldBe(new(0, 2, "visitors", "2026-03-03T00:00:00Z"));
        await Assertions.Expect(visitor.Page.Locator(".prickle-tip-box .title")).ToHaveTextAsync("Tuesday, 3 March 2026");
    }

    [Fact]
    public async Task A_range_is_drawn_over_the_axis()
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, "bar");
        var canvas = (await visitor.Page.Locator(".canvas").BoundingBoxAsync())!;
        await visitor.Page.Mouse.MoveAsync(canvas.X + canvas.Width - 30, canvas.Y + 120);
        await visitor.Page.Mouse.DownAsync();
        await visitor.Page.Mouse.MoveAsync(canvas.X + canvas.Width / 2, canvas.Y + 140, new() { Steps = 4 });
        await visitor.Page.Mouse.UpAsync();
        var range = await Eventually.GetAsync("the range is heard", () => Task.FromResult(host.Heard.Selections.OfType<RangeSelection>().FirstOrDefault()));
        (range.To, range.ToKey).ShouldBe((11, "2026-03-12T00:00:00Z"));
        range.From.ShouldBeInRange(5, 6);
        host.Heard.Selections.OfType<PointSelection>().ShouldBeEmpty("the end of a drawing is not a click");
    }

    [Fact]
    public async Task The_picture_has_title_chart_and_legend_at_double_density()
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, "stacked-bar");
        var canvas = (await visitor.Page.Locator(".canvas").BoundingBoxAsync())!;
        var png = await host.Heard.Png!();
        png[..8].ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        int Number(int at) => (png[at] << 24) | (png[at + 1] << 16) | (png[at + 2] << 8) | png[at + 3];
        // 16 pixels on either side, 48 above and 16 below, all twice.
        Number(16).ShouldBe(2 * ((int)canvas.Width + 32));
        Number(20).ShouldBe(2 * ((int)canvas.Height + 64));
        png.Length.ShouldBeGreaterThan(20_000);
    }

    [Fact]
    public async Task The_chart_follows_the_theme_of_the_page()
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, "bar");
        var light = await visitor.Page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()");
        await visitor.Page.EvaluateAsync("document.documentElement.dataset.theme = 'dark'");
        await Eventually.HoldsAsync("the chart is drawn anew", async () =>
            await visitor.Page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()") != light);
    }

    [Fact]
    public async Task Numbers_are_written_in_the_browser_as_on_the_server()
    {
        await using var host = await ChartHost.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        await OpenAsync(host, visitor, "bar");
        ValueUnit[] units = [ValueUnit.Count(), ValueUnit.Share(), ValueUnit.Seconds(), ValueUnit.Money("$"), ValueUnit.Money("CHF"), ValueUnit.Bytes()];
        double[] values = [0, 0.004, 0.425, 0.5, 1, 9.87, 12.34, 42, 59.6, 99.94, 125, 999.4, 1000, 1234.5, 3600, 12_345, 90_000, 999_950, 1_500_000, 2_345_678_901, -42.5];
        foreach (var unit in units)
        {
            var texts = await visitor.Page.EvaluateAsync<string[]>("""
                async ([values, unit]) => {
                  const { short, full } = await import('/_content/Prickle.Ui/drawing/format.js');
                  return values.flatMap(value => [short(value, unit), full(value, unit)]);
                }
                """, new object[] { values, new { style = unit.Style.ToString().ToLowerInvariant(), name = unit.Name, symbol = unit.Symbol } });
            texts.ShouldBe([.. values.SelectMany(value => new[] { unit.Short(value), unit.Full(value) })], JsonSerializer.Serialize(unit));
        }
    }

    static async Task OpenAsync(ChartHost host, Visitor visitor, string name)
    {
        await visitor.Page.GotoAsync(new Uri(host.Address, "chart/" + name).ToString());
        await visitor.Page.Locator(".canvas[data-chart='ready']").WaitForAsync();
    }

    static Task<int> ColoursAsync(Visitor visitor) => visitor.Page.EvaluateAsync<int>("""
        () => {
          const canvas = document.querySelector('canvas');
          const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
          return new Set(pixels).size;
        }
        """);
}
