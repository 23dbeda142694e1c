using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class QueryPeriodTests(EngineFixture engine)
{
    /// <summary>A Sunday.</summary>
    static readonly DateTimeOffset Now = new(2026, 3, 1, 14, 30, 0, TimeSpan.Zero);

    [Fact]
    public void The_default_is_the_last_seven_days_and_today()
    {
        var period = Of(new QueryRange());

        period.Days.ShouldBe(["2026-02-22", "2026-02-23", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"]);
        period.To.ShouldBe(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(-1));
        period.IsLastIncomplete(Now).ShouldBeTrue();
    }

    [Theory]
    // As many days before an end that lies before the usual beginning.
    [InlineData("2026-02-10", "2026-02-03", "2026-02-10")]
    [InlineData("-1mEnd", "2026-02-22", "2026-02-28")]
    [InlineData("-1d", "2026-02-22", "2026-02-28")]
    public void An_end_alone_has_a_beginning_that_makes_sense(string end, string first, string last)
    {
        var period = Of(new QueryRange(null, end));

        (period.Days[0], period.Days[^1]).ShouldBe((first, last));
    }

    [Theory]
    [InlineData("dStart", "2026-03-01T00:00:00.000000")]
    [InlineData("-1dStart", "2026-02-28T00:00:00.000000")]
    [InlineData("mStart", "2026-03-01T00:00:00.000000")]
    [InlineData("-1mStart", "2026-02-01T00:00:00.000000")]
    [InlineData("yStart", "2026-01-01T00:00:00.000000")]
    [InlineData("qStart", "2026-01-01T00:00:00.000000")]
    [InlineData("-1m", "2026-02-01T00:00:00.000000")]
    [InlineData("-2w", "2026-02-15T00:00:00.000000")]
    [InlineData("7d", "2026-02-22T00:00:00.000000")] // no sign looks back too
    [InlineData("-3h", "2026-03-01T11:30:00.000000")] // hours keep the hour
    [InlineData("2026-01-31", "2026-01-31T00:00:00.000000")]
    [InlineData("2026-01-31T10:15:00", "2026-01-31T10:15:00.000000")]
    [InlineData("2026-01-31T10:15:00+02:00", "2026-01-31T08:15:00.000000")]
    public void A_beginning_is_written_relative_or_as_a_date(string text, string begins) =>
        Of(new QueryRange(text)).From.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff").ShouldBe(begins);

    [Theory]
    [InlineData("-1d", Interval.Day, "2026-02-28T23:59:59.999999")]
    [InlineData("-1mEnd", Interval.Day, "2026-02-28T23:59:59.999999")]
    [InlineData("-1dEnd", Interval.Day, "2026-02-28T23:59:59.999999")]
    [InlineData("2026-02-28", Interval.Hour, "2026-02-28T23:59:59.999999")]
    [InlineData(null, Interval.Hour, "2026-03-01T14:59:59.999999")] // to the end of this hour
    public void An_end_without_a_time_is_the_last_moment_of_its_day(string? text, Interval interval, string ends) =>
        Of(new QueryRange("-7d", text), interval).To.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff").ShouldBe(ends);

    [Fact]
    public void A_month_back_from_its_31st_is_the_last_day_of_a_shorter_month() =>
        Of(new QueryRange("-1m"), now: new DateTimeOffset(2026, 3, 31, 12, 0, 0, TimeSpan.Zero)).Days[0].ShouldBe("2026-02-28");

    [Theory]
    [InlineData("2026-03-28", 24)]
    [InlineData("2026-03-29", 23)] // clocks go forward at two
    [InlineData("2026-10-25", 25)] // and back at three
    public void A_day_on_which_clocks_change_has_23_or_25_hours(string day, int hours)
    {
        var period = Of(new QueryRange(day, day), Interval.Hour, "Europe/Berlin");

        period.Days.Count.ShouldBe(hours);
        period.Days.Distinct().Count().ShouldBe(hours);
    }

    [Theory]
    [InlineData(DayOfWeek.Sunday, "2026-02-22 2026-03-01")]
    [InlineData(DayOfWeek.Monday, "2026-02-16 2026-02-23")]
    public void Weeks_begin_where_the_project_says(DayOfWeek start, string weeks)
    {
        // From Sunday 22 February to Sunday 1 March.
        var period = Of(new QueryRange("-7d"), Interval.Week, start: start);

        string.Join(' ', period.Days).ShouldBe(weeks);
        period.Whole.From.ShouldBe(period.Buckets[0]);
    }

    [Fact]
    public void The_week_of_a_text_begins_where_the_project_says()
    {
        Of(new QueryRange("wStart"), start: DayOfWeek.Sunday).Days.ShouldBe(["2026-03-01"]);
        Of(new QueryRange("wStart"), start: DayOfWeek.Monday).Days[0].ShouldBe("2026-02-23");
    }

    [Fact]
    public void A_first_month_is_counted_whole_unless_exact_times_were_asked_for()
    {
        Of(new QueryRange("2026-01-20"), Interval.Month).Whole.From.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Of(new QueryRange("2026-01-20", null, ExplicitDate: true), Interval.Month).Whole.From.ShouldBe(new DateTimeOffset(2026, 1, 20, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Exact_times_are_taken_exactly()
    {
        var period = Of(new QueryRange("2026-02-28T10:15:00", "2026-02-28T12:45:00", ExplicitDate: true), Interval.Hour);

        (period.From, period.To).ShouldBe((new DateTimeOffset(2026, 2, 28, 10, 15, 0, TimeSpan.Zero), new DateTimeOffset(2026, 2, 28, 12, 45, 0, TimeSpan.Zero)));
        period.Buckets.Count.ShouldBe(3);
    }

    [Fact]
    public void All_of_time_begins_on_the_day_of_the_first_event() =>
        Resolve(new QueryRange("all"), first: new DateTimeOffset(2026, 2, 27, 9, 0, 0, TimeSpan.Zero))
            .Days.ShouldBe(["2026-02-27", "2026-02-28", "2026-03-01"]);

    [Fact]
    public void The_previous_period_has_the_same_length_and_lies_directly_before()
    {
        var previous = Of(new QueryRange("-7d")).Previous(null)!;

        (previous.Days[0], previous.Days[^1], previous.Days.Count).ShouldBe(("2026-02-14", "2026-02-21", 8));
    }

    [Fact]
    public void The_previous_period_counts_days_by_the_calendar_when_clocks_change()
    {
        // 30 March to 5 April, after the change of the 29th: the seven days before have 167 hours.
        var period = Of(new QueryRange("2026-03-30", "2026-04-05"), zone: "Europe/Berlin");

        period.Previous(null)!.Days.ShouldBe(["2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27", "2026-03-28", "2026-03-29"]);
    }

    [Fact]
    public void A_comparison_may_look_a_fixed_time_back()
    {
        var period = Of(new QueryRange("2026-02-20", "2026-02-22"));

        period.Previous("-1w")!.Days.ShouldBe(["2026-02-13", "2026-02-14", "2026-02-15"]);
        period.Previous("-1y")!.Days.ShouldBe(["2025-02-20", "2025-02-21", "2025-02-22"]);
        period.Previous("soon").ShouldBeNull();
    }

    [Theory]
    [InlineData("yesterday", null, Interval.Day, "date_from")]
    [InlineData("2026-13-01", null, Interval.Day, "date_from")]
    [InlineData("-7d", "later", Interval.Day, "date_to")]
    [InlineData("2026-03-01", "2026-02-01", Interval.Day, "date_to")]
    [InlineData("-10y", null, Interval.Minute, "interval")] // five million points
    [InlineData("-9999y", null, Interval.Day, "date_from")]
    public void What_is_no_period_is_refused_with_the_word_that_is_wrong(string from, string? to, Interval interval, string attribute) =>
        QueryPeriod.Resolve(new QueryRange(from, to), interval, TimeZoneInfo.Utc, DayOfWeek.Sunday, Now, null)
            .Match(_ => "", refusal => refusal.Attribute!).ShouldBe(attribute);

    [Theory]
    [InlineData("UTC", "2026-02-20", "2026-03-10", Interval.Day)]
    [InlineData("Europe/Berlin", "2026-03-25", "2026-04-02", Interval.Day)]
    [InlineData("America/Sao_Paulo", "2018-11-01", "2018-11-08", Interval.Day)] // no midnight on 4 November
    [InlineData("Asia/Kolkata", "2026-03-01", "2026-03-01", Interval.Hour)] // half past in UTC
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-25", Interval.Hour)]
    [InlineData("America/New_York", "2026-01-15", "2026-05-15", Interval.Week)]
    [InlineData("America/New_York", "2026-01-15", "2026-05-15", Interval.Month)]
    [InlineData("Pacific/Auckland", "2024-01-15", "2026-05-15", Interval.Quarter)]
    [InlineData("Pacific/Auckland", "2020-01-15", "2026-05-15", Interval.Year)]
    [InlineData("UTC", "2026-03-01T10:00:00", "2026-03-01T10:20:00", Interval.Minute)]
    public async Task The_store_puts_a_moment_in_the_same_bucket(string zone, string from, string to, Interval interval)
    {
        using var connection = await engine.ConnectAsync();
        await using var command = connection.CreateCommand();
        foreach (var start in new[] { DayOfWeek.Sunday, DayOfWeek.Monday })
        {
            var period = Of(new QueryRange(from, to), interval, zone, start);
            // The first and the last moment of each bucket.
            var moments = period.Buckets.SelectMany((begin, index) => new[] { (At: begin, Bucket: begin), (At: period.EndOf(index).AddMicroseconds(-1), Bucket: begin) }).ToList();
            var list = string.Join(", ", moments.Select(moment => $"{(moment.At.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond}"));
            command.CommandText = $"SELECT toInt64(toUnixTimestamp({period.BucketSql("fromUnixTimestamp64Micro(arrayJoin([" + list + "]), 'UTC')")}))";
            List<long> found = [];
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                found.Add(reader.GetInt64(0));
            }
            found.ShouldBe(moments.Select(moment => moment.Bucket.ToUnixTimeSeconds()));
        }
    }

    static QueryPeriod Of(
        QueryRange range, Interval interval = Interval.Day, string zone = "UTC", DayOfWeek start = DayOfWeek.Sunday, DateTimeOffset? now = null) =>
        Resolve(range, interval, zone, start, now);

    static QueryPeriod Resolve(
        QueryRange range, Interval interval = Interval.Day, string zone = "UTC", DayOfWeek start = DayOfWeek.Sunday, DateTimeOffset? now = null,
        DateTimeOffset? first = null) =>
        QueryPeriod.Resolve(range, interval, TimeZoneInfo.FindSystemTimeZoneById(zone), start, now ?? Now, first)
            .Match(period => period, refusal => throw new InvalidOperationException(refusal.Detail));
}
