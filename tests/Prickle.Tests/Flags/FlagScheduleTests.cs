using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Prickle.Accounts;
using Prickle.Flags;
using Prickle.Flags.Schedule;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Flags;

/// <summary>Changes that come at their time: once, in order, and as anybody's change is recorded.</summary>
public sealed class FlagScheduleTests(FlagScheduleHost host) : IClassFixture<FlagScheduleHost>
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ramp_goes_up_step_by_step_and_each_step_is_in_the_history()
    {
        var flag = await host.FlagAsync();
        var steps = await host.PlanAsync(flag, new { set = 0, percentages = new[] { 5, 25, 100 }, at = host.Now + Hour, every_hours = 2 });
        steps.GetArrayLength().ShouldBe(3);
        steps[0].Text("words").ShouldStartWith("Set 1 to 5 % ");
        (await host.ShareAsync(flag)).ShouldBe(0);
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(5);
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(5);
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(25);
        await host.PassAsync(2 * Hour);
        (await host.ShareAsync(flag)).ShouldBe(100);
        (await host.ReadAsync(flag)).Version.ShouldBe(4);
        // The other set is as it was.
        (await host.ReadAsync(flag)).Settings.Filters.Groups[1].RolloutPercentage.ShouldBe(100);
        var history = (await host.Client.FetchAsync($"{host.Path}/{flag}/history").JsonAsync()).GetProperty("results");
        history[0].Text("user_email").ShouldBe($"Schedule by {AccountsHost.OwnerEmail}");
        history[0].Text("activity").ShouldBe("updated");
        (await host.StepsAsync(flag)).Select(step => step.Text("state")).ShouldBe(["applied", "applied", "applied"]);
    }

    [Fact]
    public async Task What_was_missed_comes_in_its_order()
    {
        var flag = await host.FlagAsync();
        // Planned in another order than that in which it comes.
        await host.PlanAsync(flag, new { at = host.Now + (3 * Hour), set = 0, rollout_percentage = 70 });
        await host.PlanAsync(flag, new { at = host.Now + Hour, active = false });
        await host.PlanAsync(flag, new { at = host.Now + (2 * Hour), set = 0, rollout_percentage = 30 });
        await host.PassAsync(10 * Hour);
        (await host.ShareAsync(flag)).ShouldBe(70);
        var settings = (await host.ReadAsync(flag)).Settings;
        settings.Active.ShouldBeFalse();
        (await host.ReadAsync(flag)).Version.ShouldBe(4);
        // Once done it is done.
        await host.PassAsync(10 * Hour);
        (await host.ReadAsync(flag)).Version.ShouldBe(4);
    }

    [Fact]
    public async Task Other_filters_take_the_place_of_all()
    {
        var flag = await host.FlagAsync();
        await host.PlanAsync(flag, new { at = host.Now + Hour, filters = new { groups = new[] { new { rollout_percentage = 42 } } } });
        await host.PassAsync(Hour);
        (await host.ReadAsync(flag)).Settings.Filters.Groups.ShouldHaveSingleItem().RolloutPercentage.ShouldBe(42);
    }

    [Fact]
    public async Task A_set_is_found_where_it_has_moved_and_refused_once_it_is_another()
    {
        var flag = await host.FlagAsync();
        await host.PlanAsync(flag, new { at = host.Now + Hour, set = 1, rollout_percentage = 10 });
        await host.PlanAsync(flag, new { at = host.Now + (2 * Hour), set = 1, rollout_percentage = 20 });
        async Task SetAsync(string groups) =>
            await host.Client.PatchAsync($"{host.Path}/{flag}", new { filters = JsonElement.Parse($$"""{"groups":[{{groups}}]}""") }).JsonAsync();
        await SetAsync("""{"properties":[{"key":"plan","type":"person","value":"pro"}],"rollout_percentage":100}""");
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(10);

        await SetAsync("""{"properties":[{"key":"plan","type":"person","value":"team"}],"rollout_percentage":10}""");
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(10);
        var refused = (await host.StepsAsync(flag))[0];
        refused.Text("state").ShouldBe("refused");
        refused.Text("detail").ShouldBe("Set 2 is gone: its conditions were changed, or it was removed.");
    }

    [Fact]
    public async Task An_archived_and_a_deleted_flag_are_left_alone_and_the_reason_is_kept()
    {
        var (archived, deleted) = (await host.FlagAsync(), await host.FlagAsync());
        foreach (var flag in (int[])[archived, deleted])
        {
            await host.PlanAsync(flag, new { at = host.Now + Hour, active = false });
        }
        await host.Client.PostAsync($"{host.Path}/{archived}/archive", new { }).JsonAsync();
        await host.PlanAsync(archived, new { at = host.Now + Hour, active = false }, HttpStatusCode.BadRequest);
        (await host.Client.EraseAsync($"{host.Path}/{deleted}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await host.PassAsync(Hour);
        (await host.StepsAsync(archived))[0].Text("detail").ShouldBe("The flag is archived.");
        (await host.Get<FlagSchedule>().ListAsync(host.Grant.ProjectId, deleted, Cancellation)).ShouldHaveSingleItem().Detail.ShouldBe("The flag was deleted.");
    }

    [Fact]
    public async Task A_ramp_that_was_held_goes_on_as_much_later_as_it_was_held()
    {
        var flag = await host.FlagAsync();
        var steps = await host.PlanAsync(flag, new { set = 0, percentages = new[] { 10, 50, 100 }, at = host.Now + Hour, every_hours = 1 });
        await host.PassAsync(Hour);
        var second = $"{host.Path}/{flag}/schedule/{steps[1].GetProperty("id")}";
        (await host.Client.PatchAsync(second, new { paused = true }).JsonAsync()).Text("state").ShouldBe("paused");
        await host.PassAsync(10 * Hour);
        (await host.ShareAsync(flag)).ShouldBe(10);
        await host.Client.PatchAsync(second, new { paused = false }).JsonAsync();
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(50);
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(100);
    }

    [Fact]
    public async Task A_change_is_moved_and_a_ramp_is_cancelled()
    {
        var flag = await host.FlagAsync();
        var steps = await host.PlanAsync(flag, new
        {
            set = 0,
            steps = new[] { new { at = host.Now + Hour, rollout_percentage = 10 }, new { at = host.Now + (2 * Hour), rollout_percentage = 50 }, new { at = host.Now + (3 * Hour), rollout_percentage = 90 } },
        });
        string At(int index) => $"{host.Path}/{flag}/schedule/{steps[index].GetProperty("id")}";
        await host.Client.PatchAsync(At(0), new { at = host.Now + (90 * Hour / 60) }).JsonAsync();
        await host.PassAsync(Hour);
        (await host.ShareAsync(flag)).ShouldBe(0);
        await host.PassAsync(Hour / 2);
        (await host.ShareAsync(flag)).ShouldBe(10);
        (await host.Client.EraseAsync(At(0))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await host.Client.EraseAsync($"{At(1)}?ramp=true")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await host.PassAsync(10 * Hour);
        (await host.ShareAsync(flag)).ShouldBe(10);
        (await host.StepsAsync(flag)).Select(step => step.Text("state")).Order(StringComparer.Ordinal).ShouldBe(["applied", "cancelled", "cancelled"]);
    }

    [Theory]
    [InlineData("""{"active":true}""", "at")]
    [InlineData("""{"at":"2020-01-01T00:00:00Z","active":true}""", "at")]
    [InlineData("""{"at":"2999-01-01T00:00:00Z","active":true}""", "at")]
    [InlineData("""{"at":"AHEAD"}""", "active")]
    [InlineData("""{"at":"AHEAD","set":7,"rollout_percentage":5}""", "set")]
    [InlineData("""{"at":"AHEAD","set":0,"rollout_percentage":101}""", "rollout_percentage")]
    [InlineData("""{"at":"AHEAD","filters":{"groups":[{"rollout_percentage":-1}]}}""", "filters.groups[0].rollout_percentage")]
    [InlineData("""{"set":0,"percentages":[5,50],"at":"AHEAD"}""", "every_hours")]
    [InlineData("""{"set":0,"steps":[{"at":"AHEAD","rollout_percentage":5},{"at":"AHEAD","rollout_percentage":9}]}""", "steps")]
    [InlineData("[]", "at")]
    public async Task What_cannot_be_done_is_not_planned(string body, string attribute)
    {
        var flag = await host.FlagAsync();
        var json = JsonElement.Parse(body.Replace("AHEAD", (host.Now + Hour).ToString("O"), StringComparison.Ordinal));
        (await host.PlanAsync(flag, json, HttpStatusCode.BadRequest)).Text("attr").ShouldBe(attribute);
        (await host.StepsAsync(flag)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_may_only_look_plans_nothing_and_other_projects_see_nothing()
    {
        var flag = await host.FlagAsync();
        var step = (await host.PlanAsync(flag, new { at = host.Now + Hour, active = false }))[0].GetProperty("id");
        using var reader = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "feature_flag:read");
        await reader.FetchAsync($"{host.Path}/{flag}/schedule").JsonAsync();
        await reader.PostAsync($"{host.Path}/{flag}/schedule", new { at = host.Now + Hour, active = true }).JsonAsync(HttpStatusCode.Forbidden);
        (await reader.EraseAsync($"{host.Path}/{flag}/schedule/{step}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var other = (await host.Client.PostAsync("/api/projects", new { name = "Other" }).JsonAsync(HttpStatusCode.Created)).GetProperty("id");
        await host.Client.FetchAsync($"/api/projects/{other}/feature_flags/{flag}/schedule").JsonAsync(HttpStatusCode.NotFound);
        (await host.Client.EraseAsync($"/api/projects/{other}/feature_flags/{flag}/schedule/{step}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_came_due_while_the_product_was_down_is_done_when_it_is_back()
    {
        var folder = Storage.MigratedFolder.New("prickle-schedule-");
        var copy = Directory.CreateTempSubdirectory("prickle-schedule-").FullName;
        int flag;
        await using (var before = await AccountsHost.StartAsync(folder: folder))
        {
            await before.Get<Registration>().SetUpAsync(new FirstOwner(AccountsHost.OwnerEmail, AccountsHost.Password, "Burrow", "Production"), Cancellation);
            var grant = await before.ProjectAsync();
            flag = (await before.Get<FlagAdministration>().CreateAsync(
                grant, new FlagSettings { Key = "ramped", Filters = new FlagFilters { Groups = [new FlagCondition { RolloutPercentage = 0 }] } }, Cancellation))
                .ShouldBeOfType<Outcome<FeatureFlag>.Done>().Value.Id;
            var set = new FlagCondition { RolloutPercentage = 0 };
            (await before.Get<FlagSchedule>().AddAsync(
                grant, flag, [.. Enumerable.Range(1, 3).Select(step => new FlagStepDraft(before.Time.GetUtcNow() + (step * Hour), new FlagScheduledChange.Rollout(0, set, 10 * step)))], Cancellation))
                .ShouldBeOfType<Outcome<IReadOnlyList<FlagStep>>.Done>();
            before.Time.Advance(Hour);
            await before.Get<FlagScheduleRunner>().RunDueAsync(Cancellation);
            // As if it were killed now: nothing is told to end.
            Copy(folder, copy);
        }
        await using var after = await AccountsHost.StartAsync(folder: copy);
        after.Time.Advance(10 * Hour);
        await after.Get<FlagScheduleRunner>().RunDueAsync(Cancellation);
        var found = (await after.Get<FlagQueries>().FindAsync((await after.ProjectAsync()).ProjectId, flag, Cancellation))!;
        found.Settings.Filters.Groups[0].RolloutPercentage.ShouldBe(30);
        // Made, and three steps: the first was not done again.
        found.Version.ShouldBe(4);
    }

    [Theory]
    [InlineData("2026-03-28T08:00:00Z", "today at 09:00")]
    [InlineData("2026-03-29T07:00:00Z", "tomorrow at 09:00")]
    [InlineData("2026-03-27T23:30:00Z", "today at 00:30")]
    [InlineData("2026-03-27T22:30:00Z", "yesterday at 23:30")]
    [InlineData("2026-04-02T07:00:00Z", "on Thursday at 09:00")]
    [InlineData("2026-05-02T07:00:00Z", "on 2 May at 09:00")]
    [InlineData("2027-05-02T07:00:00Z", "on 2 May 2027 at 09:00")]
    public void Times_are_told_in_the_project_s_zone(string at, string words) =>
        // Clocks go forward in the night after this day.
        FlagStepWords.When(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))
            .ShouldBe(words);

    static void Copy(string from, string to)
    {
        using var source = new SqliteConnection($"Data Source={Path.Combine(from, "prickle.db")}");
        using var target = new SqliteConnection($"Data Source={Path.Combine(to, "prickle.db")};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }
}
