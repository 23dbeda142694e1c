using Prickle.Pictures;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;
using SkiaSharp;

namespace Prickle.Tests.Pictures;

public sealed class CardPictureTests(PainterFixture fixture) : IClassFixture<PainterFixture>
{
    // As theme.css has them for light mode: the first series, what went well, what went wrong, the ground, the text.
    static readonly SKColor FirstSeries = SKColor.Parse("#D9572B");
    static readonly SKColor Success = SKColor.Parse("#2B733B");
    static readonly SKColor Error = SKColor.Parse("#B93426");
    static readonly SKColor Surface = SKColor.Parse("#FFFFFF");
    static readonly SKColor Text = SKColor.Parse("#2A2520");

    static readonly RetentionData Weeks = new()
    {
        Intervals = ["Week 0", "Week 1", "Week 2"],
        Cohorts = [.. Enumerable.Range(1, 12).Select(week => new RetentionCohort($"{week}", $"Week {week}", 100, [new(100), new(40), new(20, Incomplete: true)]))],
    };

    async Task<SKBitmap> DrawAsync(PictureContent content, int width = 480, PictureTheme theme = PictureTheme.Light)
    {
        var picture = await fixture.Painter.CardAsync(new PictureCard("Visitors", "Last 7 days", content), width, TestContext.Current.CancellationToken, theme);
        var bitmap = SKBitmap.Decode(picture.Png);
        (bitmap.Width, bitmap.Height).ShouldBe((picture.Width * 2, picture.Height * 2), "a picture is twice as dense as its measures");
        return bitmap;
    }

    static int Count(SKBitmap bitmap, SKColor colour) => bitmap.Pixels.Count(pixel => pixel == colour);

    [Fact]
    public async Task A_card_is_white_with_a_dark_title_and_in_dark_mode_the_other_way_round()
    {
        using var light = await DrawAsync(new NoticeContent("Nothing", "at all"));
        using var dark = await DrawAsync(new NoticeContent("Nothing", "at all"), theme: PictureTheme.Dark);

        light.GetPixel(40, light.Height - 10).ShouldBe(Surface);
        Count(light, Text).ShouldBeGreaterThan(50);
        dark.GetPixel(40, dark.Height - 10).ShouldBe(SKColor.Parse("#26221E"));
        light.GetPixel(0, 0).Alpha.ShouldBe((byte)0, "its corners are round");
    }

    [Fact]
    public async Task A_failure_carries_the_sign_of_one_and_nothing_to_show_does_not()
    {
        using var failure = await DrawAsync(new NoticeContent("The statement cannot be run", "There is no column x.", IsFailure: true));
        using var empty = await DrawAsync(new NoticeContent("Nothing in this period", "No event fits the question."));

        Count(failure, Error).ShouldBeGreaterThan(500);
        Count(empty, Error).ShouldBe(0);
    }

    [Fact]
    public async Task A_number_that_grew_says_so_in_green()
    {
        using var grown = await DrawAsync(new NumbersContent([new("Visitors", 120, ValueUnit.Count(), 100, "the period before")]));
        using var alone = await DrawAsync(new NumbersContent([new("Visitors", 120, ValueUnit.Count(), null, "last 7 days")]));

        Count(grown, Success).ShouldBeGreaterThan(50);
        Count(alone, Success).ShouldBe(0);
    }

    [Fact]
    public async Task The_second_bar_of_a_funnel_is_as_high_as_its_share()
    {
        using var drawn = await DrawAsync(new FunnelContent(new FunnelData { Steps = ["Visit", "Buy"], Groups = [new("all", "All", [new(200), new(50)])] }));

        // The bars are 96 wide at the left of their half; the card has 16 around it.
        var first = HeightAt(drawn, 2 * (16 + 48));
        var second = HeightAt(drawn, 2 * (16 + (448 - 16) / 2 + 16 + 48));
        // 50 of 200.
        ((double)second / first).ShouldBe(.25, .02);

        static int HeightAt(SKBitmap bitmap, int x) => Enumerable.Range(0, bitmap.Height).Count(y => bitmap.GetPixel(x, y) == FirstSeries);
    }

    [Fact]
    public async Task Cells_of_retention_are_coloured_by_the_strongest_one()
    {
        using var drawn = await DrawAsync(new RetentionContent(Weeks));

        // 40 % is the most, so it has the whole colour; the first column has none of it.
        Count(drawn, SKColor.Parse("#559C96")).ShouldBeGreaterThan(10_000);
        Count(drawn, SKColor.Parse("#F7F3EA")).ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public async Task A_narrow_picture_of_anything_is_drawn_and_so_is_a_low_one()
    {
        var steps = new FunnelData { Steps = [.. Enumerable.Range(1, 12).Select(step => $"Step {step}")], Groups = [.. Enumerable.Range(1, 9).Select(group => new FunnelGroup($"{group}", $"Group {group}", [.. Enumerable.Range(1, 12).Select(step => new FunnelStep(1000 / step, 60))]))] };
        PictureContent[] contents =
        [
            new FunnelContent(steps), new RetentionContent(Weeks), new RowsContent([], []), new RowsContent(["a"], [["1"]], IsPartial: true), new MarkdownContent(""),
            new MarkdownContent(new string('x', 4000)), new LinkContent("", "https://example.test/" + new string('y', 300)), new NumbersContent([]), new StackedContent([]),
            new FunnelContent(new FunnelData { Steps = [], Groups = [] }), new RetentionContent(new RetentionData { Intervals = [], Cohorts = [] }),
        ];
        foreach (var content in contents)
        {
            using var narrow = await DrawAsync(content, 200);
            narrow.Width.ShouldBe(400);
        }
        var board = new PictureBoard { Name = "B", Project = "P", Date = "today", Cards = [.. contents.Select((content, index) => new PlacedCard(new PictureCard("C", null, content), index % 6 * 2, index / 6 * 2, 2, 2))] };
        (await fixture.Painter.PngAsync(board, TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(10_000);
        (await fixture.Painter.PdfAsync(board, TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Letters_of_no_typeface_are_boxes_and_those_of_the_product_are_letters()
    {
        // As wide as boxes: three of them are three times 0.62 of the size.
        using var typefaces = new Prickle.Pictures.Typefaces.TypefaceShelf();
        using var nowhere = new SKNWayCanvas(1, 1);
        var ink = new Ink(nowhere, new Palette(PictureTheme.Light), typefaces);
        ink.Measure("日本語", ink.Plain(100)).ShouldBe(186, .01f);
        // Letters of the word, each of another file: none is as wide as a box.
        foreach (var letter in (string[])["A", "ł", "Ж", "Ω", "ế", "đ"])
        {
            Math.Abs(ink.Measure(letter, ink.Plain(100)) - 62).ShouldBeGreaterThan(.01f, letter);
        }
        // A zero width joiner is no letter.
        ink.Measure("a\u200Db", ink.Plain(100)).ShouldBe(ink.Measure("a", ink.Plain(100)) + ink.Measure("b", ink.Plain(100)), .01f);
    }

    [Fact]
    public async Task What_it_draws_with_is_loaded_for_the_first_picture_and_let_go_of_after_some_minutes()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var painter = new PicturePainter(time);
        painter.IsLoaded.ShouldBeFalse();
        await painter.CardAsync(new PictureCard("T", null, new NoticeContent("a", "b")), 320, TestContext.Current.CancellationToken);
        painter.IsLoaded.ShouldBeTrue();

        time.Advance(TimeSpan.FromMinutes(2));
        await painter.CardAsync(new PictureCard("T", null, new NoticeContent("a", "b")), 320, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(2));
        painter.IsLoaded.ShouldBeTrue("a picture was drawn two minutes ago");
        time.Advance(TimeSpan.FromMinutes(4));
        painter.IsLoaded.ShouldBeFalse();

        (await painter.CardAsync(new PictureCard("T", null, new NoticeContent("a", "b")), 320, TestContext.Current.CancellationToken)).Png.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Nobody_waits_for_a_picture_that_was_given_up()
    {
        using var given = new CancellationTokenSource();
        var chart = new SeriesChart { Title = "T", Categories = [.. Enumerable.Range(0, 2000).Select(day => new ChartCategory($"{day}", $"{day}"))], Series = [.. Enumerable.Range(0, 40).Select(series => new ChartSeries($"{series}", $"{series}", [.. Enumerable.Range(0, 2000).Select(day => (double?)(day % 7))]))] };
        var drawing = fixture.Painter.CardAsync(new PictureCard("T", null, new ChartContent(chart)), 640, given.Token);
        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => drawing);
        (await fixture.Painter.CardAsync(new PictureCard("T", null, new ChartContent(new PieChart { Title = "T", Items = [new("a", "A", 1)] })), 320, TestContext.Current.CancellationToken)).Png.ShouldNotBeEmpty();
    }
}
