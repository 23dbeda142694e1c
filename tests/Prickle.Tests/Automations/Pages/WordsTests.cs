using Prickle.Automations;
using Prickle.Automations.Pages;
using Prickle.Filters;

namespace Prickle.Tests.Automations.Pages;

/// <summary>Triggers, steps and versions as people read them.</summary>
public sealed class WordsTests
{
    static readonly AutomationNames Names = new();

    [Theory]
    [InlineData("0 9 * * 1", "Every week on Monday at 09:00")]
    [InlineData("30 7 * * 1-5", "Every weekday at 07:30")]
    [InlineData("5 * * * *", "Every hour at minute 5")]
    [InlineData("0 0 1 * *", "On day 1 of every month at 00:00")]
    [InlineData("15 22 * * *", "Every day at 22:15")]
    [InlineData("*/15 * * * *", "By the schedule */15 * * * *")]
    public void Schedules_are_said_in_words(string cron, string words) => CronWords.Of(cron).ShouldBe(words);

    [Theory]
    [InlineData("0 9 * * 1")]
    [InlineData("5 * * * *")]
    [InlineData("0 0 31 * *")]
    [InlineData("15 22 * * *")]
    public void What_the_form_reads_it_writes(string cron) => CronWords.Read(cron).ShouldNotBeNull().Write().ShouldBe(cron);

    [Fact]
    public void Triggers_read_like_the_beginning_of_a_sentence()
    {
        FlowWords.Of(new EventTrigger { Events = ["signed up", "joined"], Filters = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]) }, Names)
            .ShouldBe("When signed up or joined happens where plan equals pro");
        FlowWords.Of(new ThresholdTrigger(new Period(TimeSpan.FromMinutes(10)), 50) { Event = "$exception" }, Names)
            .ShouldBe("When the number of $exception within 10 minutes rises above 50");
    }

    [Fact]
    public void Versions_differ_by_step_and_field()
    {
        var before = new AutomationDefinition { Steps = [new PauseStep("wait", new Period(TimeSpan.FromHours(1))) { Next = "tell" }, new DestinationStep("tell", "slack") { Fields = new Dictionary<string, string> { ["text"] = "Hello" } }] };
        var after = new AutomationDefinition { Steps = [before.Steps[0], new DestinationStep("tell", "slack") { Fields = new Dictionary<string, string> { ["text"] = "Good day" }, Next = "more" }, new DestinationStep("more", "slack")] };
        var differences = DefinitionDifferences.Of(before, after, Names);
        differences.Select(one => one.What).ShouldBe(["Changed: slack", "Added: slack"]);
        differences[0].Lines.ShouldBe([("text", "Hello", "Good day"), ("next", "nothing", "more")], ignoreOrder: true);
        DefinitionDifferences.Of(after, after, Names).ShouldBeEmpty();
    }

    [Fact]
    public void Names_that_are_no_plain_words_stand_in_brackets()
    {
        VariableOffers.Member("event.properties", "plan").ShouldBe("event.properties.plan");
        VariableOffers.Member("event.properties", "$current_url").ShouldBe("event.properties[\"$current_url\"]");
    }

    [Fact]
    public void Only_what_earlier_steps_give_is_offered()
    {
        var definition = new AutomationDefinition { Steps = [new DestinationStep("issue", "github") { Next = "tell" }, new DestinationStep("tell", "slack")] };
        VariableOffers.Known(definition, "tell", Names).Select(one => one.Path).ShouldContain("steps.issue.url");
        VariableOffers.Known(definition, "issue", Names).Select(one => one.Path).ShouldNotContain("steps.issue.url");
    }
}
