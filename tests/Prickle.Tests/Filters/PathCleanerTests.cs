using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Tests.Insights;

namespace Prickle.Tests.Filters;

public sealed class PathCleanerTests(InsightStore world) : IClassFixture<InsightStore>
{
    [Theory]
    [InlineData("/order/17/pay", "/order/:id/pay", "/order/:id", @"/order/\d+")]
    [InlineData("/a/1/2", "/a/:n/:n", "/:n", @"/\d+")]
    [InlineData("/price", @"/$1 \a", @"/$1 \a", "^/price$")]
    [InlineData("/ümlaut?x=1", "/ümlaut", "", "[?].*")]
    [InlineData("", "", "x", "y")]
    public async Task What_the_editor_tries_is_what_the_store_does(string address, string cleaned, string alias, string regex)
    {
        PathCleaningRule[] rules = [new(alias, regex)];
        PathCleaner.Clean(address, rules).ShouldBe(cleaned);

        var sql = new SqlBuilder();
        var statement = $"SELECT {PathCleaner.Sql(sql.Text(address), rules, sql)}";
        (await world.Store.ListAsync(statement, row => row.GetString(0), sql.Parameters, cancellationToken: TestContext.Current.CancellationToken)).ShouldBe([cleaned]);
    }

    [Fact]
    public void A_rule_that_cannot_be_applied_says_why()
    {
        PathCleaner.ProblemOf(new("x", "(?=a)"))!.ShouldContain("looks around");
        PathCleaner.ProblemOf(new(@"/\1", "/(a)"))!.ShouldContain("cannot refer to groups");
        PathCleaner.ProblemOf(new("/:id", @"/\d+")).ShouldBeNull();
    }

    [Fact]
    public void Each_rule_works_on_what_the_one_before_it_left() =>
        PathCleaner.Clean("/order/17", [new("/order/:id", @"/order/\d+"), new("/bought", "^/order/:id$")]).ShouldBe("/bought");
}
