using Prickle.Filters;
using Prickle.Tests.Events;

namespace Prickle.Tests.Filters;

/// <summary>Every operator on the same few events, in the store and in memory; what fits is worked out by hand from its rule.</summary>
public sealed class OperatorTests(EventStore store, OperatorTests.Rows rows) : IClassFixture<EventStore>, IClassFixture<OperatorTests.Rows>
{
    // text: plan "pro"; upper: "PRO"; other: "free"; number: 5; missing: nothing; nested: an object; list: ["pro", 7].
    [Theory]
    [InlineData("plan", "exact", "pro", "list text upper")]
    [InlineData("plan", "exact", "PRO|free", "list other text upper")]
    [InlineData("plan", "is_not", "pro", "missing nested number other")]
    [InlineData("plan", "in", "pro|free", "list other text upper")]
    [InlineData("plan", "not_in", "pro|free", "missing nested number")]
    [InlineData("plan", "icontains", "RO", "list text upper")]
    [InlineData("plan", "not_icontains", "ro", "missing nested number other")]
    [InlineData("plan", "starts_with", "p|f", "list other text upper")]
    [InlineData("plan", "not_starts_with", "p", "missing nested number other")]
    [InlineData("plan", "ends_with", "EE", "other")]
    [InlineData("plan", "not_ends_with", "o", "missing nested number other")]
    [InlineData("plan", "regex", "^p.o$", "list text")]
    [InlineData("plan", "not_regex", "^p", "missing nested number other upper")]
    // A broken expression matches nothing, and so does its opposite.
    [InlineData("plan", "regex", "(", "")]
    [InlineData("plan", "not_regex", "(", "")]
    [InlineData("plan", "exact", "5", "number")]
    // A list is set; an object is set when it holds something; null is the same as missing.
    [InlineData("plan", "is_set", "", "list nested number other text upper")]
    [InlineData("plan", "is_not_set", "", "missing")]
    [InlineData("empty", "is_set", "", "")]
    // seats: text 10, upper "5", other 7.25, number "many".
    [InlineData("seats", "gt", "5", "other text")]
    [InlineData("seats", "gte", "5", "other text upper")]
    [InlineData("seats", "lt", "7.5", "other upper")]
    [InlineData("seats", "lte", "7.25", "other upper")]
    [InlineData("seats", "between", "5|7.25", "other upper")]
    [InlineData("seats", "not_between", "5|7.25", "list missing nested number text")]
    [InlineData("plan", "gt", "6", "list")]
    // active: text true, upper "true", other false.
    [InlineData("active", "exact", "true", "text upper")]
    [InlineData("active", "is_not", "true", "list missing nested number other")]
    // renewed: text 2026-01-15, upper 2026-02-27T10:00+01:00 (09:00 UTC), other "soon", number 1768435200 (2026-01-15 00:00 UTC).
    [InlineData("renewed", "is_date_before", "2026-02-01", "number text")]
    [InlineData("renewed", "is_date_after", "-1w", "upper")]
    [InlineData("renewed", "is_date_exact", "2026-02-27", "upper")]
    [InlineData("renewed", "is_date_exact", "2026-02-27T09:00:00Z", "upper")]
    [InlineData("renewed", "is_date_exact", "2026-02-27T10:00:00Z", "")]
    [InlineData("renewed", "is_date_exact", "2026-01-15", "number text")]
    // version: text 1.2.3, upper v1.3.0-beta, other 2.0, number "latest".
    [InlineData("version", "semver_eq", "1.2.3", "text")]
    [InlineData("version", "semver_eq", "1.3.0", "upper")]
    [InlineData("version", "semver_neq", "1.2.3", "list missing nested other upper")]
    [InlineData("version", "semver_gt", "1.2.3", "other upper")]
    [InlineData("version", "semver_gte", "1.2.3", "other text upper")]
    [InlineData("version", "semver_lt", "1.3.0", "text")]
    [InlineData("version", "semver_lte", "1.3.0", "text upper")]
    [InlineData("version", "semver_tilde", "1.2.0", "text")]
    [InlineData("version", "semver_caret", "1.2.0", "text upper")]
    [InlineData("version", "semver_wildcard", "1.*", "text upper")]
    [InlineData("version", "semver_wildcard", "1.2.x", "text")]
    // page: text https://a.test/orders/17/?x=1, upper /orders/9, other /Orders/new.
    [InlineData("page", "is_cleaned_path_exact", "/orders/5", "text upper")]
    [InlineData("page", "is_cleaned_path_exact", "https://b.test/orders/new#top", "other")]
    [InlineData("a.b", "exact", "dotted", "text")]
    [InlineData("quo`te\\ \"'", "exact", "odd", "text")]
    [InlineData("word", "exact", "ΟΔΟΣ", "text upper")]
    [InlineData("word", "icontains", "straße", "other")]
    [InlineData("nowhere` OR 1=1 --", "is_set", "", "")]
    [InlineData("plan", "exact", "x') OR 1=1 --", "")]
    public async Task An_operator_finds_what_its_rule_says(string key, string name, string values, string found)
    {
        var table = await rows.OfAsync(store);
        var filter = new PropertyFilter(key, name, values.Length == 0 ? [] : values.Split('|'));
        var expected = found.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (await table.StoredAsync(filter)).ShouldBe(expected);
        table.InMemory(filter).ShouldBe(expected);
    }

    // text is in Germany on a plan of its own, upper in Brazil; the others have no stored person.
    [Theory]
    [InlineData("person", "country", "exact", "DE", "text")]
    [InlineData("person", "country", "is_not", "DE", "list missing nested number other upper")]
    [InlineData("group", "size", "gte", "100", "upper")]
    [InlineData("group", "size", "not_between", "100|200", "list missing nested number other text")]
    [InlineData("session", "$session_duration", "gt", "60", "text")]
    [InlineData("session", "$session_duration", "is_not_set", "", "list missing nested number other")]
    [InlineData("session", "$session_duration", "exact", "30", "upper")]
    [InlineData("cohort", "id", "in", "1", "text")]
    [InlineData("cohort", "id", "not_in", "1", "list missing nested number other upper")]
    [InlineData("feature", "checkout", "exact", "new", "upper")]
    [InlineData("element", "tag_name", "exact", "button", "text")]
    [InlineData("element", "tag_name", "exact", "form", "text")]
    [InlineData("element", "text", "exact", "Pay; \"now\"", "text")]
    [InlineData("element", "text", "is_set", "", "text upper")]
    [InlineData("element", "text", "exact", "no text", "")]
    [InlineData("element", "href", "icontains", "/pay", "text")]
    [InlineData("element", "href", "exact", "/other", "upper")]
    public async Task Each_type_looks_at_its_own_place(string type, string key, string name, string values, string found)
    {
        var table = await rows.OfAsync(store);
        var filter = new PropertyFilter(key, name, values.Length == 0 ? [] : values.Split('|'), type) { GroupTypeIndex = type == "group" ? 0 : null };
        FilterCheck.Refuse(filter).ShouldBeNull();
        var expected = found.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (await table.StoredAsync(filter)).ShouldBe(expected);
        table.InMemory(filter).ShouldBe(expected);
    }

    [Fact]
    public async Task Groups_of_filters_are_joined_as_they_say_also_over_several_tables()
    {
        var table = await rows.OfAsync(store);
        var germany = new PropertyFilter("country", "exact", ["DE"], "person");
        var notBrazil = new PropertyFilter("country", "is_not", ["BR"], "person");
        var free = new PropertyFilter("plan", "exact", ["free"]);
        // DE or free: text, other. Not BR and (free or a number): other, number.
        var either = new FilterGroup(FilterJoin.Or, [germany, free]);
        var both = FilterGroup.All([notBrazil, new FilterGroup(FilterJoin.Or, [free, new PropertyFilter("plan", "exact", ["5"])])]);
        // Neither DE nor BR, asked of the persons at once: all but text and upper.
        var neither = FilterGroup.All([new PropertyFilter("country", "is_not", ["DE"], "person"), notBrazil]);
        foreach (var (filter, expected) in new (Filter, string[])[] { (either, ["other", "text"]), (both, ["number", "other"]), (neither, ["list", "missing", "nested", "number", "other"]) })
        {
            (await table.StoredAsync(filter)).ShouldBe(expected);
            table.InMemory(filter).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Persons_without_the_property_are_in_what_it_is_not()
    {
        // K-S11: plan is_not pro includes persons without a plan: here those without a person, and upper, whose person has none.
        var table = await rows.OfAsync(store);
        var filter = new PropertyFilter("tier", "is_not", ["pro"], "person");
        (await table.StoredAsync(filter)).ShouldBe(["list", "missing", "nested", "number", "other", "upper"]);
    }

    /// <summary>The rows, stored once for all tests of the class.</summary>
    public sealed class Rows
    {
        FilterTable? _table;

        internal async Task<FilterTable> OfAsync(EventStore store)
        {
            if (_table is not null)
            {
                return _table;
            }
            var table = new FilterTable(store, 41);
            table.Add(
                "text",
                """{"plan":"pro","seats":10,"active":true,"renewed":"2026-01-15","a.b":"dotted","quo`te\\ \"'":"odd","version":"1.2.3","page":"https://a.test/orders/17/?x=1","word":"οδος"}""",
                person: """{"country":"DE","tier":"pro"}""", group: """{"size":12}""", sessionSeconds: 90, cohorts: [1],
                chain: """button.btn.pay:attr__data-x="text=\"no text\""text="Pay; \"now\""nth-child="1";form:attr__href="/pay"href="/pay"nth-child="2" """.Trim());
            table.Add(
                "upper",
                """{"plan":"PRO","seats":"5","active":"true","renewed":"2026-02-27T10:00:00+01:00","version":"v1.3.0-beta","page":"/orders/9","word":"ΟΔΟΣ","$feature/checkout":"new"}""",
                person: """{"country":"BR"}""", group: """{"size":150}""", sessionSeconds: 30,
                chain: """a:attr__href="/other"href="/other"text="Go" """.Trim());
            table.Add("other", """{"plan":"free","seats":7.25,"active":false,"renewed":"soon","version":"2.0","page":"/Orders/new","word":"Die STRAßE"}""");
            table.Add("number", """{"plan":5,"seats":"many","renewed":1768435200,"version":"latest"}""");
            table.Add("missing", """{"plan":null,"empty":{"a":null}}""");
            table.Add("nested", """{"plan":{"name":"pro"}}""");
            table.Add("list", """{"plan":["pro",7,null,["x"]]}""");
            await table.StoreAsync();
            return _table = table;
        }
    }
}
