using System.Globalization;
using System.Text;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Cohorts.Calculation;
using Prickle.Filters;
using Prickle.Tests.Events;

namespace Prickle.Tests.Cohorts;

public sealed class CohortTests(CohortHost host) : IClassFixture<CohortHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static TimeSpan Days(double days) => TimeSpan.FromDays(days);

    [Fact]
    public async Task Who_paid_twice_in_30_days_is_a_member_right_after_the_calculation()
    {
        // ann twice in 30 days; ben once now and once 40 days ago; cy three times.
        foreach (var (who, days) in new[] { ("ann", 1.0), ("ann", 29), ("ben", 1), ("ben", 40), ("cy", 1), ("cy", 2), ("cy", 3) })
        {
            await host.DoAsync(who, "paid", Days(days));
        }
        var cohort = await CreateAsync("Payers", new BehaviorCriterion(CohortBehavior.DidTimes, new CohortEvent("paid", null)) { Times = 2 });
        await ShouldHaveAsync(cohort, "ann", "cy");
        var calculated = (await host.Get<CohortQueries>().FindAsync(host.Grant.ProjectId, cohort, Cancellation))!;
        calculated.Count.ShouldBe(2);
        calculated.CalculatedAt.ShouldBe(host.Store.Time.GetUtcNow());
        calculated.IsCalculating.ShouldBeFalse();
        // Another payment counts after the next calculation.
        await host.DoAsync("ben", "paid", Days(2));
        await host.Get<CohortAdministration>().RecalculateAsync(host.Grant, cohort, Cancellation);
        await ShouldHaveAsync(cohort, "ann", "ben", "cy");
        (await host.Get<CohortQueries>().RunsAsync(host.Grant.ProjectId, cohort, Cancellation)).Select(run => run.Count).ShouldBe([3, 2]);
    }

    [Fact]
    public async Task Each_behaviour_finds_those_who_behaved_so()
    {
        // Days ago. early: 50 and 3; late: 3; gone: 20 and 10; back: 60 and 2; twice: 5 and 4, the second behind the first.
        foreach (var (who, days) in new[]
        {
            ("early", 50.0), ("early", 3), ("late", 3), ("gone", 20), ("gone", 10), ("back", 60), ("back", 2),
        })
        {
            await host.DoAsync(who, "read", Days(days));
        }
        await host.DoAsync("late", "wrote", Days(2));
        await host.DoAsync("early", "wrote", Days(4));
        var read = new CohortEvent("read", null);

        await ShouldGiveAsync(new BehaviorCriterion(CohortBehavior.Did, read) { Within = new CohortSpan(7, "day") }, "early", "late", "back");
        // First ever in the last week: only late never did before.
        await ShouldGiveAsync(new BehaviorCriterion(CohortBehavior.DidFirst, read) { Within = new CohortSpan(7, "day") }, "late");
        // Read, then wrote within 7 days: early wrote a day before reading (and 46 days after the first).
        await ShouldGiveAsync(
            new BehaviorCriterion(CohortBehavior.DidThen, read) { Within = new CohortSpan(90, "day"), Then = new CohortEvent("wrote", null), ThenWithin = new CohortSpan(7, "day") }, "late");
        // In 30 days but not in the last 7.
        await ShouldGiveAsync(new BehaviorCriterion(CohortBehavior.Stopped, read) { Within = new CohortSpan(30, "day"), ThenWithin = new CohortSpan(7, "day") }, "gone");
        // Before 30 days ago, not from then to 7 days ago, and again since.
        await ShouldGiveAsync(
            new BehaviorCriterion(CohortBehavior.Restarted, read) { Within = new CohortSpan(30, "day"), ThenWithin = new CohortSpan(7, "day") }, "early", "back");
        // Weeks ago of gone: 2 and 1; the others have one of the last 4 weeks.
        await ShouldGiveAsync(
            new BehaviorCriterion(CohortBehavior.DidRegularly, read) { Within = new CohortSpan(1, "week"), MinimumPeriods = 2, TotalPeriods = 4 }, "gone");
        await ShouldGiveAsync(new BehaviorCriterion(CohortBehavior.DidTimes, read) { Operator = "exact", Times = 2, Within = new CohortSpan(30, "day") }, "gone");
    }

    [Fact]
    public async Task Did_not_and_at_most_count_those_who_never_did_it()
    {
        await host.AddPersonAsync("silent", """{"team":"moles"}""");
        await host.AddPersonAsync("loud", """{"team":"moles"}""");
        await host.AddPersonAsync("loudest", """{"team":"moles"}""");
        await host.DoAsync("loud", "sang", Days(1));
        await host.DoAsync("loudest", "sang", Days(1));
        await host.DoAsync("loudest", "sang", Days(2));
        var mole = new PersonCriterion(new PropertyFilter("team", "exact", ["moles"], "person"));
        var sang = new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("sang", null));
        await ShouldGiveAsync(new CohortGroup(FilterJoin.And, [mole, sang with { IsNegated = true }]), "silent");
        await ShouldGiveAsync(
            new CohortGroup(FilterJoin.And, [mole, sang with { Behavior = CohortBehavior.DidTimes, Operator = "lte", Times = 1 }]), "silent", "loud");
        await ShouldGiveAsync(
            new CohortGroup(FilterJoin.Or, [new PersonCriterion(new PropertyFilter("team", "exact", ["none"], "person")), sang]), "loud", "loudest");
    }

    [Fact]
    public async Task A_file_of_three_known_and_one_unknown_gives_three_members_and_reports_one()
    {
        await host.AddPersonAsync("file-1");
        await host.AddPersonAsync("file-2", """{"email":"Two@burrow.test"}""");
        var third = await host.AddPersonAsync("file-3");
        var cohort = await CreateStaticAsync("From a file");
        var csv = $"name,distinct_id\nOne,file-1\n\"Two, jr\",two@burrow.test\nThree,{third}\nNobody,file-4\n";
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var outcome = await host.Get<CohortUpload>().AddAsync(host.Grant, cohort, file, Cancellation);
        var addition = outcome.ShouldBeOfType<Outcome<CohortAddition>.Done>().Value;
        (addition.Added, addition.UnknownCount).ShouldBe((3, 1));
        addition.Unknown.ShouldBe(["file-4"]);
        await MembersShouldBeAsync(cohort, "file-1", "file-2", "file-3");
    }

    [Fact]
    public async Task A_member_of_a_static_cohort_stays_one_after_becoming_part_of_another_person()
    {
        var source = await host.AddPersonAsync("merged-away");
        await host.AddPersonAsync("merged-into");
        var made = await host.Get<CohortAdministration>().CreateStaticAsync(host.Grant, "Before a merge", [source], Cancellation);
        var cohort = made.ShouldBeOfType<Outcome<CohortProfile>.Done>().Value;
        cohort.Count.ShouldBe(1);
        await MembersShouldBeAsync(cohort.Id, "merged-away");

        await host.Get<CohortWorker>().RunDueAsync(Cancellation);
        await OverrideAsync("merged-away", EventStore.PersonOf("merged-into"));
        host.Store.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Get<CohortWorker>().RunDueAsync(Cancellation);
        await MembersShouldBeAsync(cohort.Id, "merged-into");
        // Taken out under the name they have now.
        await host.Get<CohortAdministration>().RemoveAsync(host.Grant, cohort.Id, [EventStore.PersonOf("merged-into")], Cancellation);
        await MembersShouldBeAsync(cohort.Id);
    }

    [Fact]
    public async Task Behaviour_before_a_merge_belongs_to_the_person_that_stayed()
    {
        await host.DoAsync("laptop", "knitted", Days(2));
        await host.DoAsync("phone", "knitted", Days(1));
        await OverrideAsync("phone", EventStore.PersonOf("laptop"));
        // Once on each device: twice by one person.
        await ShouldGiveAsync(new BehaviorCriterion(CohortBehavior.DidTimes, new CohortEvent("knitted", null)) { Times = 2 }, "laptop");
    }

    [Fact]
    public async Task A_cohort_made_of_another_follows_it_and_a_circle_is_refused_with_its_names()
    {
        await host.DoAsync("inner-1", "dug", Days(1));
        await host.DoAsync("inner-2", "dug", Days(1));
        await host.DoAsync("inner-2", "slept", Days(1));
        var dug = await CreateAsync("Diggers", new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("dug", null)));
        var slept = new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("slept", null));
        var awake = await CreateAsync("Awake", new CohortGroup(FilterJoin.And, [new MembershipCriterion(dug, false), slept with { IsNegated = true }]));
        await ShouldHaveAsync(awake, "inner-1");

        var outcome = await host.Get<CohortAdministration>().UpdateAsync(
            host.Grant, dug, Settings("Diggers", new MembershipCriterion(awake, false)), Cancellation);
        outcome.ShouldBeOfType<Outcome<CohortProfile>.Refused>().Refusal.Detail.ShouldBe(
            "A cohort cannot be made of itself: Diggers → Awake → Diggers.");
        var deletion = await host.Get<CohortAdministration>().DeleteAsync(host.Grant, dug, evenIfUsed: false, Cancellation);
        deletion.ShouldBeOfType<Outcome<CohortProfile>.Refused>().Refusal.Detail.ShouldContain("used by the cohort \"Awake\"");
    }

    [Fact]
    public async Task Criteria_that_cannot_be_asked_are_refused_when_saved()
    {
        var did = new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("dug", null));
        static FilterGroup Only(string key, string name, string[] values, string type = "event") => FilterGroup.All([new PropertyFilter(key, name, values, type)]);
        foreach (var (criterion, words) in new (CohortCriterion, string)[]
        {
            (new PersonCriterion(new PropertyFilter("plan", "sounds_like", ["pro"], "person")), "No operator"),
            (new PersonCriterion(new PropertyFilter("seats", "gt", ["many"], "person")), "not a number"),
            (new PersonCriterion(new PropertyFilter("plan", "regex", ["("], "person")), "regular expression"),
            (did with { Filters = Only("depth", "gt", ["deep"]) }, "not a number"),
            (did with { Filters = Only("properties.depth > 1", "exact", [], "hogql") }, "cannot be filtered by here"),
            (did with { Filters = Only("id", "in", ["987654"], "cohort") }, "There is no cohort 987654"),
            (new MembershipCriterion(987_654, false), "There is no cohort 987654"),
            (new BehaviorCriterion(CohortBehavior.Did, new CohortEvent(null, 987_654)), "There is no action 987654"),
        })
        {
            var outcome = await host.Get<CohortAdministration>().CreateAsync(host.Grant, Settings("Wrong", criterion), Cancellation);
            var refusal = outcome.ShouldBeOfType<Outcome<CohortProfile>.Refused>().Refusal;
            (refusal.Reason, refusal.Attribute).ShouldBe((RefusalReason.InvalidInput, "filters"));
            refusal.Detail.ShouldContain(words);
        }
        // A circle through a filter is a circle.
        var inner = await CreateAsync("Inner", did);
        var outer = await CreateAsync("Outer", did with { Filters = Only("id", "in", [$"{inner}"], "cohort") });
        (await host.Get<CohortAdministration>().UpdateAsync(host.Grant, inner, Settings("Inner", new MembershipCriterion(outer, false)), Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Refused>().Refusal.Detail.ShouldContain("Inner → Outer → Inner");
    }

    [Fact]
    public async Task Persons_are_asked_by_every_operator_as_lists_ask_them()
    {
        await host.AddPersonAsync("old", """{"app":"1.2.0","marked":"semver"}""");
        await host.AddPersonAsync("new", """{"app":"2.0.0","marked":"semver"}""");
        var marked = new PersonCriterion(new PropertyFilter("marked", "exact", ["semver"], "person"));
        CohortGroup With(string name, params string[] values) => new(FilterJoin.And, [marked, new PersonCriterion(new PropertyFilter("app", name, values, "person"))]);

        await ShouldHaveAsync(await CreateAsync("Grown", With("semver_gt", "1.9.0")), "new");
        await ShouldHaveAsync(await CreateAsync("Other", With("semver_neq", "2.0.0")), "old");
    }

    [Fact]
    public async Task A_calculation_that_fails_says_why_and_keeps_the_members_of_the_last_one()
    {
        await host.DoAsync("keeper", "kept", Days(1));
        var cohort = await CreateAsync("Kept", new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("kept", null)));
        await ShouldHaveAsync(cohort, "keeper");
        var action = (await host.Get<ActionAdministration>().CreateAsync(
            host.Grant, new ActionSettings { Name = "Kept it", Steps = [new ActionStep { Event = "kept" }] }, Cancellation)).ShouldBeOfType<Outcome<ActionProfile>.Done>().Value.Action.Id;
        (await host.Get<CohortAdministration>().UpdateAsync(
            host.Grant, cohort, Settings("Kept", new BehaviorCriterion(CohortBehavior.Did, new CohortEvent(null, action))), Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Done>();
        await host.Get<CohortWorker>().RunDueAsync(Cancellation);
        (await host.Get<ActionAdministration>().DeleteAsync(host.Grant, action, evenIfUsed: true, Cancellation)).ShouldBeOfType<Outcome<ActionProfile>.Done>();
        await host.Get<CohortAdministration>().RecalculateAsync(host.Grant, cohort, Cancellation);
        await host.Get<CohortWorker>().RunDueAsync(Cancellation);
        var failed = (await host.Get<CohortQueries>().FindAsync(host.Grant.ProjectId, cohort, Cancellation))!;
        failed.Error.ShouldBe($"The action {action} does not exist any more.");
        failed.Count.ShouldBe(1);
        await MembersShouldBeAsync(cohort, "keeper");
    }

    async Task ShouldGiveAsync(CohortCriterion criterion, params string[] distinctIds)
    {
        var settings = Settings($"{criterion}"[..20], criterion);
        (await host.Get<CohortQueries>().PreviewAsync(host.Grant.ProjectId, settings.Filters.Properties, Cancellation))
            .ShouldBe(distinctIds.Length, $"{criterion}");
        await ShouldHaveAsync(await CreateAsync("Behaved", criterion), distinctIds);
    }

    async Task ShouldHaveAsync(int cohort, params string[] distinctIds)
    {
        await host.Get<CohortWorker>().RunDueAsync(Cancellation);
        await MembersShouldBeAsync(cohort, distinctIds);
    }

    async Task MembersShouldBeAsync(int cohort, params string[] distinctIds) =>
        (await host.Get<CohortQueries>().MembersAsync(host.Grant.ProjectId, cohort, 1000, 0, Cancellation))
            .ShouldBe(distinctIds.Select(EventStore.PersonOf), ignoreOrder: true);

    async Task OverrideAsync(string distinctId, Guid person)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $$"""{"project_id":{{host.Grant.ProjectId}},"distinct_id":"{{distinctId}}","person_id":"{{person}}","version":1}""");
        (await host.Store.Store.InsertJsonRowsAsync(
            "person_override_rows (project_id, distinct_id, person_id, version)", Encoding.UTF8.GetBytes(line), cancellationToken: Cancellation))
            .ShouldBe(InsertOutcome.Stored.Value);
        await host.Store.Store.ExecuteAsync("SYSTEM RELOAD DICTIONARY person_overrides", cancellationToken: Cancellation);
    }

    static CohortSettings Settings(string name, CohortCriterion criterion) =>
        new() { Name = name, Filters = new CohortFilters(criterion as CohortGroup ?? new CohortGroup(FilterJoin.And, [criterion])) };

    async Task<int> CreateAsync(string name, CohortCriterion criterion) =>
        (await host.Get<CohortAdministration>().CreateAsync(host.Grant, Settings(name, criterion), Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Done>().Value.Id;

    async Task<int> CreateStaticAsync(string name) =>
        (await host.Get<CohortAdministration>().CreateAsync(host.Grant, new CohortSettings { Name = name, IsStatic = true }, Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Done>().Value.Id;
}
