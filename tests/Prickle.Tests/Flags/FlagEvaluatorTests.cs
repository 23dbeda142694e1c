using System.Text.Json;
using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Flags;
using static Prickle.Tests.Flags.FlagMaking;

namespace Prickle.Tests.Flags;

/// <summary>
/// Who gets a flag, and why. The hashes of new-nav: P1 0.840329, P2 0.128878, P3 0.404535; P1 for its variant 0.491845.
/// </summary>
public sealed class FlagEvaluatorTests
{
    const string Thirds = """{"variants":[{"key":"a","rollout_percentage":33},{"key":"b","rollout_percentage":33},{"key":"c","rollout_percentage":34}]}""";

    [Theory]
    [InlineData("P1", false)]
    [InlineData("P2", true)]
    [InlineData("P3", true)]
    public void Half_of_the_people_are_those_whose_hash_is_below_a_half(string id, bool isOn)
    {
        var answer = Evaluate(Flag("new-nav", Rollout(50)), Subject(id));
        answer.IsEnabled.ShouldBe(isOn);
        answer.Reason.ShouldBe(isOn ? FlagReason.ConditionMatch : FlagReason.OutOfRolloutBound);
        answer.ConditionIndex.ShouldBe(0);
        answer.Description.ShouldBe(isOn ? "Matched condition set 1" : "Out of rollout bound");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(12.8, false)]
    [InlineData(12.9, true)]
    [InlineData(100, true)]
    public void A_share_of_a_tenth_of_a_percent_counts(double percentage, bool isOn) =>
        Evaluate(Flag("new-nav", Rollout(percentage)), Subject("P2")).IsEnabled.ShouldBe(isOn);

    // 0.491845 lies in [0.33, 0.66): the second.
    [Fact]
    public void A_variant_is_the_range_that_holds_the_hash()
    {
        var answer = Evaluate(Flag("new-nav", $$$"""{"groups":[{}],"multivariate":{{{Thirds}}},"payloads":{"b":"{\"colour\":2}"}}"""), Subject("P1"));
        (answer.Variant, answer.Payload).ShouldBe(("b", "{\"colour\":2}"));
    }

    [Fact]
    public void Variants_that_leave_a_rest_leave_some_with_the_flag_alone()
    {
        var answer = Evaluate(
            Flag("new-nav", """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":49}]},"payloads":{"a":"1"}}"""), Subject("P1"));
        (answer.IsEnabled, answer.Variant, answer.Payload).ShouldBe((true, null, null));
    }

    [Theory]
    [InlineData(33, 33, 34)]
    [InlineData(20, 50, 30)]
    public void Ten_thousand_ids_are_within_two_points_of_the_split(double a, double b, double c)
    {
        var flag = Compile(Flag("split", string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $$$"""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":{{{a}}}},{"key":"b","rollout_percentage":{{{b}}}},{"key":"c","rollout_percentage":{{{c}}}}]}}"""))).All[0];
        var counts = Enumerable.Range(0, 10_000).CountBy(index => FlagEvaluator.Evaluate(flag, Subject($"id-{index}")).Variant!).ToDictionary();
        foreach (var (variant, share) in new[] { ("a", a), ("b", b), ("c", c) })
        {
            (counts[variant] / 100d).ShouldBe(share, 2);
        }
    }

    [Fact]
    public void Ten_thousand_ids_are_within_two_points_of_the_roll_out()
    {
        var flag = Compile(Flag("rollout", Rollout(30))).All[0];
        (Enumerable.Range(0, 10_000).Count(index => FlagEvaluator.Evaluate(flag, Subject($"id-{index}")).IsEnabled) / 100d).ShouldBe(30, 2);
    }

    [Fact]
    public void The_first_set_that_fits_decides_and_may_force_a_variant()
    {
        var flag = Flag("new-nav", $$"""
            {"groups":[{"properties":[{"key":"plan","type":"person","value":"free"}]},
                       {"properties":[{"key":"plan","type":"person","value":"pro"}],"variant":"c"},
                       {"properties":[],"variant":"a"}],"multivariate":{{Thirds}} }
            """);
        Evaluate(flag, Subject("P1", """{"plan":"pro"}""")).ShouldSatisfyAllConditions(
            answer => answer.Variant.ShouldBe("c"), answer => answer.ConditionIndex.ShouldBe(1), answer => answer.Description.ShouldBe("Matched condition set 2"));
        Evaluate(flag, Subject("P1", """{"plan":"team"}""")).Variant.ShouldBe("a");
    }

    [Fact]
    public void A_forced_variant_that_is_no_more_leaves_it_to_the_shares() =>
        Evaluate(Flag("new-nav", $$"""{"groups":[{"variant":"gone"}],"multivariate":{{Thirds}} }"""), Subject("P1")).Variant.ShouldBe("b");

    [Fact]
    public void No_set_is_nobody() =>
        Evaluate(Flag("f", """{"groups":[]}"""), Subject("P1")).Reason.ShouldBe(FlagReason.NoConditionMatch);

    // Of the sets that were met: 0 does not fit, 1 has no group, 2 leaves P1 (0.84) out. The missing group is the better reason.
    [Fact]
    public void The_best_reason_of_all_sets_is_told()
    {
        const string sets = """
            {"properties":[{"key":"plan","type":"person","value":"pro"}]},
            {"properties":[],"rollout_percentage":50}
            """;
        Evaluate(Flag("new-nav", $$"""{"groups":[{{sets}}]}"""), Subject("P1")).ShouldSatisfyAllConditions(
            answer => answer.Reason.ShouldBe(FlagReason.OutOfRolloutBound), answer => answer.ConditionIndex.ShouldBe(1));
        Evaluate(Flag("new-nav", $$"""{"groups":[{{sets}},{"aggregation_group_type_index":0}]}"""), Subject("P1")).ShouldSatisfyAllConditions(
            answer => answer.Reason.ShouldBe(FlagReason.NoGroupType), answer => answer.ConditionIndex.ShouldBe(2), answer => answer.IsEnabled.ShouldBeFalse());
    }

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 1)]
    public void Early_exit_ends_at_the_first_set_that_fits(bool isEarlyExit, bool isOn, int index)
    {
        var flag = Flag("new-nav", $$"""{"groups":[{"rollout_percentage":50},{"rollout_percentage":100}],"early_exit":{{(isEarlyExit ? "true" : "false")}} }""");
        Evaluate(flag, Subject("P1")).ShouldSatisfyAllConditions(
            answer => answer.IsEnabled.ShouldBe(isOn), answer => answer.ConditionIndex.ShouldBe(index));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("false", false)]
    [InlineData("\"no\"", false)]
    [InlineData("null", false)]
    public void What_people_chose_decides_alone(string chosen, bool isOn)
    {
        foreach (var percentage in new[] { 0, 100 })
        {
            var flag = Flag("f", $$"""{"groups":[{"rollout_percentage":{{percentage}} }],"feature_enrollment":true,"payloads":{"true":"7"} }""");
            var answer = Evaluate(flag, Subject("P1", $$"""{"$feature_enrollment/f":{{chosen}} }"""));
            (answer.IsEnabled, answer.Reason, answer.ConditionIndex, answer.Variant).ShouldBe((isOn, FlagReason.SuperConditionValue, 0, null));
            answer.Payload.ShouldBe(isOn ? "7" : null);
        }
    }

    [Fact]
    public void Who_chose_nothing_falls_through_to_the_sets() =>
        Evaluate(Flag("f", """{"groups":[{"rollout_percentage":100}],"feature_enrollment":true}"""), Subject("P1")).Reason.ShouldBe(FlagReason.ConditionMatch);

    [Theory]
    [InlineData("\"true\"", true, FlagReason.SuperConditionValue)]
    [InlineData("false", false, FlagReason.SuperConditionValue)]
    [InlineData(null, false, FlagReason.OutOfRolloutBound)]
    public void The_older_form_of_choosing_says_the_same(string? chosen, bool isOn, FlagReason reason)
    {
        var flag = Flag("new-nav", """
            {"groups":[{"rollout_percentage":50}],"super_groups":[{"properties":[
              {"key":"$feature_enrollment/new-nav","type":"person","operator":"exact","value":["true"]}],"rollout_percentage":100}]}
            """);
        var answer = Evaluate(flag, Subject("P1", chosen is null ? "{}" : $$"""{"$feature_enrollment/new-nav":{{chosen}} }"""));
        (answer.IsEnabled, answer.Reason).ShouldBe((isOn, reason));
    }

    // By hand: printf 'holdout-P1' | sha1sum begins with 534c2ef14e5c36f.
    [Fact]
    public void Who_is_held_out_gets_the_variant_of_the_holdout()
    {
        var hash = 0x534c2ef14e5c36f / Math.Pow(2, 60);
        string Filters(double percentage) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $$$"""{"groups":[{}],"holdout":{"id":7,"exclusion_percentage":{{{percentage}}}}}""");
        Evaluate(Flag("f", Filters((hash * 100) + 0.01)), Subject("P1")).ShouldSatisfyAllConditions(
            answer => answer.Variant.ShouldBe("holdout-7"), answer => answer.Reason.ShouldBe(FlagReason.HoldoutConditionValue), answer => answer.IsEnabled.ShouldBeTrue());
        Evaluate(Flag("f", Filters((hash * 100) - 0.01)), Subject("P1")).Reason.ShouldBe(FlagReason.ConditionMatch);
    }

    [Fact]
    public void A_flag_that_is_switched_off_says_so() =>
        Evaluate(Flag("f", Rollout(100), with: flag => flag with { Active = false }), Subject("P1")).ShouldSatisfyAllConditions(
            answer => answer.IsEnabled.ShouldBeFalse(), answer => answer.Reason.ShouldBe(FlagReason.FlagDisabled));

    [Fact]
    public void A_flag_for_groups_goes_by_the_key_of_the_group()
    {
        var flag = Flag("new-nav", """{"groups":[{"properties":[{"key":"size","type":"group","group_type_index":0,"operator":"gt","value":10}],"rollout_percentage":50}],"aggregation_group_type_index":0}""");
        var big = new FlagProperties(JsonElement.Parse("""{"size":11}"""));
        Evaluate(flag, Subject("P1")).Reason.ShouldBe(FlagReason.NoGroupType);
        Evaluate(flag, Subject("P1") with { Groups = [new FlagGroup("P2", big)] }).IsEnabled.ShouldBeTrue();
        Evaluate(flag, Subject("P2") with { Groups = [new FlagGroup("P1", big)] }).Reason.ShouldBe(FlagReason.OutOfRolloutBound);
        Evaluate(flag, Subject("P1") with { Groups = [new FlagGroup("P2", default)] }).Reason.ShouldBe(FlagReason.NoConditionMatch);
    }

    [Fact]
    public void A_set_may_be_for_persons_in_a_flag_for_groups()
    {
        var flag = Flag("new-nav", """{"groups":[{"rollout_percentage":50,"aggregation_group_type_index":null}],"aggregation_group_type_index":0}""");
        Evaluate(flag, Subject("P2")).IsEnabled.ShouldBeTrue();
        Evaluate(flag, Subject("P1")).Reason.ShouldBe(FlagReason.OutOfRolloutBound);
    }

    [Fact]
    public void Shares_go_by_the_device_or_by_what_somebody_was_before()
    {
        var device = Flag("new-nav", Rollout(50), with: flag => flag with { BucketingIdentifier = "device_id" });
        Evaluate(device, Subject("P1") with { DeviceId = "P2" }).IsEnabled.ShouldBeTrue();
        Evaluate(device, Subject("P1")).IsEnabled.ShouldBeFalse();
        var continuous = Flag("new-nav", Rollout(50), with: flag => flag with { EnsureExperienceContinuity = true });
        var before = new Dictionary<string, string> { ["new-nav"] = "P2" };
        Evaluate(continuous, Subject("P1") with { HashOverrides = before }).IsEnabled.ShouldBeTrue();
        Evaluate(Flag("new-nav", Rollout(50)), Subject("P1") with { HashOverrides = before }).IsEnabled.ShouldBeFalse();
    }

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("true", false, false)]
    [InlineData("false", true, false)]
    [InlineData("false", false, true)]
    public void A_flag_may_ask_what_another_is(string value, bool isOtherOn, bool isOn)
    {
        var flags = Compile(
            Flag("child", When($$"""{"key":"1","type":"flag","operator":"flag_evaluates_to","value":{{value}}}"""), 2), Flag("parent", Rollout(isOtherOn ? 100 : 0)));
        FlagEvaluator.Evaluate(flags.All, Subject("P1"))[0].IsEnabled.ShouldBe(isOn);
        flags.Find("child")!.Dependencies.Select(flag => flag.Key).ShouldBe(["parent"]);
    }

    // The variant of P1 is b; true means any variant.
    [Theory]
    [InlineData("\"b\"", true)]
    [InlineData("\"a\"", false)]
    [InlineData("true", true)]
    public void A_flag_may_ask_for_a_variant_of_another(string value, bool isOn) =>
        FlagEvaluator.Evaluate(
            Compile(
                Flag("child", When($$"""{"key":"new-nav","type":"flag","value":{{value}}}"""), 2),
                Flag("new-nav", $$"""{"groups":[{}],"multivariate":{{Thirds}} }""")).All,
            Subject("P1"))[0].IsEnabled.ShouldBe(isOn);

    [Fact]
    public void Dependencies_come_before_what_depends_on_them_and_their_needs_are_its_own()
    {
        var flags = Compile(
            Flag("c", When("""{"key":"b","type":"flag","value":true}"""), 3), Flag("b", When("""{"key":"a","type":"flag","value":true}"""), 2),
            Flag("a", When("""{"key":"plan","type":"person","value":"pro"}""")));
        var last = flags.Find("c")!;
        last.Dependencies.Select(flag => flag.Key).ShouldBe(["a", "b"]);
        last.PersonProperties.ShouldBe(["plan"]);
        FlagEvaluator.Evaluate(last, Subject("P1", """{"plan":"pro"}""")).IsEnabled.ShouldBeTrue();
    }

    [Fact]
    public void A_circle_or_a_missing_flag_fails_alone()
    {
        var flags = Compile(
            Flag("a", When("""{"key":"b","type":"flag","value":true}"""), 1), Flag("b", When("""{"key":"a","type":"flag","value":true}"""), 2),
            Flag("lost", When("""{"key":"nowhere","type":"flag","value":true}"""), 3),
            Flag("behind-lost", When("""{"key":"lost","type":"flag","value":false}"""), 4), Flag("fine", Rollout(100), 5));
        var answers = FlagEvaluator.Evaluate(flags.All, Subject("P1"));
        answers.Take(4).ShouldAllBe(answer => answer.Error != null);
        answers[4].ShouldSatisfyAllConditions(answer => answer.Error.ShouldBeNull(), answer => answer.IsEnabled.ShouldBeTrue());
    }

    [Fact]
    public void A_long_chain_that_forks_everywhere_is_answered_once_a_flag()
    {
        // Each asks the one before twice: without remembering, the last would ask 2^40 times.
        var flags = Enumerable.Range(0, 40).Select(index => Flag(
            $"f{index}",
            index == 0 ? Rollout(100)
                : $$"""{"groups":[{"properties":[{"key":"f{{index - 1}}","type":"flag","value":true},{"key":"f{{index - 1}}","type":"flag","value":true}]}]}""",
            index + 1)).ToArray();
        FlagEvaluator.Evaluate(Compile(flags).All, Subject("P1")).ShouldAllBe(answer => answer.IsEnabled);
    }

    [Fact]
    public void A_cohort_of_properties_is_judged_by_what_the_request_says_and_others_are_looked_up()
    {
        var pros = new CohortSettings { Filters = new(new CohortGroup(FilterJoin.And, [new PersonCriterion(new PropertyFilter("plan", "exact", ["pro"], "person"))])) };
        var doers = new CohortSettings { Filters = new(new CohortGroup(FilterJoin.And, [new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("dug", null))])) };
        var either = new CohortSettings { Filters = new(new CohortGroup(FilterJoin.Or, [new MembershipCriterion(1, false), new MembershipCriterion(2, false)])) };
        var flags = CompiledFlags.Of(
            [
                Flag("pros", When("""{"key":"id","type":"cohort","value":1}""")), Flag("others", When("""{"key":"id","type":"cohort","operator":"not_in","value":1}"""), 2),
                Flag("doers", When("""{"key":"id","type":"cohort","value":2}"""), 3), Flag("either", When("""{"key":"id","type":"cohort","value":3}"""), 4),
                Flag("lost", When("""{"key":"id","type":"cohort","value":9}"""), 5),
            ],
            new Dictionary<int, CohortSettings> { [1] = pros, [2] = doers, [3] = either }, new Dictionary<int, string>());
        bool[] On(FlagSubject subject) => [.. FlagEvaluator.Evaluate(flags.All, subject).Select(answer => answer.IsEnabled)];
        On(Subject("P1", """{"plan":"pro"}""")).ShouldBe([true, false, false, true, false]);
        On(Subject("P1") with { Cohorts = new HashSet<int> { 2 } }).ShouldBe([false, true, true, true, false]);
        flags.All.Select(flag => flag.Cohorts.Order().ToArray()).ShouldBe([[], [], [2], [2], []]);
        flags.Find("either")!.PersonProperties.ShouldBe(["plan"]);
        FlagEvaluator.Evaluate(flags.Find("lost")!, Subject("P1")).Error.ShouldNotBeNull();
    }

    [Fact]
    public void A_remote_configuration_gives_everybody_its_payload()
    {
        var flag = Flag("f", """{"groups":[],"payloads":{"true":"{\"limit\":3}"}}""", with: settings => settings with { IsRemoteConfiguration = true });
        Evaluate(flag, Subject("P1")).Payload.ShouldBe("{\"limit\":3}");
    }

    [Fact]
    public void A_flag_whose_definition_cannot_be_read_fails_alone()
    {
        var flags = Compile(Flag("broken", Rollout(100)) with { Problem = "torn" }, Flag("fine", Rollout(100), 2));
        FlagEvaluator.Evaluate(flags.All, Subject("P1")).Select(answer => answer.Error).ShouldBe(["torn", null]);
    }
}
