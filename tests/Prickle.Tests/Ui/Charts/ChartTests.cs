using Bunit;
using Prickle.Ui.Charts;

namespace Prickle.Tests.Ui.Charts;

public sealed class ChartTests : KitTest
{
    [Theory]
    [InlineData(150, 100, "50 % up on yesterday", "better")]
    [InlineData(60, 80, "25 % down on yesterday", "worse")]
    [InlineData(7, 7, "as many as yesterday", null)]
    [InlineData(7, 0, "none yesterday", "better")]
    [InlineData(0, 0, "none, and none yesterday", null)]
    public void A_number_is_compared_with_the_one_before(int value, int previous, string words, string? direction)
    {
        var change = Render<BigNumber>(parameters => parameters
            .Add(n => n.Label, "Visitors").Add(n => n.Value, value).Add(n => n.Previous, previous).Add(n => n.Period, "yesterday"))
            .Find(".change");
        change.TextContent.ShouldBe(words);
        (change.ClassName!.Contains("better", StringComparison.Ordinal) ? "better"
            : change.ClassName.Contains("worse", StringComparison.Ordinal) ? "worse" : null).ShouldBe(direction);
    }

    [Fact]
    public void Fewer_errors_are_better() =>
        Render<BigNumber>(parameters => parameters
            .Add(n => n.Label, "Errors").Add(n => n.Value, 5).Add(n => n.Previous, 10).Add(n => n.Period, "yesterday").Add(n => n.FewerIsBetter, true))
            .Find(".change").ClassName!.ShouldContain("better");

    [Fact]
    public void A_number_that_is_not_here_yet_keeps_its_place() =>
        Render<BigNumber>(parameters => parameters.Add(n => n.Label, "Visitors").Add(n => n.Value, null).Add(n => n.Period, "yesterday"))
            .FindAll(".skeleton").Count.ShouldBe(2);

    [Fact]
    public void The_longest_bar_is_full_and_the_others_are_in_proportion()
    {
        var list = Render<BarList>(parameters => parameters
            .Add(l => l.Label, "Views").Add(l => l.Items, [new BarItem("/", 1200), new BarItem("/pricing", 300, "/events")]));
        list.FindAll(".bar").Select(bar => bar.GetAttribute("style")).ShouldBe(["width:100%", "width:25%"]);
        list.FindAll("b").Select(number => number.TextContent).ShouldBe(["1,200", "300"]);
        list.Find("a").GetAttribute("href").ShouldBe("/events");
    }

    [Fact]
    public void Bars_have_a_table_behind_them_and_a_place_without_a_value_stays_empty()
    {
        var chart = Render<HourBars>(parameters => parameters
            .Add(c => c.Label, "Events per hour")
            .Add(c => c.Points, [new ChartPoint("00:00", 10, 5), new ChartPoint("01:00", null, 20)]));
        chart.FindAll("rect.value").Count.ShouldBe(1);
        // 10 of at most 20 is half of the 98 units that a full bar has.
        chart.Find("rect.value").GetAttribute("height").ShouldBe("49");
        chart.FindAll("tbody td").Select(cell => cell.TextContent).ShouldBe(["00:00", "10", "5", "01:00", "–", "20"]);
        chart.Find("title").TextContent.ShouldBe("00:00: 10 events, yesterday 5");
    }

    [Fact]
    public void A_line_of_nothing_lies_on_the_ground() =>
        Render<Sparkline>(parameters => parameters.Add(s => s.Label, "Trend").Add(s => s.Values, [0, 0, 0]))
            .Find("polyline").GetAttribute("points").ShouldBe("0,22 50,22 100,22");
}
