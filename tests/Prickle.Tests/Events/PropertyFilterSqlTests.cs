using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Tests.Events;

/// <summary>Every operator against real rows; what fits is worked out by hand from the rules of the field.</summary>
public sealed class PropertyFilterSqlTests(EventStore store, PropertyFilterSqlTests.Rows rows) : IClassFixture<EventStore>, IClassFixture<PropertyFilterSqlTests.Rows>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plan", "exact", "pro", "text upper")]
    [InlineData("plan", "exact", "pro|free", "text upper other")]
    [InlineData("plan", "is_not", "pro", "other number missing nested")]
    [InlineData("plan", "icontains", "RO", "text upper")]
    [InlineData("plan", "not_icontains", "ro", "other number missing nested")]
    [InlineData("plan", "regex", "^p.o$", "text")]
    [InlineData("plan", "regex", "(", "")]
    [InlineData("plan", "not_regex", "^p", "upper other number missing nested")]
    [InlineData("plan", "is_set", "", "text upper other number")]
    [InlineData("plan", "is_not_set", "", "missing nested")]
    [InlineData("plan", "exact", "5", "number")]
    [InlineData("seats", "gt", "5", "text other")]
    [InlineData("seats", "gte", "5", "text upper other")]
    [InlineData("seats", "lt", "7.5", "upper other")]
    [InlineData("seats", "lte", "7.25", "upper other")]
    [InlineData("seats", "gt", "many", "")]
    [InlineData("active", "exact", "true", "text upper")]
    [InlineData("renewed", "is_date_before", "2026-02-01", "text")]
    [InlineData("renewed", "is_date_after", "-1w", "upper")]
    [InlineData("a.b", "exact", "dotted", "text")]
    [InlineData("a.b", "is_set", "", "text")]
    [InlineData("box", "is_set", "", "nested")]
    [InlineData("quo`te\\ \"'", "exact", "odd", "text")]
    [InlineData("nowhere` OR 1=1 --", "is_set", "", "")]
    [InlineData("plan", "exact", "x') OR 1=1 --", "")]
    public async Task An_operator_finds_what_its_rule_says(string key, string name, string values, string found)
    {
        await rows.AddedAsync(store);
        var filter = new PropertyFilter(key, name, values.Length == 0 ? [] : values.Split('|'));
        (await FindAsync(filter)).ShouldBe(found.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
    }

    [Fact]
    public async Task Filters_must_all_fit()
    {
        await rows.AddedAsync(store);
        (await FindAsync(new PropertyFilter("plan", "icontains", ["pro"]), new PropertyFilter("seats", "lt", ["6"]))).ShouldBe(["upper"]);
    }

    [Fact]
    public async Task A_person_filter_looks_at_the_person_and_its_negation_includes_those_without_one()
    {
        await rows.AddedAsync(store);
        (await FindAsync(new PropertyFilter("country", "exact", ["DE"], "person"))).ShouldBe(["text"]);
        (await FindAsync(new PropertyFilter("country", "is_not", ["DE"], "person")))
            .ShouldBe(["upper", "other", "number", "missing", "nested"], ignoreOrder: true);
    }

    async Task<string[]> FindAsync(params PropertyFilter[] filters)
    {
        var found = await store.Queries.ListAsync(
            new EventFilter { ProjectId = EventStore.Project, Properties = filters }, 100, cancellationToken: Cancellation);
        return [.. found.Select(stored => stored.Event)];
    }

    /// <summary>The rows, added once for all tests of the class.</summary>
    public sealed class Rows
    {
        bool _areAdded;

        public async Task AddedAsync(EventStore store)
        {
            if (_areAdded)
            {
                return;
            }
            _areAdded = true;
            await store.AddAsync("text", """{"plan":"pro","seats":10,"active":true,"renewed":"2026-01-15","a.b":"dotted","quo`te\\ \"'":"odd"}""", "in-germany");
            await store.AddAsync("upper", """{"plan":"PRO","seats":"5","active":"true","renewed":"2026-02-27T10:00:00+01:00"}""", "in-brazil");
            await store.AddAsync("other", """{"plan":"free","seats":7.25,"active":false,"renewed":"soon"}""", "nobody");
            await store.AddAsync("number", """{"plan":5,"seats":"many"}""", "nobody");
            await store.AddAsync("missing", "{}", "nobody");
            await store.AddAsync("nested", """{"box":{"plan":"pro"}}""", "nobody");
            await store.AddPersonAsync(EventStore.PersonOf("in-germany"), """{"country":"DE"}""");
            await store.AddPersonAsync(EventStore.PersonOf("in-brazil"), """{"country":"BR"}""");
        }
    }
}
