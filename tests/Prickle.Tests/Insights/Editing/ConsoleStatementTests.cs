using Prickle.Insights;
using Prickle.Insights.Editing;

namespace Prickle.Tests.Insights.Editing;

public sealed class ConsoleStatementTests
{
    [Fact]
    public void Values_stand_in_their_places_and_what_only_we_may_read_is_what_the_console_calls_it()
    {
        var statement = new RunStatement(
            "SELECT uniqExact(dictGetOrDefault('person_overrides', 'person_id', (e.project_id, e.distinct_id), e.person_id)) FROM events AS e\n"
            + "WHERE e.project_id = {p0:UInt32} AND timestamp >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND event = {p2:String} AND has({p3:Array(String)}, event)",
            [new("p0", "1"), new("p1", "1794873600000000"), new("p2", "it's\\here"), new("p3", "['a','b']")]);
        var text = ConsoleStatement.Of(statement);
        text.ShouldBe(
            "SELECT uniqExact(e.person_id) FROM events AS e\n"
            + "WHERE true AND timestamp >= fromUnixTimestamp64Micro(1794873600000000, 'UTC') AND event = 'it\\'s\\\\here' AND has(['a','b'], event)");
        ConsoleStatement.AddressOf(text).ShouldStartWith("sql?query=SELECT%20uniqExact");
    }

    [Fact]
    public void What_reads_more_than_the_tables_of_the_project_has_no_address()
    {
        ConsoleStatement.AddressOf("SELECT count() FROM events WHERE person_id IN (SELECT person_id FROM cohort_members)").ShouldBeNull();
        ConsoleStatement.AddressOf("SELECT dictGet('exchange_rates', 'rate', 1)").ShouldBeNull();
        ConsoleStatement.AddressOf($"SELECT '{new string('x', 6000)}'").ShouldBeNull();
    }
}
