using AngleSharp.Dom;
using Bunit;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.Tests.Ui.Charts;

public sealed class ChartPartsTests : KitTest
{
    static readonly SeriesChart Stacked = new()
    {
        Title = "Visitors by plan",
        Unit = ValueUnit.Count("visitors"),
        Shape = SeriesShape.StackedBar,
        CategoryName = "Day",
        Incomplete = 1,
        Categories = [new("d1", "1 Mar", "Sunday, 1 March 2026"), new("d2", "2 Mar")],
        Series = [new("free", "Free", [1200, 30]), new("team", "Team", [34, null])],
    };

    static readonly FunnelData Funnel = new()
    {
        Steps = ["Visited", "Signed up"],
        Groups = [new("all", "All", [new(200), new(50, 90)])],
    };

    [Fact]
    public void A_chart_says_in_one_sentence_what_it_shows_to_those_who_cannot_see_it()
    {
        var chart = Render<Chart>(parameters => parameters.Add(c => c.Data, Stacked));
        chart.Find("[role=img]").GetAttribute("aria-label").ShouldBe(
            "Visitors by plan: bars of 2 series, from Sunday, 1 March 2026 to 2 Mar, at most 1,200 visitors at Sunday, 1 March 2026 (Free).");
    }

    [Fact]
    public void The_table_has_every_figure_the_sum_and_what_has_not_ended()
    {
        var table = Render<ChartTable>(parameters => parameters.Add(t => t.Data, Stacked));
        table.FindAll("thead th").Select(head => head.TextContent).ShouldBe(["Day", "Free", "Team", "Total"]);
        table.FindAll("tbody tr").Select(row => string.Join("|", row.Children.Select(cell => cell.TextContent.Trim()))).ShouldBe(
            ["Sunday, 1 March 2026|1,200|34|1,234", "2 Mar (not ended)|30|–|30"]);
        table.FindAll("button").ShouldBeEmpty("nobody listens");
    }

    [Fact]
    public void A_figure_of_the_table_is_chosen_like_its_point()
    {
        PointSelection? chosen = null;
        var table = Render<ChartTable>(parameters => parameters.Add(t => t.Data, Stacked).Add(t => t.OnPointSelected, selection => chosen = selection));
        table.FindAll("button")[1].Click();
        chosen.ShouldBe(new(1, 0, "team", "d1"));
    }

    [Fact]
    public void Loading_says_how_far_it_is_after_two_seconds_and_can_be_given_up_after_five()
    {
        var cancelled = false;
        var frame = Render<ChartFrame>(parameters => parameters
            .Add(f => f.State, ChartState.Loading).Add(f => f.Progress, new ChartProgress(1_500_000, 6_000_000)).Add(f => f.OnCancel, () => cancelled = true)
            .Add(f => f.ChildContent, "<p class='shown'></p>"));
        frame.FindAll("[role=status]").ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(2));
        frame.WaitForAssertion(() => frame.Find("[role=status] .label").TextContent.ShouldBe("1.5M of 6M rows · 2 s"));
        frame.Find(".track span").GetAttribute("style").ShouldBe("width:25%");
        frame.FindAll(".progress button").ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(3));
        frame.WaitForElement(".progress button").Click();
        cancelled.ShouldBeTrue();
        frame.FindAll(".shown").ShouldBeEmpty();
    }

    [Fact]
    public void A_failure_says_what_why_and_what_to_do_and_tries_again()
    {
        var again = false;
        var frame = Render<ChartFrame>(parameters => parameters
            .Add(f => f.State, ChartState.Failed).Add(f => f.Failure, new ChartFailure("It took too long", "The limit is 60 seconds.", "Choose a shorter period.", "Code: 159"))
            .Add(f => f.OnRetry, () => again = true).Add(f => f.ChildContent, ""));
        frame.Find("[role=alert] h3").TextContent.ShouldBe("It took too long");
        frame.Find("[role=alert] p").TextContent.ShouldBe("The limit is 60 seconds. Choose a shorter period.");
        frame.Find("details").HasAttribute("open").ShouldBeFalse();
        frame.Find("[role=alert] button").Click();
        again.ShouldBeTrue();
    }

    [Fact]
    public void Empty_says_why_and_offers_the_next_step()
    {
        var frame = Render<ChartFrame>(parameters => parameters
            .Add(f => f.State, ChartState.Empty).Add(f => f.EmptyTitle, "No sign-ups").Add(f => f.EmptyText, "None in March.").Add(f => f.Empty, "<a href='/x'>Last 90 days</a>")
            .Add(f => f.ChildContent, ""));
        (frame.Find("h2").TextContent, frame.Find("p").TextContent, frame.Find("a").TextContent).ShouldBe(("No sign-ups", "None in March.", "Last 90 days"));
        frame.FindAll(".hedgehog").Count.ShouldBe(1);
    }

    [Fact]
    public void A_step_of_a_funnel_shows_who_came_through_and_who_was_lost_and_both_can_be_chosen()
    {
        var chosen = new List<FunnelSelection>();
        var funnel = Render<FunnelBars>(parameters => parameters.Add(f => f.Data, Funnel).Add(f => f.OnSelected, chosen.Add));
        // 50 of 200 came through, 150 were lost.
        funnel.FindAll(".converted").Select(bar => bar.GetAttribute("style")).ShouldBe(["--part:100%", "--part:25%"]);
        funnel.Find(".dropped").GetAttribute("style").ShouldBe("--part:75%");
        funnel.Find(".dropped").GetAttribute("aria-label").ShouldBe("150 persons were lost before Signed up, 75 % of the step before");
        funnel.Find(".dropped").Click();
        funnel.FindAll(".converted")[1].Click();
        chosen.ShouldBe([new(1, "all", true), new(1, "all", false)]);
        funnel.FindAll("tbody tr")[1].Children.Select(cell => cell.TextContent.Trim()).ShouldBe(["2. Signed up", "50", "25 %", "25 %", "150", "1 min 30 s", "–"]);
    }

    [Fact]
    public void A_cell_of_the_retention_grid_is_hatched_until_its_interval_has_ended_and_can_be_chosen()
    {
        RetentionSelection? chosen = null;
        var grid = Render<RetentionGrid>(parameters => parameters
            .Add(g => g.Data, new RetentionData { Intervals = ["Day 0", "Day 1"], Cohorts = [new("a", "1 Mar", 80, [new(80), new(20)]), new("b", "2 Mar", 40, [new(40), new(4, true)])] })
            .Add(g => g.OnSelected, selection => chosen = selection));
        // 20 of 80 is the most, 4 of 40 is two fifths of that.
        grid.FindAll("button").Select(cell => (cell.TextContent, cell.GetAttribute("style"))).ShouldBe(
            [("100 %", "--heat:0%"), ("25 %", "--heat:100%"), ("100 %", "--heat:0%"), ("10 %", "--heat:40%")]);
        grid.FindAll("button.incomplete").Count.ShouldBe(1);
        grid.Find("tr.mean").Children.Select(cell => cell.TextContent.Trim()).ShouldBe(["Mean", "120", "100 %", "25 %"]);
        grid.FindAll("button")[3].Click();
        chosen.ShouldBe(new("b", 1));
    }

    [Fact]
    public void A_share_is_compared_in_points()
    {
        var number = Render<BigNumber>(parameters => parameters.Add(n => n.Label, "Error rate").Add(n => n.Value, 0.12).Add(n => n.Previous, 0.1)
            .Add(n => n.Period, "yesterday").Add(n => n.Format, ValueUnit.Share()).Add(n => n.Trend, [1, 2, 3]));
        number.Find(".value").TextContent.ShouldBe("12 %");
        number.Find(".change").TextContent.ShouldBe("2 pt up on yesterday");
        number.FindAll("polyline").Count.ShouldBe(1);
    }

    [Fact]
    public void Hours_are_labelled_in_the_zone_and_the_day_leads()
    {
        // Two hours before midnight UTC it is 23:00 in Berlin in winter, then a new day.
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        DateTimeOffset[] starts = [.. Enumerable.Range(0, 60).Select(hour => new DateTimeOffset(2026, 1, 31, 22, 0, 0, TimeSpan.Zero).AddHours(hour))];
        var places = TimeAxis.Categories(starts, ChartInterval.Hour, zone);
        places.Take(3).Select(place => (place.Label, place.Leads)).ShouldBe([("31 Jan", false), ("1 Feb", true), ("01:00", false)]);
        places[2].Detail.ShouldBe("Sunday, 1 February 2026, 01:00");
        places[1].Key.ShouldBe("2026-01-31T23:00:00Z");
        TimeAxis.IndexOf(starts, starts[5].AddMinutes(59)).ShouldBe(5);
    }
}
