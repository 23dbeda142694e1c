using CsCheck;
using Prickle.Insights;
using Prickle.Insights.Funnels;

namespace Prickle.Tests.Insights.Funnels;

/// <summary>
/// The rules of K5 on one actor. A world is written as text: a moment and what its event matches, "1" to "3" the steps, "x" the
/// exclusion, "-" nothing.
/// </summary>
public sealed class FunnelMachineTests
{
    const ulong X = 1UL << 3;

    static FunnelAttempt Run(string world, FunnelOrder order = FunnelOrder.Ordered, long window = 100, ulong optional = 0, params (int From, int To)[] exclusions)
    {
        var events = world.Split(' ').Select(one => one.Split(':')).ToArray();
        var masks = events.Select(one => one[1].Aggregate(0UL, (mask, what) => mask | what switch { 'x' => X, '-' => 0, _ => 1UL << (what - '1') })).ToArray();
        return FunnelMachines.For(new FunnelRules(3, order, window, optional, exclusions))
            .Run([.. events.Select(one => long.Parse(one[0], System.Globalization.CultureInfo.InvariantCulture))], masks);
    }

    static string Filled(FunnelAttempt attempt) => string.Join(' ', attempt.Events);

    [Fact]
    public void Steps_in_order_are_reached_one_after_the_other() => Filled(Run("1:1 2:2 3:3")).ShouldBe("0 1 2");

    [Fact]
    public void A_step_before_its_turn_is_nothing() => Run("1:2 2:1 3:3").Depth.ShouldBe(1);

    [Fact]
    public void The_window_is_inclusive_and_counts_from_the_first_step()
    {
        // 110 - 10 = 100 is inside, 111 - 10 = 101 is not, although step 2 lies only 61 before it.
        Run("10:1 50:2 110:3").Depth.ShouldBe(3);
        Run("10:1 50:2 111:3").Depth.ShouldBe(2);
    }

    [Fact]
    public void A_step_pairs_with_the_latest_first_step_before_it() => Filled(Run("1:1 5:1 7:2 9:3")).ShouldBe("1 2 3");

    [Fact]
    public void A_later_first_step_leaves_deeper_ones_of_an_earlier_start_usable() =>
        // The start at 5 has no step 2 of its own: step 3 goes on from 1 and 3.
        Filled(Run("1:1 3:2 5:1 9:3")).ShouldBe("0 1 3");

    [Fact]
    public void Of_one_start_the_first_event_that_fits_a_step_is_kept() => Filled(Run("1:1 3:2 5:2 9:3")).ShouldBe("0 1 3");

    [Fact]
    public void The_first_attempt_that_reached_the_deepest_step_is_reported() =>
        // Both reach step 2; the second starts at 200, long after the first window.
        Filled(Run("1:1 3:2 200:1 210:2")).ShouldBe("0 1 -1");

    [Fact]
    public void Reading_stops_once_the_last_step_is_reached() => Filled(Run("1:1 2:2 3:3 4:1 5:2 6:3")).ShouldBe("0 1 2");

    [Fact]
    public void Events_of_one_moment_are_taken_in_the_order_of_steps() => Filled(Run("5:3 5:2 5:1")).ShouldBe("2 1 0");

    [Fact]
    public void One_event_that_matches_two_steps_fills_only_the_first() => Run("5:12").Depth.ShouldBe(1);

    [Fact]
    public void One_event_that_matches_two_steps_is_the_second_of_an_older_start() =>
        // At 5 step 2 is tried first: it follows the start at 1. It is a new first step as well, whose step 2 comes at 7.
        Filled(Run("1:1 5:12 7:3")).ShouldBe("0 1 2");

    [Fact]
    public void In_one_moment_an_event_does_not_follow_itself() =>
        // The first event is step 1 and 2, the second step 2 only: the second follows the first.
        Filled(Run("5:12 5:2")).ShouldBe("0 1 -1");

    [Fact]
    public void Equal_events_of_one_moment_are_taken_one_by_one() =>
        // Each is both: the second is step 2 of the first.
        Filled(Run("5:12 5:12")).ShouldBe("0 1 -1");

    [Fact]
    public void Strict_wants_nothing_in_between()
    {
        Run("1:1 2:2 3:3", FunnelOrder.Strict).Depth.ShouldBe(3);
        Run("1:1 2:2 3:- 4:3", FunnelOrder.Strict).Depth.ShouldBe(2);
        Run("1:1 2:- 3:2 4:3", FunnelOrder.Strict).Depth.ShouldBe(1);
        Run("1:1 2:- 3:2 4:3").Depth.ShouldBe(3);
    }

    [Fact]
    public void Strict_starts_again_after_an_interruption() => Filled(Run("1:1 2:- 3:1 4:2 5:3", FunnelOrder.Strict)).ShouldBe("2 3 4");

    [Fact]
    public void Strictness_is_not_applied_within_one_moment() => Run("1:1 2:- 2:2 3:3", FunnelOrder.Strict).Depth.ShouldBe(3);

    [Fact]
    public void An_exclusion_between_its_steps_drops_the_actor_wholly()
    {
        var attempt = Run("1:1 2:x 3:2", exclusions: (0, 1));
        (attempt.Depth, attempt.IsTainted, attempt.Reached(0)).ShouldBe((2, true, false));
    }

    [Fact]
    public void An_exclusion_outside_its_steps_or_its_window_is_nothing()
    {
        Run("1:1 2:2 3:x 4:3", exclusions: (0, 1)).Reached(2).ShouldBeTrue();
        Run("0:x 1:1 2:2 3:3", exclusions: (0, 2)).Reached(2).ShouldBeTrue();
        // 102 - 1 = 101: the attempt of 1 was over.
        Run("1:1 102:x", exclusions: (0, 1)).Reached(0).ShouldBeTrue();
        Run("1:1 101:x", exclusions: (0, 1)).Reached(0).ShouldBeFalse();
    }

    [Fact]
    public void A_clean_second_attempt_that_gets_as_far_rescues_the_actor() =>
        // K-S14: the first is hit at 2, the second reaches step 2 as well.
        Filled(Run("1:1 2:x 3:2 10:1 11:2", exclusions: (0, 1))).ShouldBe("3 4 -1");

    [Fact]
    public void A_clean_attempt_that_gets_less_far_does_not() =>
        Run("1:1 2:x 3:2 10:1", exclusions: (0, 1)).Counts.ShouldBeFalse();

    [Fact]
    public void Exclusions_are_not_applied_within_one_moment() => Run("1:1 2:x 2:2 3:3", exclusions: (0, 1)).Reached(2).ShouldBeTrue();

    [Fact]
    public void Optional_steps_may_be_skipped_and_required_ones_not()
    {
        Filled(Run("1:1 2:3", optional: 0b010)).ShouldBe("0 -1 1");
        Filled(Run("1:1 2:2 3:3", optional: 0b010)).ShouldBe("0 1 2");
        Run("1:2 2:3", optional: 0b010).Depth.ShouldBe(0);
    }

    [Fact]
    public void An_optional_step_whose_window_is_over_is_passed_by() =>
        // Step 2 belongs to the start at 1, over at 101; step 3 at 150 goes back to the start at 100.
        Filled(Run("1:1 2:2 100:1 150:3", optional: 0b010)).ShouldBe("2 -1 3");

    [Fact]
    public void Unordered_counts_distinct_steps_within_a_window()
    {
        Filled(Run("1:3 2:1 3:2", FunnelOrder.Unordered)).ShouldBe("0 1 2");
        // Never more than two within 100: 1 and 90, or 90 and 150.
        Run("1:3 90:1 150:2", FunnelOrder.Unordered).Depth.ShouldBe(2);
        Run("1:3 50:1 101:2", FunnelOrder.Unordered).Depth.ShouldBe(3);
    }

    [Fact]
    public void Unordered_takes_the_earliest_events_of_the_window() =>
        // When 3 happens at 105, the step 1 of 1 is out of the window: the one of 50 is the earliest in it.
        Filled(Run("1:1 50:1 60:2 105:3", FunnelOrder.Unordered)).ShouldBe("1 2 3");

    [Fact]
    public void Unordered_gives_an_event_to_one_step_so_that_most_are_filled()
    {
        Run("1:12", FunnelOrder.Unordered).Depth.ShouldBe(1);
        // The first could be step 1 or 2, the second only step 1: the first has to be step 2.
        Run("1:12 2:1", FunnelOrder.Unordered).Depth.ShouldBe(2);
        Run("1:12 2:1 3:2", FunnelOrder.Unordered).Depth.ShouldBe(2);
    }

    [Fact]
    public void Unordered_is_excluded_by_what_lies_within_the_attempt()
    {
        Run("1:2 2:x 3:1", FunnelOrder.Unordered, exclusions: (0, 2)).Counts.ShouldBeFalse();
        // After the last step it comes too late; a second attempt that gets as far makes good.
        Run("1:2 2:3 3:1 4:x", FunnelOrder.Unordered, exclusions: (0, 2)).Reached(2).ShouldBeTrue();
        Filled(Run("1:2 2:x 3:1 4:2", FunnelOrder.Unordered, exclusions: (0, 2))).ShouldBe("2 3 -1");
    }

    static readonly Gen<FunnelRules> SomeRules =
        from steps in Gen.Int[2, 4]
        from isStrict in Gen.Bool
        from window in Gen.Long[0, 8]
        from optional in Gen.ULong[0, 15]
        from exclusions in Gen.Select(Gen.Int[0, 2], Gen.Int[1, 3]).List[0, 2]
        select new FunnelRules(
            steps, isStrict ? FunnelOrder.Strict : FunnelOrder.Ordered, window, optional & ~1UL & ((1UL << steps) - 1),
            [.. exclusions.Select(one => (From: Math.Min(one.Item1, steps - 2), To: Math.Min(one.Item2, steps - 1))).Where(one => one.From < one.To)]);

    static Gen<(FunnelRules Rules, long[] Times, ulong[] Masks)> Worlds(Gen<FunnelRules> gen) =>
        from rules in gen
        from events in Gen.Select(Gen.Long[0, 12], Gen.ULong[0, (1UL << (rules.Steps + rules.Exclusions.Count)) - 1], Gen.Int[0, 2]).Array[0, 9]
        let ordered = events.OrderBy(one => one.Item1).ToArray()
        // Mostly one thing at a time, as events are.
        let masks = ordered.Select(one => one.Item3 == 0 ? one.Item2 : System.Numerics.BitOperations.RoundUpToPowerOf2(one.Item2 + 1) >> 1).ToArray()
        select (rules, ordered.Select(one => one.Item1).ToArray(), masks);

    [Fact]
    public void Ordered_and_strict_funnels_say_what_the_slow_reading_says() => Worlds(SomeRules).Sample(
        world =>
        {
            var (depth, isTainted, events) = new FunnelReference(world.Rules, world.Times, world.Masks).Ordered();
            var attempt = FunnelMachines.For(world.Rules).Run(world.Times, world.Masks);
            return attempt.Depth == depth && attempt.IsTainted == isTainted && (isTainted || attempt.Events.SequenceEqual(events));
        },
        iter: 60_000, print: Print);

    [Fact]
    public void Unordered_funnels_say_what_trying_everything_says() => Worlds(
        from rules in SomeRules
        from isExcluded in Gen.Bool
        select new FunnelRules(rules.Steps, FunnelOrder.Unordered, rules.Window, 0, isExcluded ? [(0, rules.Steps - 1)] : [])).Sample(
        world =>
        {
            var (depth, isTainted) = new FunnelReference(world.Rules, world.Times, world.Masks).Unordered();
            var attempt = FunnelMachines.For(world.Rules).Run(world.Times, world.Masks);
            var filled = attempt.Events.Where(at => at >= 0).ToArray();
            return attempt.Depth == depth && attempt.IsTainted == isTainted && filled.Length == depth && filled.SequenceEqual(filled.Distinct().Order())
                && (depth == 0 || world.Times[filled[^1]] - world.Times[filled[0]] <= world.Rules.Window);
        },
        iter: 20_000, print: Print);

    [Fact]
    public void A_machine_forgets_the_actor_before() => Gen.Select(Worlds(SomeRules), Gen.Int[0, 0]).Sample(
        pair =>
        {
            var ((rules, times, masks), _) = pair;
            var used = FunnelMachines.For(rules);
            used.Run([0, 1, 2], [1, 2, 4]);
            var (again, anew) = (used.Run(times, masks), FunnelMachines.For(rules).Run(times, masks));
            return again.Depth == anew.Depth && again.IsTainted == anew.IsTainted && again.Events.SequenceEqual(anew.Events);
        }, iter: 2_000);

    static string Print((FunnelRules Rules, long[] Times, ulong[] Masks) world) =>
        $"{world.Rules} exclusions {string.Join(' ', world.Rules.Exclusions)}: "
        + string.Join(' ', world.Times.Zip(world.Masks, (time, mask) => $"{time}:{Convert.ToString((long)mask, 2)}"));
}
