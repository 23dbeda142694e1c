using System.Text.Json.Nodes;
using Prickle.Ui.Charts;
using Prickle.Ui.Charts.Maps;
using Prickle.Ui.Charts.Options;
using Prickle.Ui.Values;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Tests.Ui.Charts;

public sealed class ItemOptionTests
{
    static readonly ChartItem[] Eight = [.. Enumerable.Range(1, 8).Select(number => new ChartItem($"k{number}", $"Item {number}", number))];

    [Fact]
    public void A_pie_has_its_six_largest_slices_and_the_rest_as_one()
    {
        var plan = ChartOption.Of(new PieChart { Title = "T", Items = Eight });
        // 8 … 3 are slices of their own; 2 and 1 are the rest.
        Data(plan).Select(slice => ((string?)slice["name"], (double)slice["value"]!)).ShouldBe(
            [("Item 8", 8), ("Item 7", 7), ("Item 6", 6), ("Item 5", 5), ("Item 4", 4), ("Item 3", 3), ("Other (2)", 3)]);
        plan.Select(0, 0).ShouldBe(new(0, 7, "", "k8"));
        plan.Select(0, 6).ShouldBeNull("it stands for several");
    }

    [Fact]
    public void A_slice_of_nothing_is_left_out() =>
        Data(ChartOption.Of(new PieChart { Title = "T", Items = [new("a", "A", 5), new("b", "B", 0), new("c", "C", -2)] })).Count.ShouldBe(1);

    [Fact]
    public void Bars_are_ranked_and_their_tooltip_says_value_share_and_before()
    {
        var plan = ChartOption.Of(new RankedChart { Title = "T", Unit = ValueUnit.Count("views"), Items = [new("a", "A", 10), new("b", "B", 30) { Previous = 20 }] });
        // 30 of 40 is 75 %.
        Data(plan)[0]["tip"]!["rows"]!.AsArray().Select(row => $"{row![0]}: {row[1]}").ShouldBe(["Views: 30", "Share: 75 %", "Before: 20"]);
        plan.Height.ShouldBe(72);
        plan.Select(0, 0).ShouldBe(new(0, 1, "", "b"));
    }

    [Fact]
    public void What_stands_for_others_comes_last_and_takes_in_what_there_is_no_room_for()
    {
        ChartItem[] items = [new("o", "Other", 50) { IsRest = true, Previous = 10 }, new("a", "A", 10), new("b", "B", 30), new("c", "C", 20)];
        string[] Names(int atMost) => [.. Ranked.Of(items, atMost).Select(item => $"{item.Name} {item.Value} {item.Index}")];

        Names(25).ShouldBe(["B 30 2", "C 20 3", "A 10 1", "Other 50 0"]);
        Names(3).ShouldBe(["B 30 2", "C 20 3", "A 10 1", "Other 50 0"]);
        // 20 + 10 + 50.
        Names(1).ShouldBe(["B 30 2", "Other 80 -1"]);
        Ranked.Of(items[1..], 1).Select(item => item.Name).ShouldBe(["B", "Other (2)"]);
    }

    [Fact]
    public void A_bar_of_nothing_is_not_drawn()
    {
        var ranked = Data(ChartOption.Of(new RankedChart { Title = "T", Items = [new("a", "A", 10), new("b", "B", 0)] }));
        ranked[1]["itemStyle"]!["opacity"]!.GetValue<int>().ShouldBe(0);
        ranked[0]["itemStyle"].ShouldBeNull();

        var days = Data(ChartOption.Of(new SeriesChart { Title = "T", Shape = SeriesShape.Bar, Categories = [new("1", "1"), new("2", "2")], Series = [new("a", "A", [0, 3])] }));
        days[0]["itemStyle"]!["opacity"]!.GetValue<int>().ShouldBe(0);
        days[1].GetValue<double>().ShouldBe(3);
    }

    [Theory]
    [InlineData(41200, new double[] { 1000, 3000, 10000, 30000 })]
    [InlineData(1000, new double[] { 10, 30, 100, 300 })]
    [InlineData(0.5, new[] { 0.01, 0.03, 0.1, 0.3 })]
    [InlineData(0, new double[0])]
    public void The_classes_of_the_map_are_the_last_steps_of_one_three_ten_below_the_largest(double largest, double[] bounds) =>
        MapOption.Bounds(largest).ShouldBe(bounds);

    [Fact]
    public void Countries_are_known_by_their_code()
    {
        Countries.NameOf("de").ShouldBe("Germany");
        Countries.NameOf("XK").ShouldBe("Kosovo");
        Countries.NameOf("ZZ").ShouldBeNull();
        // ISO 3166-1 has 249; Kosovo is the 250th.
        Countries.All.Count.ShouldBe(250);
        Countries.All.Select(country => country.Number).ShouldBeUnique();
    }

    [Fact]
    public void A_mark_lies_within_its_bar()
    {
        HistogramBin[] bins = [new(0, 10, 5), new(10, 30, 5), new(30, 90, 5)];
        // 15 is a quarter of the way through the second bar.
        HistogramOption.PositionOf(bins, 15).ShouldBe(1.25);
        HistogramOption.PositionOf(bins, 90).ShouldBe(3);
        HistogramOption.PositionOf(bins, 91).ShouldBeNull();
    }

    [Fact]
    public void Ways_that_lead_back_or_nowhere_are_not_drawn_and_the_others_keep_their_place_in_the_data()
    {
        var plan = ChartOption.Of(new PathChart
        {
            Title = "T",
            Nodes = [new("0/", "/", 0), new("1/a", "/a", 1)],
            Edges = [new("1/a", "0/", 5), new("0/", "gone", 5), new("0/", "1/a", 7, 90)],
        });
        plan.Option["series"]![0]!["links"]!.AsArray().Count.ShouldBe(1);
        plan.Select(1, 0).ShouldBe(new(2, -1, "0/", "1/a"));
        plan.Select(0, 1).ShouldBe(new(-1, 1, "", "1/a"));
        ((string?)plan.Option["series"]![0]!["links"]![0]!["tip"]!["rows"]![2]![1]).ShouldBe("1 min 30 s");
    }

    [Fact]
    public void The_mean_of_a_retention_column_is_of_all_persons_and_of_finished_cells_only()
    {
        var data = new RetentionData
        {
            Intervals = ["Day 0", "Day 1"],
            Cohorts = [new("a", "A", 100, [new(100), new(50)]), new("b", "B", 300, [new(300), new(30)]), new("c", "C", 50, [new(50), new(1, true)])],
        };
        // 50 and 30 of 100 and 300: 80 of 400, not the middle of 50 % and 10 %.
        data.Mean(1).ShouldBe(0.2);
        data.AsLines("T").Series[3].Values.ShouldBe([1, null]);
    }

    static List<JsonNode> Data(ChartPlan plan) => [.. plan.Option["series"]![0]!["data"]!.AsArray().Select(item => item!)];
}
