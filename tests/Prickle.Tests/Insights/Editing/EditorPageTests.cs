using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.Annotations;
using Prickle.Cohorts;
using Prickle.Definitions;
using Prickle.Filters;
using Prickle.Insights;
using Prickle.Insights.Editing;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Insights.Editing;

/// <summary>The page alone: what it asks, and what it shows of the answer.</summary>
public sealed class EditorPageTests : KitTest, IClassFixture<EditorHost>
{
    readonly Answers _answers = new();
    readonly ProjectGrant _grant;
    readonly SavedInsights _insights;
    readonly string _home;

    public EditorPageTests(EditorHost host)
    {
        (_grant, _insights) = (host.Grant, host.Host.Get<SavedInsights>());
        _home = $"/project/{_grant.ProjectId}";
        Services.AddSingleton(_insights).AddSingleton(host.Host.Get<AnnotationBook>()).AddSingleton(host.Host.Get<CohortAdministration>()).AddSingleton(host.Host.Get<ActivityLog>());
        Services.AddSingleton<IInsightQueries>(_answers);
        Services.AddSingleton<IActionDirectory>(new NoActions());
        Services.AddSingleton<IFilterOffers>(new Offered());
        Services.AddSingleton<IFilterChoices>(new Companies());
        SetRendererInfo(new("Server", isInteractive: true));
    }

    [Fact]
    public void A_new_question_counts_page_views_of_the_last_seven_days()
    {
        var page = Show("");
        page.WaitForAssertion(() => page.Find("h1").TextContent.ShouldBe("$pageview"));
        var (query, refresh, _) = _answers.Asked.ShouldHaveSingleItem();
        refresh.ShouldBe(Refresh.BlockingIfStale);
        var trends = query.ShouldBeOfType<TrendsQuery>();
        trends.Series.ShouldHaveSingleItem().ShouldBeOfType<EventsNode>().Event.ShouldBe("$pageview");
        // 1 + 2 + 3, and their mean.
        page.Find("h2:contains('Values')").Closest("section")!.QuerySelectorAll("tbody td").Select(cell => cell.TextContent.Trim()).ShouldBe(["6", "2", "1", "2", "3"]);
    }

    [Fact]
    public void A_copied_link_asks_the_same_question()
    {
        var question = new FunnelsQuery
        {
            DateRange = new("-30d"),
            Series = [new EventsNode { Event = "$pageview" }, new EventsNode { Event = "signed_up", CustomName = "Signed up" }],
            FunnelsFilter = new() { FunnelOrderType = FunnelOrder.Strict, FunnelWindowInterval = 2 },
        };
        _answers.Answer = _ => new FunnelsResult
        {
            Funnels = [new(null, [new(0, "$pageview", 200, 100, null, null, null, false), new(1, "Signed up", 50, 25, 25, 90, 60, false)])],
        };
        var page = Show("?q=" + Uri.EscapeDataString(QuestionAddress.Write(question)));
        page.WaitForAssertion(() => page.Find("h1").TextContent.ShouldBe("Funnel: $pageview → Signed up"));
        InsightJson.Write(_answers.Asked.ShouldHaveSingleItem().Query).ShouldBe(InsightJson.Write(question));
        page.Find("[role=tab][aria-selected=true]").TextContent.ShouldBe("Funnel");
        // 50 of 200.
        page.Find(".funnel li:nth-child(2) .figure b").TextContent.ShouldBe("25 %");
    }

    [Fact]
    public void A_link_that_is_no_question_says_so()
    {
        var page = Show("?q=%7B%22kind%22%3A%22Nonsense%22%7D");
        page.WaitForAssertion(() => page.Find("h2").TextContent.ShouldBe("This link shows no question"));
        _answers.Asked.ShouldBeEmpty();
    }

    [Fact]
    public void A_change_is_asked_after_a_pause_and_stands_in_the_address()
    {
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.Find("select[aria-label='What of A']").Change("dau");
        page.Find("select[aria-label='Interval']").Change("Week");
        _answers.Asked.Count.ShouldBe(1, "two changes in a row are one question");
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(2));
        var asked = (TrendsQuery)_answers.Asked[1].Query;
        (asked.Series[0].Math, asked.Interval).ShouldBe(("dau", Interval.Week));
        var address = Uri.UnescapeDataString(new Uri(Services.GetRequiredService<NavigationManager>().Uri).Query);
        address.ShouldBe("""?q={"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview","math":"dau"}],"interval":"week"}""");
    }

    [Fact]
    public void Another_kind_keeps_the_period_the_filters_and_the_series()
    {
        var trends = new TrendsQuery { DateRange = new("-30d"), FilterTestAccounts = true, Series = [new EventsNode { Event = "signed_up", Math = "dau" }, new EventsNode { Event = "paid" }] };
        var page = Show("?q=" + Uri.EscapeDataString(QuestionAddress.Write(trends)));
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        _answers.Answer = _ => new FunnelsResult { Funnels = [new(null, [new(0, "signed_up", 2, 100, null, null, null, false), new(1, "paid", 1, 50, 50, 5, 5, false)])] };
        page.FindAll("[role=tab]").Single(tab => tab.TextContent == "Funnel").Click();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(2));
        var funnel = _answers.Asked[1].Query.ShouldBeOfType<FunnelsQuery>();
        funnel.DateRange.DateFrom.ShouldBe("-30d");
        funnel.FilterTestAccounts.ShouldBeTrue();
        funnel.Series.Select(step => (((EventsNode)step).Event, step.Math)).ShouldBe([("signed_up", null), ("paid", null)]);
    }

    [Fact]
    public void A_new_funnel_waits_for_its_second_step()
    {
        var page = Show("?kind=Funnel");
        page.WaitForAssertion(() => page.Find(".empty-state h2").TextContent.ShouldBe("Choose the event or action of step 2"));
        page.Find("button[aria-label='Event or action of 2: Choose an event or action']");
        page.FindAll("button.filled").Single(button => button.TextContent == "Save").HasAttribute("disabled").ShouldBeTrue();
        _answers.Asked.ShouldBeEmpty();
    }

    [Fact]
    public void A_trend_that_becomes_a_funnel_keeps_its_series_as_the_first_step()
    {
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.FindAll("[role=tab]").Single(tab => tab.TextContent == "Funnel").Click();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => page.Find("h1").TextContent.ShouldBe("Funnel: $pageview → …"));
        _answers.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public void A_breakdown_is_chosen_from_what_was_seen()
    {
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.Find("button[aria-label='Break down by: Add a breakdown']").Click();
        page.WaitForAssertion(() => page.FindAll(".picker .heading").Select(heading => heading.TextContent).ShouldBe(["Event properties", "company properties", "Cohorts"]));
        page.FindAll(".picker .offer").Single(offer => offer.TextContent.Trim() == "plan").Click();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(2));
        ((TrendsQuery)_answers.Asked[1].Query).BreakdownFilter.Breakdowns.ShouldBe([new Breakdown("plan", "group", 0)]);
        // The group's type by its name, not by its number.
        page.Find("button[aria-label='Broken down by: plan']").TextContent.ShouldContain("company");
    }

    [Fact]
    public void Types_of_groups_have_their_names()
    {
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.FindAll("#question-counted option").Select(option => option.TextContent).ShouldBe(["Persons", "Groups of type company"]);
    }

    [Fact]
    public void The_number_of_a_series_is_chosen_numbers_first()
    {
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.Find("select[aria-label='What of A']").Change("sum");
        page.Find("button[aria-label='Property of A: Choose a number']").Click();
        page.WaitForAssertion(() => page.FindAll(".picker .offer .truncate:not(.about)").Select(offer => offer.TextContent).ShouldBe(["total", "$browser"]));
        page.FindAll(".picker .offer")[0].Click();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => ((TrendsQuery)_answers.Asked[^1].Query).Series[0].MathProperty.ShouldBe("total"));
    }

    [Fact]
    public void A_map_without_countries_says_what_it_needs()
    {
        var page = Show("?q=" + Uri.EscapeDataString("""{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"$pageview"}],"trendsFilter":{"display":"WorldMap"}}"""));
        page.WaitForAssertion(() => page.Find(".empty-state h2").TextContent.ShouldBe("Break down by a property that holds countries"));
    }

    [Fact]
    public void The_old_answer_stays_pale_while_a_new_one_is_made_and_a_newer_question_cancels_it()
    {
        var page = Show("");
        page.WaitForAssertion(() => page.FindAll(".pale").ShouldBeEmpty());
        _answers.Answer = _ => null;
        page.Find("select[aria-label='What of A']").Change("dau");
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => page.FindAll(".pale .chart").Count.ShouldBe(1));
        page.Find("select[aria-label='What of A']").Change("total");
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(3));
        _answers.Asked[1].Token.IsCancellationRequested.ShouldBeTrue();
        _answers.Asked[2].Token.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void A_question_that_takes_long_says_how_far_it_is()
    {
        _answers.Answer = _ => null;
        _answers.Progress = new QueryProgress(1_500_000, 6_000_000);
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));

        for (var second = 1; second <= 3; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        page.WaitForAssertion(() => page.Find(".progress .number").TextContent.ShouldStartWith("1.5M of 6M rows · "));
        // A quarter of them.
        page.Find(".progress .track span").GetAttribute("style").ShouldBe("width:25%");
    }

    [Fact]
    public void Leaving_the_page_cancels_its_question()
    {
        _answers.Answer = _ => null;
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.Instance.Dispose();
        _answers.Asked[0].Token.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void A_refusal_stands_beside_the_field_it_names()
    {
        _answers.Answer = _ => Refusal.Invalid("interval", "That is more than 10,000 points. Choose a longer interval or a shorter period.");
        var page = Show("");
        page.WaitForAssertion(() => page.FindAll(".problem").Select(problem => problem.TextContent.Trim()).ShouldBe(["That is more than 10,000 points. Choose a longer interval or a shorter period."]));
        page.Find(".failed h3").TextContent.ShouldBe("This question cannot be asked");
    }

    [Fact]
    public void Nothing_in_the_period_says_what_can_be_done()
    {
        _answers.Answer = _ => Answers.Trend(0, 0, 0);
        var page = Show("");
        page.WaitForAssertion(() => page.Find(".empty-state h2").TextContent.ShouldBe("Nothing in this period"));
        page.FindAll("button").Single(button => button.TextContent == "Look at all time").Click();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => _answers.Asked[^1].Query.DateRange.DateFrom.ShouldBe("all"));
    }

    [Fact]
    public void A_number_opens_those_behind_it()
    {
        _answers.Actors = [new("0195b1a0-0000-7000-8000-000000000001", "ada@burrow.test", 2, ["s-1", "s-2"]), new("0195b1a0-0000-7000-8000-000000000002", "grace@burrow.test", 1, [])];
        var page = Show("");
        page.WaitForAssertion(() => page.FindAll("td button").Count.ShouldBe(3));
        page.FindAll("td button")[1].Click();
        page.WaitForAssertion(() => page.Find(".side-panel .label").TextContent.ShouldBe("2 persons"));
        // Three days up to 27 February; the second is the 26th.
        _answers.AskedActors.ShouldHaveSingleItem().Selection.Day.ShouldBe("2026-02-26");
        page.Find(".side-panel h2").TextContent.ShouldBe("$pageview, Thursday, 26 February 2026");
        page.FindAll(".side-panel tbody a").Select(link => link.GetAttribute("href")).ShouldBe(
            [$"{_home}/persons/0195b1a0-0000-7000-8000-000000000001", $"{_home}/sessions/s-1", $"{_home}/sessions/s-2", $"{_home}/persons/0195b1a0-0000-7000-8000-000000000002"]);
        page.Find("input[aria-label='Search them']").Change("grace");
        page.WaitForAssertion(() => page.Find(".side-panel .label").TextContent.ShouldBe("1 person found"));
    }

    [Fact]
    public void Why_this_number_tells_filters_cost_and_the_very_statement()
    {
        var page = Show("?q=" + Uri.EscapeDataString("""{"kind":"TrendsQuery","series":[{"event":"$pageview","kind":"EventsNode"}],"filterTestAccounts":true}"""));
        page.WaitForAssertion(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Why this number").Click());
        var panel = page.Find(".side-panel");
        panel.QuerySelectorAll("li").Select(sentence => sentence.TextContent).ShouldBe(["Without the project's own people."]);
        panel.TextContent.ShouldContain("12,345 rows");
        panel.QuerySelector("code")!.TextContent.ShouldContain("SELECT count() FROM events");
        panel.QuerySelectorAll("button").Single(button => button.TextContent.Trim() == "Compute again").Click();
        page.WaitForAssertion(() => _answers.Asked[^1].Refresh.ShouldBe(Refresh.Force));
    }

    [Fact]
    public async Task A_question_is_saved_changed_and_saved_again()
    {
        var page = Show("");
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        Button(page, "Save").Click();
        page.Find("#saving-name").Change("Views");
        page.Find("#saving-tags").Change("growth, weekly");
        page.Find(".side-panel form").Submit();
        page.WaitForAssertion(() => Services.GetRequiredService<NavigationManager>().Uri.ShouldContain("/insights/"));
        var saved = (await _insights.ListAsync(_grant.ProjectId, new InsightListFilter { Search = "Views" }, 10, 0, Xunit.TestContext.Current.CancellationToken)).Insights.ShouldHaveSingleItem();
        saved.Tags.ShouldBe(["growth", "weekly"]);

        page.Render(parameters => parameters.Add(p => p.ShortId, saved.ShortId));
        page.WaitForAssertion(() => page.Find("h1").TextContent.ShouldBe("Views"));
        Button(page, "Save").HasAttribute("disabled").ShouldBeTrue("nothing was changed");
        page.Find("select[aria-label='What of A']").Change("dau");
        page.Find(".page-header .label").TextContent.ShouldStartWith("Changed, not saved");
        Button(page, "Save").Click();
        page.WaitForAssertion(() => Button(page, "Save").HasAttribute("disabled").ShouldBeTrue());
        var kept = await _insights.FindAsync(_grant.ProjectId, saved.ShortId, Xunit.TestContext.Current.CancellationToken);
        ((TrendsQuery)InsightJson.Read(kept!.Query, out _)!).Series[0].Math.ShouldBe("dau");
    }

    [Fact]
    public void Those_who_may_only_look_are_offered_no_saving()
    {
        var page = Show("", Role.Viewer);
        page.WaitForAssertion(() => _answers.Asked.Count.ShouldBe(1));
        page.FindAll("button").ShouldNotContain(button => button.TextContent.Trim() == "Save");
    }

    [Fact]
    public async Task An_address_with_notes_opens_them_and_says_of_others_that_they_are_not_here()
    {
        var made = await Services.GetRequiredService<AnnotationBook>().CreateAsync(
            _grant, new AnnotationSettings { Content = "Released 2.0", DateMarker = new(2026, 2, 26, 12, 0, 0, TimeSpan.Zero) }, Xunit.TestContext.Current.CancellationToken);
        var note = made.ShouldBeOfType<Outcome<Annotation>.Done>().Value;

        var page = Show($"?notes={note.Id}");
        page.WaitForAssertion(() => page.Find("[role=dialog] p").TextContent.ShouldStartWith("Released 2.0"));
        page.Find("[role=dialog] p a").GetAttribute("href").ShouldEndWith($"annotations?annotation={note.Id}");
        page = Show("?notes=999999");
        page.WaitForAssertion(() => page.Find("[role=dialog] p").TextContent.ShouldBe("No such note lies within the period of this question."));
    }

    [Fact]
    public void The_rules_of_the_project_are_switched_on_where_it_has_some()
    {
        _answers.Answer = _ => new PathsResult([new("1_/", "2_/order/:id", 3, 10)]);
        var page = Show("?kind=Paths");
        page.WaitForAssertion(() => Rules(page).HasAttribute("disabled").ShouldBeTrue());

        page = Show("?kind=Paths", project: _grant.Project with { PathCleaningFilters = [new PathCleaningRule(":id", "\\d+")] });
        page.WaitForAssertion(() => Rules(page).HasAttribute("disabled").ShouldBeFalse());
        Rules(page).Change(true);
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => ((PathsQuery)_answers.Asked[^1].Query).PathsFilter.PathReplacements.ShouldBeTrue());
    }

    [Fact]
    public void A_breakdown_by_an_address_offers_to_clean_it_and_one_by_anything_else_does_not()
    {
        var trends = new TrendsQuery { Series = [new EventsNode { Event = "$pageview" }], BreakdownFilter = new() { Breakdowns = [new("$pathname")] } };
        var project = _grant.Project with { PathCleaningFilters = [new PathCleaningRule(":id", "\\d+")] };
        var page = Show("?q=" + Uri.EscapeDataString(QuestionAddress.Write(trends)), project: project);
        page.WaitForAssertion(() => Rules(page).Change(true));
        Time.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => ((TrendsQuery)_answers.Asked[^1].Query).BreakdownFilter.PathCleaning.ShouldBeTrue());

        page = Show("?q=" + Uri.EscapeDataString(QuestionAddress.Write(trends with { BreakdownFilter = new() { Breakdowns = [new("$browser")] } })), project: project);
        page.WaitForAssertion(() => page.Find("h1").TextContent.ShouldBe("$pageview by $browser"));
        page.FindAll("label.check").ShouldNotContain(label => label.TextContent.Contains("project's rules", StringComparison.Ordinal));
    }

    [Fact]
    public void A_store_that_is_away_is_no_fault_of_the_question()
    {
        _answers.Answer = _ => new Refusal(RefusalReason.Unavailable, "The analytical store cannot be reached at this moment.");
        var page = Show("");
        page.WaitForAssertion(() => page.Markup.ShouldContain("The question could not be answered"));
        page.Markup.ShouldContain("The analytical store cannot be reached at this moment.");
        page.Markup.ShouldNotContain("Change it");

        _answers.Answer = _ => Answers.Trend(4);
        Button(page, "Try again").Click();
        page.WaitForAssertion(() => page.Markup.ShouldNotContain("The question could not be answered"));
    }

    static IElement Rules(IRenderedComponent<EditorPage> page) =>
        page.FindAll("label.check").Single(label => label.TextContent.Contains("project's rules", StringComparison.Ordinal)).QuerySelector("input")!;

    static IElement Button(IRenderedComponent<EditorPage> page, string words) => page.FindAll("button").First(button => button.TextContent.Trim() == words);

    IRenderedComponent<EditorPage> Show(string query, Role role = Role.Member, Project? project = null)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"{_home}/insights/new{query}");
        return Render<EditorPage>(parameters => parameters
            .Add(page => page.ProjectId, _grant.ProjectId)
            .AddCascadingValue(_grant with { Role = role, Project = project ?? _grant.Project })
            .AddCascadingValue(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));
    }

    sealed class NoActions : IActionDirectory
    {
        public Task<IReadOnlyDictionary<int, ActionDefinition>> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<int, ActionDefinition>>(new Dictionary<int, ActionDefinition>());
    }

    sealed class Companies : IFilterChoices
    {
        public string Type => FilterTypes.Group;

        public Task<IReadOnlyList<FilterChoice>> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<FilterChoice>>([new(0, "company")]);
    }

    sealed class Offered : IFilterOffers
    {
        static readonly FilterOffer[] All =
        [
            new(FilterTypes.Event, null, "Event properties", "$browser", "$browser") { ValueType = PropertyType.String },
            new(FilterTypes.Event, null, "Event properties", "total", "total") { ValueType = PropertyType.Numeric },
            new(FilterTypes.Group, 0, "company properties", "plan", "plan"),
            new(FilterTypes.Cohort, null, "Cohorts", "id", "Power users") { Value = "7" },
        ];

        public Task<IReadOnlyList<FilterOffer>> PropertiesAsync(int projectId, IReadOnlyList<string> types, IReadOnlyList<string> events, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<FilterOffer>>([.. All.Where(offer => types.Contains(offer.Type))]);

        public Task<IReadOnlyList<string>> ValuesAsync(int projectId, string type, int? groupTypeIndex, string key, string search, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>([]);
    }
}
