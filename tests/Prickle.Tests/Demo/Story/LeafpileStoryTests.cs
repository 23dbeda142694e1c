using System.Security.Cryptography;
using Prickle.Demo.Story;

namespace Prickle.Tests.Demo.Story;

public sealed class LeafpileStoryTests
{
    static readonly DateTimeOffset End = new(2026, 11, 22, 15, 30, 0, TimeSpan.Zero);
    static readonly StorySize Small = new(Seed: 7, Days: 30, People: 200, Companies: 5);

    // Told once for all tests that only read it.
    static readonly Lazy<IReadOnlyList<StoryEvent>> Whole = new(() => [.. new LeafpileStory(new StorySize(), End).Tell().SelectMany(day => day)]);

    [Fact]
    public void The_same_seed_and_end_tell_the_same_story_to_the_byte() =>
        Hash(Small).ShouldBe(Hash(Small));

    [Fact]
    public void Another_seed_tells_another_story() =>
        Hash(Small with { Seed = 8 }).ShouldNotBe(Hash(Small));

    [Fact]
    public void It_has_the_size_that_is_promised()
    {
        Whole.Value.Count.ShouldBeInRange(140_000, 160_000);
        Whole.Value.Select(item => item.Visitor.Index).Distinct().Count().ShouldBeInRange(1_900, 2_000);
        Whole.Value.Select(item => item.Visitor.Company?.Key).OfType<string>().Distinct().Count().ShouldBe(50);
    }

    [Fact]
    public void It_fills_ninety_days_in_order_and_ends_at_its_end()
    {
        var times = Whole.Value.Select(item => item.At).ToList();

        times.ShouldBe(times.Order());
        times[0].ShouldBeInRange(new DateTimeOffset(2026, 8, 25, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 8, 26, 0, 0, 0, TimeSpan.Zero));
        times[^1].ShouldBeInRange(End.AddHours(-1), End);
        times.Select(time => time.Date).Distinct().Count().ShouldBe(90);
    }

    [Fact]
    public void Every_event_has_an_id_of_its_own_that_carries_its_time()
    {
        Whole.Value.Select(item => item.Uuid).Distinct().Count().ShouldBe(Whole.Value.Count);
        foreach (var item in Whole.Value.Take(1000))
        {
            item.Uuid.Version.ShouldBe(7);
            MillisecondsOf(item.Uuid).ShouldBe(item.At.ToUnixTimeMilliseconds());
        }
    }

    [Fact]
    public void A_session_begins_when_its_id_says_and_stays_under_three_hours()
    {
        var sessions = Whole.Value.Where(item => item.Page is not null).GroupBy(item => item.Page!.SessionId).ToList();

        sessions.Count.ShouldBeGreaterThan(8_000);
        foreach (var session in sessions)
        {
            MillisecondsOf(session.Key).ShouldBe(session.First().At.ToUnixTimeMilliseconds());
            (session.Last().At - session.First().At).ShouldBeLessThan(TimeSpan.FromHours(3));
            session.Select(item => item.Visitor.Index).Distinct().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void Whoever_signs_up_was_anonymous_before_and_is_known_by_the_product_after()
    {
        foreach (var person in Whole.Value.GroupBy(item => item.Visitor.Index))
        {
            var events = person.ToList();
            var signUp = events.FindIndex(item => item.Name == "signed_up");
            if (signUp < 0)
            {
                continue;
            }

            var visitor = events[signUp].Visitor;
            events[..signUp].ShouldContain(item => item.Name == "$identify" && item.DistinctId == visitor.UserId);
            events[..events.FindIndex(item => item.Name == "$identify")].ShouldAllBe(item => item.DistinctId == visitor.Browser.AnonymousId.ToString());
            events[signUp].DistinctId.ShouldBe(visitor.UserId);
        }
    }

    [Fact]
    public void Working_days_are_busier_than_weekends_and_the_end_busier_than_the_beginning()
    {
        var perDay = Whole.Value.GroupBy(item => item.At.Date).ToDictionary(day => day.Key, day => day.Count());
        double Mean(Func<DateTime, bool> which) => perDay.Where(day => which(day.Key)).Average(day => day.Value);

        Mean(day => day.DayOfWeek is DayOfWeek.Tuesday).ShouldBeGreaterThan(2 * Mean(day => day.DayOfWeek is DayOfWeek.Sunday));
        Mean(day => day >= new DateTime(2026, 11, 9) && day < new DateTime(2026, 11, 16))
            .ShouldBeGreaterThan(1.2 * Mean(day => day >= new DateTime(2026, 8, 31) && day < new DateTime(2026, 9, 7)));
    }

    [Fact]
    public void Each_step_from_visit_to_purchase_loses_people()
    {
        int People(string name) => Whole.Value.Where(item => item.Name == name).Select(item => item.Visitor.Index).Distinct().Count();

        int[] funnel = [People("$pageview"), People("signed_up"), People("onboarding_completed"), People("subscription_started")];

        funnel.ShouldBe(funnel.OrderDescending());
        funnel[1].ShouldBeInRange(500, 1400);
        funnel[2].ShouldBeInRange(400, funnel[1] - 50);
        funnel[3].ShouldBeInRange(60, 300);
    }

    [Fact]
    public void Nobody_buys_twice_and_every_purchase_and_upgrade_has_revenue()
    {
        var purchases = Whole.Value.Where(item => item.Name == "subscription_started").ToList();

        purchases.Select(item => item.Visitor.Index).ShouldBeUnique();
        foreach (var item in Whole.Value.Where(item => item.Name is "subscription_started" or "subscription_upgraded" or "invoice_paid"))
        {
            item.Details.Single(detail => detail.Name == "revenue").Value.ShouldBeOfType<int>().ShouldBeGreaterThan(0);
        }

        Whole.Value.Count(item => item.Name == "subscription_upgraded").ShouldBeGreaterThan(5);
        Whole.Value.Count(item => item.Name == "subscription_cancelled").ShouldBeGreaterThan(5);
        Whole.Value.Count(item => item.Name == "$exception").ShouldBeGreaterThan(100);
    }

    static string Hash(StorySize size) =>
        Convert.ToHexString(SHA256.HashData(StoryWriter.Batch(new LeafpileStory(size, End).Tell().SelectMany(day => day)).Span));

    static long MillisecondsOf(Guid uuid) => Convert.ToInt64(uuid.ToString("N")[..12], 16);
}
