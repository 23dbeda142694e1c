using Prickle.Insights;
using Prickle.Insights.Showing;
using Prickle.Ui.Charts;

namespace Prickle.Tests.Insights.Showing;

/// <summary>Which chart an answer becomes, and which number a point of it is.</summary>
public sealed class DrawingTests
{
    static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void The_earlier_period_is_drawn_over_the_later_one_in_its_colour()
    {
        var query = new TrendsQuery { Series = [new EventsNode { Event = "paid" }], CompareFilter = new(true) };
        var chart = (SeriesChart)new TrendsDrawing("Paid", query, new TrendsResult(
        [
            new TrendsSeries(0, "paid", null, "current", [4, 5], 9, ["2026-03-03", "2026-03-04"]),
            new TrendsSeries(0, "paid", null, "previous", [1, 2], 3, ["2026-03-01", "2026-03-02"]),
        ], ["2026-03-03", "2026-03-04"], Interval.Day, true), Berlin).Chart();
        chart.Incomplete.ShouldBe(1);
        chart.Categories.Select(place => place.Key).ShouldBe(["2026-03-03", "2026-03-04"]);
        chart.Series[1].ComparedWith.ShouldBe("0");
        chart.Series[1].Places.ShouldBe(["Sunday, 1 March 2026", "Monday, 2 March 2026"]);
        chart.Unit.Name.ShouldBe("events");
    }

    [Fact]
    public void A_point_of_the_earlier_period_is_asked_for_by_its_own_day()
    {
        var query = new TrendsQuery { Series = [new EventsNode { Event = "paid", Math = "dau" }], CompareFilter = new(true) };
        var drawing = new TrendsDrawing("Paid", query, new TrendsResult(
        [
            new TrendsSeries(0, "paid", ["pro"], "current", [4, 5], 9),
            new TrendsSeries(0, "paid", ["pro"], "previous", [1, 2], 3, ["2026-03-01", "2026-03-02"]),
        ], ["2026-03-03", "2026-03-04"], Interval.Day, false), Berlin);
        var chosen = drawing.Choose(new PointSelection(1, 1, "1", "2026-03-04"))!;
        (chosen.Selection.Day, chosen.Selection.Compare, chosen.Number).ShouldBe(("2026-03-02", "previous", 2));
        chosen.Selection.BreakdownValues.ShouldBe(["pro"]);
        chosen.Words.ShouldBe("pro (before), Monday, 2 March 2026");
    }

    [Fact]
    public void Nobody_is_behind_a_formula()
    {
        var query = new TrendsQuery { Series = [new EventsNode()], TrendsFilter = new() { FormulaNodes = [new("A * 2")] } };
        new TrendsDrawing("Twice", query, new TrendsResult([new TrendsSeries(0, "A * 2", null, null, [2], 2)], ["2026-03-03"], Interval.Day, false), Berlin)
            .Choose(new PointSelection(0, 0, "0", "2026-03-03")).ShouldBeNull();
    }

    [Fact]
    public void Values_beyond_the_limit_and_missing_ones_have_names_and_countries_are_found_by_code()
    {
        var query = new TrendsQuery
        {
            Series = [new EventsNode()],
            BreakdownFilter = new() { Breakdowns = [new("$geoip_country_code")] },
            TrendsFilter = new() { Display = TrendsDisplay.WorldMap },
        };
        var result = new TrendsResult(
            [new(0, "All events", ["DE"], null, [], 7), new(0, "All events", [Breakdown.Other], null, [], 3), new(0, "All events", [Breakdown.None], null, [], 1)], [], Interval.Day, false);
        var drawing = new TrendsDrawing("Countries", query, result, Berlin);
        ((MapChart)drawing.Chart()).Items.Select(item => (item.Key, item.Value)).ShouldBe([("DE", 7)]);
        drawing.Choose(new PointSelection(0, 0, "", "DE"))!.Selection.BreakdownValues.ShouldBe(["DE"]);
        var pie = new TrendsDrawing("Countries", query with { TrendsFilter = new() { Display = TrendsDisplay.Pie } }, result, Berlin);
        ((PieChart)pie.Chart()).Items.Select(item => item.Name).ShouldBe(["DE", "Other", "None"]);
    }

    [Fact]
    public void A_lost_bar_of_a_funnel_counts_who_reached_the_step_before_and_not_this_one()
    {
        var drawing = new FunnelsDrawing("Funnel", new FunnelsQuery(), new FunnelsResult
        {
            Funnels = [new(["pro"], [new(0, "seen", 10, 100, null, null, null, false), new(1, "paid", 4, 40, 40, 60, 60, false)])],
        }, Berlin);
        var lost = drawing.Choose(new FunnelSelection(1, "0", Dropped: true))!;
        // 10 - 4.
        (lost.Selection.FunnelStep, lost.Number).ShouldBe((-2, 6));
        lost.Selection.BreakdownValues.ShouldBe(["pro"]);
        drawing.Choose(new FunnelSelection(1, "0", Dropped: false))!.Selection.FunnelStep.ShouldBe(2);
    }

    [Fact]
    public void A_grid_shows_the_percentages_and_the_mean_of_the_answer()
    {
        var query = new RetentionQuery { RetentionFilter = new() { RetentionReference = "previous" } };
        var drawing = new RetentionDrawing(query, new RetentionTable(null,
            [new RetentionRow("2026-03-01", 8, [new(8, 100, false), new(4, 50, false), new(3, 75, true)])], [100, 50, null]), Berlin);
        drawing.Data.Intervals.ShouldBe(["Day 0", "Day 1", "Day 2"]);
        drawing.Data.Cohorts[0].Cells[2].Part.ShouldBe(.75);
        (drawing.Data.Mean(1), drawing.Data.Mean(2)).ShouldBe((.5, null));
        var cell = drawing.Choose(new RetentionSelection("0", 1))!;
        (cell.Selection.Row, cell.Selection.Interval, cell.Number).ShouldBe((0, 1, 4));
        drawing.Choose(new RetentionSelection("0", 0))!.Selection.Interval.ShouldBeNull("the whole cohort");
    }

    [Fact]
    public void An_edge_of_paths_is_its_two_nodes_and_a_first_node_is_told_by_who_left_it()
    {
        var result = new PathsResult([new PathsEdge("1_/", "2_/price_list", 5, 12)]);
        var chart = PathsDrawing.Of("Paths", result);
        chart.Nodes.Select(node => (node.Key, node.Name, node.Position)).ShouldBe([("1_/", "/", 0), ("2_/price_list", "/price_list", 1)]);
        var edge = PathsDrawing.Choose(result, new PointSelection(0, 0, "1_/", "2_/price_list"))!;
        (edge.Selection.PathSource, edge.Selection.PathTarget).ShouldBe(("1_/", "2_/price_list"));
        PathsDrawing.Choose(result, new PointSelection(-1, 0, "", "1_/"))!.Selection.PathSource.ShouldBe("1_/");
        PathsDrawing.Choose(result, new PointSelection(-1, 1, "", "2_/price_list"))!.Selection.PathTarget.ShouldBe("2_/price_list");
    }

    [Theory]
    [InlineData("-7d", null, "Last 7 days")]
    [InlineData(null, null, "Last 7 days")]
    [InlineData("-3w", null, "Last 3 weeks")]
    [InlineData("-1mStart", "-1mEnd", "Last month")]
    [InlineData("2026-03-01", "2026-03-07", "1 Mar 2026 to 7 Mar 2026")]
    [InlineData("all", null, "All time")]
    public void Periods_have_words(string? from, string? to, string words) => PeriodWords.Of(new(from, to)).ShouldBe(words);
}
