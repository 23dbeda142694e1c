using Prickle.Pictures;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.Tests.Pictures;

/// <summary>One painter for all: what it loads takes a second.</summary>
public sealed class PainterFixture : IDisposable
{
    public PicturePainter Painter { get; } = new(TimeProvider.System);

    public void Dispose() => Painter.Dispose();
}

public sealed class ChartPictureTests(PainterFixture fixture) : IClassFixture<PainterFixture>
{
    // The first two colours of series, and the ground of countries without a value, as theme.css has them for light mode.
    const string First = "#D9572B";
    const string Second = "#2A6478";
    const string NoValue = "#EDE6D9";

    static readonly ChartCategory[] Days = [new("1", "1 Mar"), new("2", "2 Mar"), new("3", "3 Mar"), new("4", "4 Mar")];

    Task<Drawn> DrawAsync(ChartData data, int width = 640, int height = 320) => Drawn.OfAsync(fixture.Painter, data, width, height);

    static SeriesChart Series(SeriesShape shape, params ChartSeries[] series) => new() { Title = "T", Shape = shape, Categories = Days, Series = series };

    [Fact]
    public async Task Bars_stand_as_high_as_their_values_with_the_days_below()
    {
        var drawn = await DrawAsync(Series(SeriesShape.Bar, new ChartSeries("a", "A", [10, 20, 40, 5])));

        drawn.Texts.ShouldBeSubsetOf(["0", "10", "20", "30", "40", "1 Mar", "2 Mar", "3 Mar", "4 Mar"]);
        var heights = drawn.Filled(First).Select(bar => bar.Place.Height).ToList();
        heights.Count.ShouldBe(4);
        // 20 of 40 is half as high, 10 a quarter, 5 an eighth.
        foreach (var (height, part) in heights.Zip((double[])[.25, .5, 1, .125]))
        {
            ((double)(height / heights[2])).ShouldBe(part, .01);
        }
    }

    [Fact]
    public async Task Lines_have_their_colours_a_legend_and_a_dashed_end_that_has_not_ended()
    {
        var drawn = await DrawAsync(Series(SeriesShape.Line, new("a", "Visitors", [1, 2, 3, 4]), new("b", "Sign-ups", [4, 3, 2, 1])) with { Incomplete = 1 });

        drawn.Texts.ShouldContain("Visitors");
        drawn.Texts.ShouldContain("Sign-ups");
        var lines = drawn.Shapes.Where(shape => shape is { Stroke: First or Second, Fill: "none" }).ToList();
        lines.Count(line => line.Dashes == "").ShouldBe(2);
        lines.Count(line => line.Dashes != "").ShouldBe(2);
    }

    [Fact]
    public async Task Stacked_bars_stand_on_one_another()
    {
        var drawn = await DrawAsync(Series(SeriesShape.StackedBar, new("a", "A", [10, 10, 10, 10]), new("b", "B", [30, 30, 30, 30])));

        var lower = drawn.Filled(First).Where(shape => shape.Place.Width > 12.5).MinBy(shape => shape.Place.Left)!.Place;
        var upper = drawn.Filled(Second).Where(shape => shape.Place.Width > 12.5).MinBy(shape => shape.Place.Left)!.Place;
        // A line of one pixel parts them.
        upper.Bottom.ShouldBe(lower.Top, 1.5f);
        ((double)(upper.Height / lower.Height)).ShouldBe(3, .05);
    }

    [Fact]
    public async Task Lying_bars_are_as_long_as_their_values_the_largest_on_top()
    {
        var drawn = await DrawAsync(new RankedChart { Title = "T", Items = [new("a", "Small", 25), new("b", "Large", 100)] });

        drawn.Texts.ShouldContain("Small");
        var bars = drawn.Filled(First).OrderBy(bar => bar.Place.Top).ToList();
        bars.Count.ShouldBe(2);
        ((double)(bars[1].Place.Width / bars[0].Place.Width)).ShouldBe(.25, .01);
    }

    [Fact]
    public async Task A_ring_has_its_slices_and_its_total_in_the_middle()
    {
        var drawn = await DrawAsync(new PieChart { Title = "T", Unit = ValueUnit.Count("visitors"), Items = [new("a", "Chrome", 750), new("b", "Safari", 250)] });

        drawn.Texts.ShouldContain("1K");
        drawn.Texts.ShouldContain("visitors");
        drawn.Texts.ShouldContain("Chrome  75 %");
        // Slice and mark in the legend.
        drawn.Filled(First).Count.ShouldBe(2);
        drawn.Filled(Second).Count.ShouldBe(2);
    }

    [Fact]
    public async Task On_the_map_the_countries_with_a_value_are_coloured_and_no_others()
    {
        var drawn = await DrawAsync(new MapChart { Title = "T", Items = [new("DE", "", 1000), new("BR", "", 200), new("JP", "", 20)] });

        // Classes from "below 10" to "300 and more" are five; their marks are 12 pixels wide at most.
        drawn.Texts.Count(text => text.Contains('–') || text.StartsWith("below", StringComparison.Ordinal) || text.EndsWith("more", StringComparison.Ordinal)).ShouldBe(5);
        var coloured = drawn.Filled(First).Where(shape => shape.Place.Bottom < 290).ToList();
        coloured.Select(country => country.Opacity).Order().Count().ShouldBe(3);
        var brazil = coloured.MaxBy(country => country.Place.Width * country.Place.Height)!.Place;
        (brazil.MidX < 320 && brazil.MidY > 140).ShouldBeTrue("Brazil is the largest of the three, left of the middle and in the south");
        drawn.Filled(NoValue).Count.ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task A_histogram_has_a_bar_for_every_range_and_marks_the_average()
    {
        var drawn = await DrawAsync(new HistogramChart { Title = "T", Bins = [new(0, 60, 10), new(60, 120, 20), new(120, 180, 5)], Mark = new(90, "average") });

        // Half a minute into the second bar is a minute and a half.
        drawn.Texts.ShouldContain("average: 1.5 min");
        var bars = drawn.Filled(Second).OrderBy(bar => bar.Place.Left).ToList();
        bars.Count.ShouldBe(3);
        ((double)(bars[0].Place.Height / bars[1].Place.Height)).ShouldBe(.5, .01);
        ((double)(bars[2].Place.Height / bars[1].Place.Height)).ShouldBe(.25, .01);
    }

    [Fact]
    public async Task Paths_have_their_nodes_in_columns_with_names_and_counts()
    {
        var drawn = await DrawAsync(new PathChart
        {
            Title = "T",
            Nodes = [new("1_/", "/", 0), new("2_/a", "/a", 1), new("2_/b", "/b", 1)],
            Edges = [new("1_/", "2_/a", 30), new("1_/", "2_/b", 10)],
        });

        drawn.Texts.ShouldBeSubsetOf(["/", "/a", "/b", "40", "30", "10"]);
        var nodes = drawn.Filled(Second).OrderBy(node => node.Place.Top).ToList();
        // Three times as many, three times as high.
        ((double)(nodes.Max(node => node.Place.Height) / nodes.Min(node => node.Place.Height))).ShouldBe(3, .05);
        drawn.Filled(First).ShouldContain(node => node.Place.Left < nodes[0].Place.Left);
    }

    [Fact]
    public async Task Boxes_reach_from_quarter_to_quarter_with_the_mean_as_a_dot()
    {
        var drawn = await DrawAsync(new BoxChart { Title = "T", Items = [new("a", "A", 0, 25, 50, 75, 100) { Mean = 60 }] });

        drawn.Texts.ShouldContain("A");
        var box = drawn.Shapes.Single(shape => shape.Fill.Equals(Second, StringComparison.OrdinalIgnoreCase) && shape.Opacity < 1).Place;
        // Whiskers from 0 to 100 belong to the same shape.
        var dot = drawn.Filled(First).Single().Place;
        ((double)((box.Bottom - dot.MidY) / box.Height)).ShouldBe(.6, .02);
    }

    [Fact]
    public async Task A_legend_has_rows_and_counts_what_they_do_not_hold()
    {
        var drawn = await DrawAsync(Series(SeriesShape.Line, [.. Enumerable.Range(1, 40).Select(number => new ChartSeries($"{number}", $"A series called {number}", [1, 2, 3, number]))]));

        var named = drawn.Texts.Count(text => text.StartsWith("A series called", StringComparison.Ordinal));
        named.ShouldBeInRange(6, 20);
        drawn.Texts.ShouldContain($"and {40 - named} more");
    }

    [Fact]
    public async Task Names_of_any_script_and_markup_are_drawn_as_they_are()
    {
        string[] names = ["<b>&amp;\"'</b>", "日本語", "العربية", "👩‍👩‍👧", "Ünï", "\u0000\u0007x"];
        var drawn = await DrawAsync(new RankedChart { Title = "T", Items = [.. names.Select((name, index) => new ChartItem($"{index}", name, index + 1))] });

        drawn.Texts.ShouldContain("<b>&amp;\"'</b>");
        drawn.Texts.ShouldContain("日本語");
        drawn.Filled(First).Count.ShouldBe(6);
    }
}
