using Prickle.Filters;
using Prickle.Insights;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class TrendsBreakdownTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightStore _store = new(engine);

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    static TrendsQuery By(EventsNode node, int? limit, params Breakdown[] breakdowns) => new()
    {
        DateRange = new QueryRange("2026-02-28", "2026-03-01"),
        Series = [node],
        BreakdownFilter = new BreakdownFilter { Breakdowns = breakdowns, BreakdownLimit = limit },
    };

    static EventsNode Node(string? math = null, string? property = null) => new() { Event = "open", Math = math, MathProperty = property };

    async Task<string> ShownAsync(TrendsQuery query) => string.Join("; ", (await _store.AskAsync<TrendsResult>(query)).Series.Select(series =>
        $"{string.Join('+', series.BreakdownValues!.Select(Short))}: {string.Join(' ', series.Data)}"));

    static string Short(string value) => value == Breakdown.Other ? "Other" : value == Breakdown.None ? "None" : value;

    Task PlansAsync() => _store.HappenAsync("""
        ann 2026-02-28T10:00 open {"plan":"pro","os":"mac"}
        ann 2026-03-01T10:00 open {"plan":"pro","os":"win"}
        bob 2026-02-28T10:00 open {"plan":"pro","os":"win"}
        bob 2026-02-28T11:00 open {"plan":"team"}
        bob 2026-02-28T12:00 open {"plan":"team"}
        ann 2026-02-28T13:00 open {"plan":"free"}
        bob 2026-02-28T14:00 open {"plan":"trial"}
        ann 2026-02-28T15:00 open {"plan":"trial"}
        cid 2026-02-28T16:00 open
        cid 2026-02-28T16:01 open {"plan":null}
        cid 2026-02-28T16:02 open {"plan":""}
        cid 2026-02-28T16:03 open
        """);

    [Fact]
    public async Task Values_stand_by_their_total_and_missing_ones_last()
    {
        await PlansAsync();

        (await ShownAsync(By(Node(), null, new Breakdown("plan")))).ShouldBe("pro: 2 1; team: 2 0; trial: 2 0; free: 1 0; None: 4 0");
    }

    [Fact]
    public async Task Beyond_the_limit_values_are_other_and_people_there_count_once()
    {
        await PlansAsync();

        // Left over: trial (bob, ann) and free (ann): three events of two persons, and not 2 + 1 persons.
        (await ShownAsync(By(Node(), 2, new Breakdown("plan")))).ShouldBe("pro: 2 1; team: 2 0; Other: 3 0; None: 4 0");
        // By persons: pro 2 + 1, trial 2, then free and team with one each.
        (await ShownAsync(By(Node("dau"), 1, new Breakdown("plan")))).ShouldBe("pro: 2 1; Other: 2 0; None: 1 0");
        var hidden = By(Node("dau"), 1, new Breakdown("plan"));
        (await ShownAsync(hidden with { BreakdownFilter = hidden.BreakdownFilter with { HideOther = true } })).ShouldBe("pro: 2 1; None: 1 0");
    }

    [Fact]
    public async Task Thirty_browsers_are_25_and_other()
    {
        // Browser n (10 to 39) is used by n persons of its own, once each; the first person of every browser uses "10" too.
        var lines = Enumerable.Range(10, 30).SelectMany(browser =>
            Enumerable.Range(0, browser).Select(person => $"p{browser}-{person} 2026-02-28T10:00 open {{\"b\":\"{browser}\"}}"));
        await _store.HappenAsync(string.Join('\n', lines) + "\np11-0 2026-02-28T11:00 open {\"b\":\"10\"}\nnobody 2026-02-28T11:00 open");
        var query = By(Node("dau"), null, new Breakdown("b"));

        var series = (await _store.AskAsync<TrendsResult>(query)).Series;

        series.Count.ShouldBe(27);
        series.Take(25).Select(one => one.BreakdownValues![0]).ShouldBe(Enumerable.Range(15, 25).Reverse().Select(browser => $"{browser}"));
        // 10 to 14 remain: 10 + 11 + 12 + 13 + 14 persons, and p11-0 is both on 10 and on 11.
        (series[25].BreakdownValues![0], series[25].Data[0]).ShouldBe((Breakdown.Other, 60));
        (series[26].BreakdownValues![0], series[26].Data[0]).ShouldBe((Breakdown.None, 1));
        (await _store.ActorsAsync(query, new ActorsSelection { Day = "2026-02-28", BreakdownValues = [Breakdown.Other] })).Count.ShouldBe(60);
    }

    [Fact]
    public async Task Two_properties_make_one_label()
    {
        await PlansAsync();

        (await ShownAsync(By(Node() with { Properties = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro", "free"])]) }, null, new Breakdown("plan"), new Breakdown("os"))))
            .ShouldBe("pro+win: 1 1; free+None: 1 0; pro+mac: 1 0");
        (await _store.RefusalAsync(By(Node(), null, [.. Enumerable.Repeat(new Breakdown("a"), 4)]))).Detail.ShouldBe("At most three breakdowns at once.");
    }

    [Fact]
    public async Task Numbers_fall_into_bins_of_about_the_same_number_of_events()
    {
        await _store.HappenAsync("""
            ann 2026-02-28T10:00 open {"price":1}
            ann 2026-02-28T10:00 open {"price":2.129}
            ann 2026-02-28T10:00 open {"price":"3"}
            ann 2026-02-28T10:00 open {"price":100}
            ann 2026-02-28T10:00 open {"price":"none"}
            """);

        // Edges are the least, the median of 1, 2.129, 3, 100 (2.5645, down to 2.56), and the largest with a hundredth more.
        (await ShownAsync(By(Node(), null, new Breakdown("price", HistogramBinCount: 2)))).ShouldBe("[1,2.56]: 2 0; [2.56,100.01]: 2 0; None: 1 0");
        var query = By(Node("total"), null, new Breakdown("price", HistogramBinCount: 2));
        (await _store.ActorsAsync(query, new ActorsSelection { BreakdownValues = ["[2.56,100.01]"] })).Actors.ShouldHaveSingleItem().EventCount.ShouldBe(2);
    }

    [Fact]
    public async Task Addresses_can_be_made_alike_and_booleans_are_words()
    {
        await _store.HappenAsync("""
            ann 2026-02-28T10:00 open {"url":"https://a.test/x/","vip":true}
            ann 2026-02-28T10:00 open {"url":"https://a.test/x?#","vip":"true"}
            ann 2026-02-28T10:00 open {"url":"https://a.test/x","vip":false}
            ann 2026-02-28T10:00 open {"url":"/"}
            """);

        (await ShownAsync(By(Node(), null, new Breakdown("url", NormalizeUrl: true)))).ShouldBe("https://a.test/x: 3 0; /: 1 0");
        (await ShownAsync(By(Node(), null, new Breakdown("vip")))).ShouldBe("true: 2 0; false: 1 0; None: 1 0");
    }

    [Fact]
    public async Task Persons_groups_and_sessions_have_values_too()
    {
        await _store.PersonsAsync("""
            ann 2026-01-01T00:00:00 {"country":"NL"}
            bob 2026-01-01T00:00:00 {"country":"DE"}
            """);
        await _store.GroupAsync(1, "acme", """{"tier":"gold"}""");
        await _store.HappenAsync("""
            ann 2026-02-28T10:00 open {"$session_id":"s1","$current_url":"/a"}
            ann 2026-02-28T10:05 open {"$session_id":"s1","$current_url":"/b","$group_1":"acme"}
            bob 2026-02-28T10:00 open {"$group_1":"acme"}
            cid 2026-02-28T10:00 open
            """);

        (await ShownAsync(By(Node(), null, new Breakdown("country", "person")))).ShouldBe("NL: 2 0; DE: 1 0; None: 1 0");
        (await ShownAsync(By(Node("dau"), null, new Breakdown("tier", "group", 1)))).ShouldBe("gold: 2 0; None: 2 0");
        (await ShownAsync(By(Node(), null, new Breakdown("$entry_current_url", "session")))).ShouldBe("/a: 2 0; None: 2 0");
    }

    [Fact]
    public async Task A_formula_is_computed_for_each_value_and_what_is_absent_counts_as_nothing()
    {
        await PlansAsync();
        var query = By(Node(), 2, new Breakdown("plan"));

        var shown = await ShownAsync(query with
        {
            Series = [Node(), Node() with { Properties = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]) }],
            TrendsFilter = new TrendsFilter { FormulaNodes = [new FormulaNode("A - B")] },
        });

        shown.ShouldBe("pro: 0 0; team: 2 0; Other: 3 0; None: 4 0");
    }

    [Fact]
    public async Task A_comparison_shows_the_same_values_in_the_period_before()
    {
        await PlansAsync();
        await _store.HappenAsync("""
            ann 2026-02-26T10:00 open {"plan":"pro"}
            ann 2026-02-27T10:00 open {"plan":"gone"}
            """);

        var result = await _store.AskAsync<TrendsResult>(By(Node(), 1, new Breakdown("plan")) with { CompareFilter = new CompareFilter(true) });

        string.Join("; ", result.Series.Where(series => series.Compare == "previous").Select(series => $"{Short(series.BreakdownValues![0])}: {string.Join(' ', series.Data)}"))
            .ShouldBe("pro: 1 0; Other: 0 1");
    }
}
