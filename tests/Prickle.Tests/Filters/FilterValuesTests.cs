using System.Globalization;
using Prickle.Filters;

namespace Prickle.Tests.Filters;

public sealed class FilterValuesTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-02", "2026-01-02T00:00:00Z")]
    [InlineData("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z")]
    [InlineData("-1h", "2026-03-31T11:00:00Z")]
    [InlineData("7d", "2026-03-24T12:00:00Z")]
    [InlineData("-1m", "2026-02-28T12:00:00Z")]
    public void Dates_are_read_as_the_field_writes_them(string text, string moment) =>
        FilterValues.Moment(text, Now, TimeZoneInfo.Utc).ShouldBe(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("soon")]
    [InlineData("-99999d")]
    [InlineData("-2026y")]
    [InlineData("")]
    public void What_is_no_date_is_none(string text) => FilterValues.Moment(text, Now, TimeZoneInfo.Utc).ShouldBeNull();

    [Theory]
    [InlineData("^/a|b$", true)]
    [InlineData("(", false)]
    [InlineData("(?=a)", false)]
    [InlineData(@"(a)\1", false)]
    public void Only_expressions_that_the_store_can_run_are_taken(string pattern, bool isTaken) =>
        FilterValues.IsRegex(pattern).ShouldBe(isTaken);
}
