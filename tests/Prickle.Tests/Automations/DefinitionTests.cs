using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Automations;
using Prickle.Automations.Definition;
using Prickle.Automations.Engine;

namespace Prickle.Tests.Automations;

/// <summary>What a definition may be, and how it is said.</summary>
public sealed class DefinitionTests
{
    [Theory]
    [InlineData("90s", 90, "1m30s", "1 minute and 30 seconds")]
    [InlineData("2h", 7200, "2h", "2 hours")]
    [InlineData("1h30m", 5400, "1h30m", "1 hour and 30 minutes")]
    [InlineData("0.5d", 43_200, "12h", "12 hours")]
    [InlineData("2w", 1_209_600, "2w", "2 weeks")]
    public void Times_are_written_as_people_do(string text, int seconds, string written, string words)
    {
        Period.TryParse(text, out var period).ShouldBeTrue();
        period.Length.TotalSeconds.ShouldBe(seconds);
        period.ToString().ShouldBe(written);
        period.Words.ShouldBe(words);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("h")]
    [InlineData("30m1h")]
    [InlineData("2 fortnights")]
    [InlineData("9999d")]
    [InlineData("-1h")]
    public void Other_texts_are_no_times(string text) => Period.TryParse(text, out _).ShouldBeFalse();

    static DestinationStep Tell(string id, string? next = null) => new(id, "recorder") { Next = next };

    static PauseStep Wait(string id, string? next) => new(id, new Period(TimeSpan.FromHours(1))) { Next = next };

    [Fact]
    public void A_way_that_leads_nowhere_is_named_with_its_step() =>
        FlowCheck.ProblemsOf([Tell("one", "two")]).ShouldHaveSingleItem().ShouldBe(new AutomationProblem("one", "next", "Step one goes on to two, which does not exist."));

    [Fact]
    public void A_step_to_which_no_way_leads_is_named() =>
        FlowCheck.ProblemsOf([Tell("one"), Tell("two")]).ShouldHaveSingleItem().ShouldBe(new AutomationProblem("two", "next", "No way leads to step two."));

    [Fact]
    public void A_circle_needs_a_pause()
    {
        FlowCheck.ProblemsOf([Tell("one", "two"), Tell("two", "one")]).ShouldHaveSingleItem().Detail.ShouldContain("circle without a pause");
        FlowCheck.ProblemsOf([Tell("one", "two"), Wait("two", "one")]).ShouldBeEmpty();
    }

    [Fact]
    public void Two_steps_of_one_name_are_refused() => FlowCheck.ProblemsOf([Tell("one", "one"), Tell("one")]).ShouldContain(problem => problem.Detail == "Two steps are called one.");

    [Fact]
    public void Shares_that_do_not_add_up_are_refused() =>
        StepCheck.ProblemsOf(new SplitStep("s") { Parts = [new("a", 50), new("b", 40)] }, true).ShouldHaveSingleItem().Detail.ShouldBe("The shares add up to 90 in place of 100.");

    [Fact]
    public void A_schedule_that_is_none_is_refused() =>
        TriggerCheck.ProblemsOf(new ScheduleTrigger("every monday")).ShouldHaveSingleItem().Detail.ShouldContain("is not a schedule");

    [Fact]
    public void A_step_that_captures_what_begins_it_is_warned_of()
    {
        var definition = new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["ping"] },
            Steps = [new DestinationStep("again", "capture_event") { Fields = new Dictionary<string, string> { ["event"] = "ping" } }],
        };
        LoopCheck.WarningsOf(definition).ShouldHaveSingleItem().IsWarning.ShouldBeTrue();
    }

    const string File = """
        name: Welcome
        description: After sign-up
        trigger:
          type: event
          events: [signed up]
        steps:
        - type: pause
          id: wait
          for: 2h
          next: tell
        - type: destination
          id: tell
          kind: cohort
          fields:
            cohort: 12
            text: "Hello {{ person.properties.name }}"
        """;

    [Fact]
    public void A_file_says_the_same_after_a_round_trip()
    {
        var read = AutomationFiles.Import(File).ShouldBeOfType<Outcome<AutomationSettings>.Done>().Value;
        read.Name.ShouldBe("Welcome");
        read.Definition.Steps[0].ShouldBeOfType<PauseStep>().For.ToString().ShouldBe("2h");
        read.Definition.Steps[1].ShouldBeOfType<DestinationStep>().Fields["cohort"].ShouldBe("12");
        foreach (var text in (string[])[AutomationFiles.Export(read), AutomationFiles.ExportJson(read)])
        {
            var again = AutomationFiles.Import(text).ShouldBeOfType<Outcome<AutomationSettings>.Done>().Value;
            AutomationJson.Write(again.Definition).ShouldBe(AutomationJson.Write(read.Definition));
            again.Name.ShouldBe("Welcome");
        }
    }

    [Theory]
    [InlineData("name: [", "file")]
    [InlineData("name: x\ntrigger: {type: sunrise}", "trigger")]
    [InlineData("name: x\nsteps: [{type: pause, id: a, for: soon}]", "steps[0].for")]
    [InlineData("name: x\nstepps: []", "stepps")]
    public void A_file_that_cannot_be_read_is_refused_with_the_place(string text, string place) =>
        AutomationFiles.Import(text).ShouldBeOfType<Outcome<AutomationSettings>.Refused>().Refusal.Attribute.ShouldBe(place);

    [Theory]
    // Saturday noon in Berlin: Monday at nine there, which is 07:00 UTC in summer.
    [InlineData("2026-06-06T10:00:00Z", "2026-06-08T07:00:00Z")]
    // Monday at ten in Berlin lies within.
    [InlineData("2026-06-08T08:00:00Z", "2026-06-08T08:00:00Z")]
    // Friday evening waits for Monday.
    [InlineData("2026-06-05T18:00:00Z", "2026-06-08T07:00:00Z")]
    public void A_window_is_on_the_clock_of_its_zone(string now, string expected) =>
        LocalWindow.Next(At(now), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new TimeOnly(9, 0), new TimeOnly(17, 0), [1, 2, 3, 4, 5]).ShouldBe(At(expected));

    [Theory]
    [InlineData("2026-06-05T23:30:00Z", "2026-06-06T07:00:00Z")]
    [InlineData("2026-06-06T06:59:00Z", "2026-06-06T07:00:00Z")]
    [InlineData("2026-06-06T07:00:00Z", null)]
    public void Quiet_hours_go_over_midnight(string now, string? end) =>
        LocalWindow.EndOfQuiet(At(now), TimeZoneInfo.Utc, new TimeOnly(22, 0), new TimeOnly(7, 0)).ShouldBe(end is null ? null : At(end));

    static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void A_split_is_the_same_for_a_run_and_even_over_many()
    {
        var step = new SplitStep("s") { Parts = [new("a", 30), new("b", 70)] };
        var runs = Enumerable.Range(0, 10_000).Select(index => new Guid(index, 0, 0, new byte[8])).ToList();
        var first = runs.Count(run => SplitChoice.Of(step, run).Name == "a");
        // Three thousand, give or take four times the spread of about 46.
        first.ShouldBeInRange(2816, 3184);
        SplitChoice.Of(step, runs[7]).ShouldBe(SplitChoice.Of(step, runs[7]));
    }
}
