using System.Text.Json.Nodes;
using Prickle.Ui.Charts;
using Prickle.Ui.Charts.Options;
using Prickle.Ui.Values;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Tests.Ui.Charts;

public sealed class SeriesOptionTests
{
    static readonly ChartCategory[] Days = [new("1", "1 Mar"), new("2", "2 Mar"), new("3", "3 Mar"), new("4", "4 Mar")];

    [Fact]
    public void A_line_ends_where_the_finished_days_end_and_a_dashed_one_goes_on_from_there()
    {
        var option = ChartOption.Of(Lines(incomplete: 1, [10, 20, 30, 4])).Option;
        // The finished part has the first three days; the tail begins at the third, so that the two meet.
        Data(option, 0).ShouldBe([10, 20, 30, null]);
        Data(option, 1).ShouldBe([null, null, 30, 4]);
        (Line(option, 0, "type"), Line(option, 1, "type")).ShouldBe(("solid", "dashed"));
        // One name, so that the legend toggles both.
        ((string?)Series(option, 1)["name"]).ShouldBe((string?)Series(option, 0)["name"]);
    }

    [Fact]
    public void A_tail_stands_for_the_series_it_ends()
    {
        var plan = ChartOption.Of(Lines(incomplete: 1, [10, 20, 30, 4], [1, 2, 3, 4]));
        // Two series, then their two tails, then the marks, which stand for nothing.
        plan.Select(1, 0).ShouldBe(new(1, 0, "s1", "1"));
        plan.Select(3, 3).ShouldBe(new(1, 3, "s1", "4"));
        plan.Select(4, 0).ShouldBeNull();
        plan.Select(0, 4).ShouldBeNull();
    }

    [Fact]
    public void The_period_before_has_the_colour_of_what_it_is_compared_with_but_lighter_and_dashed()
    {
        var chart = Lines(0, [1, 2, 3, 4], [5, 6, 7, 8]);
        var option = ChartOption.Of(chart with
        {
            Series = [.. chart.Series, new("before", "Before", [1, 1, 1, 1]) { ComparedWith = "s1" }],
        }).Option;
        ((string?)Series(option, 1)["color"]).ShouldBe("var(--prickle-series-2)");
        ((string?)Series(option, 2)["color"]).ShouldBe("var(--prickle-series-2)/0.65");
        Line(option, 2, "type").ShouldBe("dashed");
    }

    [Fact]
    public void The_period_before_is_over_and_its_bars_are_never_unfinished()
    {
        var option = ChartOption.Of(Lines(1, [1, 2, 3, 4]) with
        {
            Shape = SeriesShape.Bar,
            Series = [new("a", "A", [1, 2, 3, 4]), new("b", "B", [5, 6, 7, 8]) { ComparedWith = "a" }],
        }).Option;
        ((string?)Series(option, 0)["data"]![3]!["itemStyle"]!["borderType"]).ShouldBe("dashed");
        ((double)Series(option, 1)["data"]![3]!).ShouldBe(8);
    }

    [Fact]
    public void Shares_are_of_the_total_of_their_place_and_of_nothing_there_is_no_share()
    {
        var chart = Lines(0, [30, 0, 10, null], [10, 0, 30, 5]) with { SharesOfTotal = true };
        var option = ChartOption.Of(chart).Option;
        // 30 of 40; 0 of 0; 10 of 40; nothing of 5.
        Data(option, 0).ShouldBe([0.75, null, 0.25, null]);
        Data(option, 1).ShouldBe([0.25, null, 0.75, 1]);
        ((int)option["yAxis"]!["max"]!).ShouldBe(1);
    }

    [Fact]
    public void On_a_logarithmic_axis_there_is_no_zero() =>
        Data(ChartOption.Of(Lines(0, [0, -3, 10, 100]) with { Logarithmic = true }).Option, 0).ShouldBe([null, null, 10, 100]);

    [Fact]
    public void Two_series_of_one_name_are_told_apart()
    {
        var option = ChartOption.Of(Lines(0, [1, 1, 1, 1]) with { Series = [new("a", "Chrome", [1, 1, 1, 1]), new("b", "Chrome", [2, 2, 2, 2])] }).Option;
        option["legend"]!["data"]!.AsArray().Select(name => (string?)name).ShouldBe(["Chrome", "Chrome (2)"]);
    }

    [Fact]
    public void What_is_not_a_number_is_a_gap() =>
        Data(ChartOption.Of(Lines(0, [1, double.NaN, double.PositiveInfinity, 2])).Option, 0).ShouldBe([1, null, null, 2]);

    [Fact]
    public void Annotations_that_would_lie_on_one_another_share_a_mark()
    {
        // Thirty marks fit beside one another, so of 90 places three lie under one: 12 and 13 are within 3 of 10, 16 is not.
        var chart = new SeriesChart
        {
            Title = "T",
            Categories = [.. Enumerable.Range(0, 90).Select(place => new ChartCategory($"{place}", $"{place}"))],
            Series = [],
            Annotations = [new(12, "b"), new(10, "a"), new(16, "d"), new(13, "c"), new(95, "outside"), new(-1, "before")],
        };
        AnnotationGroups.Of(chart).Select(group => (group.Category, string.Concat(group.Annotations.Select(note => note.Text)))).ShouldBe([(10, "abc"), (16, "d")]);
    }

    [Fact]
    public void Lifecycle_shows_those_who_fell_asleep_below_the_line_whatever_sign_they_come_with()
    {
        var chart = ChartOf.Lifecycle("Lifecycle", [Days[0], Days[1]], [1, 2], [3, 4], [5, 6], [7, -8]);
        Data(ChartOption.Of(chart).Option, 3).ShouldBe([-7, -8]);
    }

    static SeriesChart Lines(int incomplete, params double?[][] values) => new()
    {
        Title = "T",
        Unit = ValueUnit.Count("visitors"),
        Categories = Days,
        Incomplete = incomplete,
        Series = [.. values.Select((one, index) => new ChartSeries($"s{index}", $"Series {index}", one))],
    };

    static JsonNode Series(JsonObject option, int index) => option["series"]![index]!;

    static double?[] Data(JsonObject option, int index) => [.. Series(option, index)["data"]!.AsArray().Select(value => (double?)value)];

    static string? Line(JsonObject option, int index, string name) => (string?)Series(option, index)["lineStyle"]![name];
}
