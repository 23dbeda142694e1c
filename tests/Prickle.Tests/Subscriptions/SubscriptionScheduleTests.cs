using System.Globalization;
using Prickle.Subscriptions;

namespace Prickle.Tests.Subscriptions;

public sealed class SubscriptionScheduleTests
{
    static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    static string Next(SubscriptionSchedule schedule, string after) =>
        schedule.NextAfter(DateTimeOffset.Parse(after, CultureInfo.InvariantCulture), Berlin).ToString("ddd yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    static SubscriptionSchedule Daily(int hour, int minute = 0) => new(SubscriptionFrequency.Daily, [], 1, new TimeOnly(hour, minute));

    static SubscriptionSchedule Weekly(params DayOfWeek[] days) => new(SubscriptionFrequency.Weekly, days, 1, new TimeOnly(9, 0));

    static SubscriptionSchedule Monthly(int day) => new(SubscriptionFrequency.Monthly, [], day, new TimeOnly(9, 0));

    [Fact]
    public void A_daily_one_comes_at_its_time_in_the_projects_zone()
    {
        // In winter nine in Berlin is eight in UTC, in summer seven.
        Next(Daily(9), "2026-01-15T07:59Z").ShouldBe("Thu 2026-01-15 08:00Z");
        Next(Daily(9), "2026-01-15T08:00Z").ShouldBe("Fri 2026-01-16 08:00Z");
        Next(Daily(9), "2026-07-15T05:00Z").ShouldBe("Wed 2026-07-15 07:00Z");
    }

    [Fact]
    public void A_weekly_one_comes_on_each_of_its_days()
    {
        // The 25th of November 2026 is a Wednesday.
        Next(Weekly(DayOfWeek.Monday), "2026-11-25T12:00Z").ShouldBe("Mon 2026-11-30 08:00Z");
        Next(Weekly(DayOfWeek.Monday, DayOfWeek.Friday), "2026-11-25T12:00Z").ShouldBe("Fri 2026-11-27 08:00Z");
        Next(Weekly(DayOfWeek.Wednesday), "2026-11-25T07:00Z").ShouldBe("Wed 2026-11-25 08:00Z");
    }

    [Fact]
    public void A_monthly_one_of_the_31st_comes_on_the_last_day_of_shorter_months()
    {
        Next(Monthly(31), "2026-02-01T00:00Z").ShouldBe("Sat 2026-02-28 08:00Z");
        Next(Monthly(31), "2026-03-01T00:00Z").ShouldBe("Tue 2026-03-31 07:00Z");
        Next(Monthly(1), "2026-12-01T08:00Z").ShouldBe("Fri 2027-01-01 08:00Z");
    }

    [Fact]
    public void A_time_that_a_change_of_clocks_leaves_out_comes_an_hour_later_and_one_that_comes_twice_the_first_time()
    {
        // On 29 March 2026 two o'clock in Berlin becomes three: half past two does not exist, half past three is 01:30 in UTC.
        Next(Daily(2, 30), "2026-03-28T12:00Z").ShouldBe("Sun 2026-03-29 01:30Z");
        // On 25 October three becomes two: half past two is first 00:30 in UTC, and then 01:30.
        Next(Daily(2, 30), "2026-10-24T12:00Z").ShouldBe("Sun 2026-10-25 00:30Z");
        Next(Daily(2, 30), "2026-10-25T00:30Z").ShouldBe("Mon 2026-10-26 01:30Z");
    }
}
