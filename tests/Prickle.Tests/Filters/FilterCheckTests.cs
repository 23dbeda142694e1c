using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Tests.Filters;

/// <summary>What is wrong with a filter is said in a sentence, before anything is asked.</summary>
public sealed class FilterCheckTests
{
    [Theory]
    [InlineData("event", "plan", "regex", "(", "\"(\" is not a regular expression that can be used: it cannot be read.")]
    [InlineData("event", "plan", "not_regex", "a(?=b)", "\"a(?=b)\" is not a regular expression that can be used: it looks around, or sets an option other than (?i).")]
    [InlineData("event", "plan", "regex", "(a{100}){100}", "\"(a{100}){100}\" is not a regular expression that can be used: it repeats something more than 1000 times.")]
    [InlineData("event", "seats", "gt", "many", "seats is greater than \"many\": that is not a number.")]
    [InlineData("event", "seats", "between", "1", "seats is between needs two values.")]
    [InlineData("event", "seats", "between", "1|b", "seats is between needs two numbers.")]
    [InlineData("event", "seats", "between", "9|1", "seats is between 9 and 1: the first is the greater.")]
    [InlineData("event", "at", "is_date_before", "soon", "\"soon\" is neither a date (2026-01-31) nor a time ago (-7d).")]
    [InlineData("event", "v", "semver_gt", "new", "\"new\" is not a version such as 1.2.3.")]
    [InlineData("event", "plan", "exact", "", "The filter on plan needs a value.")]
    [InlineData("event", "", "exact", "a", "A filter needs a key.")]
    [InlineData("group", "size", "exact", "1", "The filter on size needs a group_type_index.")]
    [InlineData("cohort", "id", "in", "big spenders", "\"big spenders\" is not the id of a cohort.")]
    [InlineData("cohort", "id", "gt", "1", "A cohort filter's operator is in or not_in.")]
    [InlineData("recording", "console", "exact", "1", "Filters on recordings work in the list of recordings only.")]
    [InlineData("data_warehouse", "a", "exact", "1", "Fields of the warehouse cannot be filtered by here; ask in SQL.")]
    [InlineData("element", "colour", "exact", "red", "Elements have no colour; they have tag_name, text, href, selector.")]
    [InlineData("moon", "a", "exact", "1", "The type 'moon' is not known; filters look at event, person, group, session, element, cohort, feature, hogql.")]
    public void What_makes_no_sense_is_refused(string type, string key, string name, string values, string sentence)
    {
        var refusal = FilterCheck.Refuse(new PropertyFilter(key, name, values.Length == 0 ? [] : values.Split('|'), type)).ShouldNotBeNull();
        (refusal.Reason, refusal.Attribute, refusal.Detail).ShouldBe((RefusalReason.InvalidInput, "properties", sentence));
    }

    [Fact]
    public void A_type_that_has_no_place_here_is_refused_wherever_it_hides()
    {
        var filter = FilterGroup.All([new FilterGroup(FilterJoin.Or, [new PropertyFilter("$session_duration", "gt", ["5"], "session")])]);
        FilterCheck.Refuse(filter).ShouldBeNull();
        FilterCheck.Refuse(filter, ["event", "person"])!.Detail.ShouldBe("The type 'session' cannot be filtered by here; 'event' and 'person' can.");
    }

    [Fact]
    public async Task SQL_is_compiled_only_after_its_check()
    {
        var filter = FilterGroup.All([new PropertyFilter("properties.total > 5", "exact", [], "hogql")]);
        var scope = new FilterScope(new Prickle.ClickHouse.SqlBuilder(), 7, DateTimeOffset.UnixEpoch);
        Should.Throw<InvalidOperationException>(() => FilterSql.Compile(filter, scope));

        (await CheckedExpressions.OfAsync([filter], [], Burrow, new Gate(isOpen: false), CancellationToken.None)).ShouldBeOfType<Outcome<CheckedExpressions>.Refused>();
        var passed = (await CheckedExpressions.OfAsync([filter], [], Burrow, new Gate(isOpen: true), CancellationToken.None)).ShouldBeOfType<Outcome<CheckedExpressions>.Done>().Value;
        FilterSql.Compile(filter, scope with { Expressions = passed }).ShouldContain("properties.total > 5");
        // Neither another text nor another project comes along.
        var other = new PropertyFilter("1 = 1", "exact", [], "hogql");
        Should.Throw<InvalidOperationException>(() => FilterSql.Compile(other, scope with { Expressions = passed }));
        Should.Throw<InvalidOperationException>(() => FilterSql.Compile(filter, scope with { Expressions = passed, ProjectId = 8 }));
        Should.Throw<InvalidOperationException>(() => passed.Sql(7, "properties.total > 5", ExpressionPlace.Aggregate));
    }

    static readonly Project Burrow = new(7, 1, "Burrow", "phc_x", "UTC", false, null, [], DateTimeOffset.UnixEpoch);

    sealed class Gate(bool isOpen) : IExpressionCheck
    {
        public Task<Outcome<string>> CheckAsync(Project project, string expression, ExpressionPlace place, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<string>>(isOpen ? expression : Refusal.Invalid("properties", "No."));
    }
}
