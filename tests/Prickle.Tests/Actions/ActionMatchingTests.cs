using System.Text.Json;
using CsCheck;
using Prickle.Actions;
using Prickle.Actions.Live;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Events;
using Prickle.Filters;
using Prickle.Tests.Events;

namespace Prickle.Tests.Actions;

public sealed class ActionMatchingTests(EventStore store) : IClassFixture<EventStore>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Quotes, semicolons, backslashes at the end, and texts that look like elements.
    static readonly string[] Texts =
        ["", "x", "a;b", "say \"hi\"", "C:\\", "\";div.pay:", "\\\"", "pro-1", "pro", "a b", "ü; \"q\"", "button.pay:text", "(.*)"];

    static readonly Gen<string> Text = Gen.OneOf<string>(Texts);

    static readonly Gen<string> Chain = Gen.Select(
            Gen.OneOf("a", "button", "div", "span"),
            Gen.OneOf("btn", "pay", "md:flex").HashSet[0, 3],
            Gen.Select(Gen.OneOf("attr__href", "href", "attr__id", "attr_id", "attr__data-plan", "attr__class", "text"), Text).List[0, 4],
            Gen.Int[1, 3])
        .Select((tag, classes, pairs, number) =>
        {
            var all = pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2);
            all["nth-child"] = $"{number}";
            return string.Concat(classes.Order(StringComparer.Ordinal).Prepend(tag).Aggregate((left, right) => $"{left}.{right}"), ":",
                string.Concat(all.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}=\"{pair.Value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")));
        })
        .List[1, 4].Select(elements => string.Join(';', elements));

    static readonly Gen<string> Compound = Gen.Select(
            Gen.OneOf("", "*", "a", "button", "div"),
            Gen.OneOf(".btn", ".pay", @".md\:flex").HashSet[0, 2],
            Gen.OneOf<string>(
                Gen.Const(""), Gen.Const(":nth-child(2)"), Gen.Const(":first-child"), Gen.Const("[href]"), Gen.Const("[data-plan]"),
                Gen.Select(Gen.OneOf("href", "id", "data-plan", "class"), Gen.OneOf("=", "~=", "|=", "^=", "$=", "*="), Text)
                    .Select((name, comparison, text) => $"[{name}{comparison}\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"]")))
        .Select((tag, classes, condition) => tag + string.Concat(classes) + condition is { Length: > 0 } compound ? compound : "*");

    static readonly Gen<string> Selector = Gen.Select(Compound, Gen.OneOf(" ", " > ", ", "), Compound, Gen.Bool)
        .Select((first, joint, second, isPair) => isPair ? first + joint + second : first);

    static readonly Gen<ActionStep> Step = Gen.OneOf<ActionStep>(
        Selector.Select(selector => new ActionStep { Selector = selector }),
        Gen.Select(Text.Where(text => text.Length > 0), Gen.OneOf("contains", "exact")).Select((text, matching) => new ActionStep { Text = text, TextMatching = matching }),
        Gen.Select(Text.Where(text => text.Length > 0), Gen.OneOf("contains", "exact")).Select((text, matching) => new ActionStep { Href = text, HrefMatching = matching }),
        Gen.OneOf("^pro", "[;\"]", "b$").Select(pattern => new ActionStep { Text = pattern, TextMatching = "regex" }),
        Gen.OneOf("a", "button").Select(tag => new ActionStep { TagName = tag }));

    [Fact]
    public Task The_store_and_the_memory_give_the_same_answer_on_any_chain_and_step() =>
        Gen.Select(Chain.List[25], Step.List[4]).SampleAsync(
            async (chains, steps) =>
            {
                foreach (var step in steps)
                {
                    var stored = await StoredAsync(step, chains);
                    var live = chains.Select(chain => Live(step, Captured("$autocapture", "{}", chain))).ToList();
                    for (var index = 0; index < chains.Count; index++)
                    {
                        stored[index].ShouldBe(live[index], $"{step} on {chains[index]}");
                    }
                }
            },
            iter: 60, threads: 1);

    [Fact]
    public async Task A_click_on_a_page_is_counted_in_the_past()
    {
        const string pay = """button.btn.btn-pay:attr__class="btn btn-pay"nth-child="1"nth-of-type="1"text="Pay";form:nth-child="1"nth-of-type="1" """;
        const string help = """a.help:attr__href="/help"href="/help"nth-child="1"nth-of-type="1"text="Help" """;
        // Two clicks on the button at the check-out; one elsewhere, one on another element, and one page view.
        await ClickAsync(pay, "https://shop.test/checkout");
        await ClickAsync(pay, "https://shop.test/checkout?step=2");
        await ClickAsync(pay, "https://shop.test/cart");
        await ClickAsync(help, "https://shop.test/checkout");
        await store.AddAsync("$pageview", """{"$current_url":"https://shop.test/checkout"}""");
        var action = Action(new ActionStep { Event = "$autocapture", Selector = ".btn-pay", Url = "/checkout" });
        var queries = new ActionQueries(store.Store, store.Time);

        (await store.Queries.CountAsync(queries.EventsOf(action, 7), Cancellation)).ShouldBe(2);
        (await queries.CountAsync(EventStore.Project, [action], Cancellation))[action.Id].ShouldBe(new ActionCount(2, EventStore.Now.AddMinutes(-1)));
        var days = await queries.DaysAsync(action, 3, TimeZoneInfo.Utc, Cancellation);
        days.Select(day => day.Count).ShouldBe([0, 0, 2]);
        // Either of two steps: the two clicks, and the one on the link to the help.
        var either = Action(action.Steps[0], new ActionStep { Href = "/help" });
        (await store.Queries.CountAsync(queries.EventsOf(either, 7), Cancellation)).ShouldBe(3);
    }

    [Theory]
    [InlineData("contains", "/Checkout", true)]
    [InlineData("exact", "https://shop.test/checkout", true)]
    [InlineData("exact", "/checkout", false)]
    [InlineData("regex", "checkout$", true)]
    [InlineData("regex", "^/checkout", false)]
    public async Task An_address_is_compared_in_three_ways_with_one_answer(string matching, string url, bool fits)
    {
        const string properties = """{"$current_url":"https://shop.test/checkout","plan":"pro"}""";
        var uuid = await store.AddAsync("$pageview", properties, distinctId: $"reader {matching} {url}");
        var action = Action(new ActionStep { Event = "$pageview", Url = url, UrlMatching = matching, Properties = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]) });
        var found = await store.Queries.ListAsync(new ActionQueries(store.Store, store.Time).EventsOf(action, 7), 1000, cancellationToken: Cancellation);
        found.Any(stored => stored.Uuid == uuid).ShouldBe(fits);
        Live(action.Steps[0], Captured("$pageview", properties, "")).ShouldBe(fits);
    }

    async Task<List<bool>> StoredAsync(ActionStep step, List<string> chains)
    {
        var sql = new SqlBuilder();
        var condition = ActionSql.Compile(Action(step), new FilterScope(sql, EventStore.Project, EventStore.Now));
        return await store.Store.ListAsync(
            $"SELECT toUInt8({condition}) FROM (SELECT arrayJoin(arrayEnumerate({sql.Texts(chains)})) AS place, {sql.Texts(chains)}[place] AS elements_chain) ORDER BY place",
            row => Convert.ToByte(row.GetValue(0), null) == 1, sql.Parameters, null, Cancellation);
    }

    static bool Live(ActionStep step, CapturedEvent captured) => new ActionMatcher(Action(step)).Judge(
        captured, new Lazy<IReadOnlyList<Element>>(() => Element.ParseChain(captured.ElementsChain)), EventStore.Now, TimeZoneInfo.Utc, []) == LiveVerdict.Fits;

    static ActionDefinition Action(params ActionStep[] steps) => new(5, EventStore.Project, "Test", "", [], steps);

    static CapturedEvent Captured(string name, string properties, string chain) => new()
    {
        ProjectId = EventStore.Project,
        Uuid = Guid.CreateVersion7(),
        Name = name,
        DistinctId = "user-1",
        Properties = JsonElement.Parse(properties),
        CapturedAt = EventStore.Now,
        Timestamp = EventStore.Now,
        ElementsChain = chain,
        Person = new Prickle.Persons.PersonSignal { ProjectId = EventStore.Project, DistinctId = "user-1", At = EventStore.Now },
    };

    Task ClickAsync(string chain, string url) => store.AddAsync("$autocapture", JsonSerializer.Serialize(new Dictionary<string, string> { ["$current_url"] = url }), chain: chain.Trim());
}
