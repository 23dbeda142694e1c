using Prickle.Automations;
using Prickle.Automations.Definition;
using Prickle.Automations.Pages;
using Prickle.Filters;

namespace Prickle.Tests.Automations.Pages;

/// <summary>How a flow is drawn, and how it is changed.</summary>
public sealed class FlowTests
{
    static DestinationStep Tell(string id, string? next = null) => new(id, "slack") { Next = next };

    static AutomationDefinition Flow(params AutomationStep[] steps) => new() { Steps = steps };

    static BranchStep Branch(string id, string? next, params string?[] ways) => new(id)
    {
        Next = next,
        Branches = [.. ways.Select((way, index) => new ConditionBranch($"way {index}", FilterGroup.Everything) { Next = way })],
    };

    // a, then either b or c, and both go on with d.
    static readonly AutomationDefinition Diamond = Flow(Tell("a", "choose"), Branch("choose", "c", "b"), Tell("b", "d"), Tell("c", "d"), Tell("d"));

    static string Drawn(AutomationDefinition definition) => Drawn(FlowPlan.Of(definition));

    static string Drawn(IEnumerable<FlowPart> parts) => string.Join(' ', parts.Select(part => part switch
    {
        FlowCard card => card.Step.Id,
        FlowColumns columns => $"[{string.Join(" | ", columns.Columns.Select(column => Drawn(column.Parts)))}]",
        FlowLink link => $"->{link.Step}",
        FlowEnd => "end",
        _ => "",
    }).Where(text => text.Length > 0));

    static string Written(AutomationDefinition definition) => string.Join(", ", definition.Steps.Select(step => $"{step.Id}>{string.Join('/', step.Ways.Select(way => way.Target ?? "end"))}"));

    [Fact]
    public void Steps_stand_one_below_the_other() => Drawn(Flow(Tell("a", "b"), Tell("b"))).ShouldBe("a b end");

    [Fact]
    public void Nothing_but_an_end_is_drawn_of_an_empty_flow() => Drawn(Flow()).ShouldBe("end");

    [Fact]
    public void Ways_stand_side_by_side_and_meet_again() => Drawn(Diamond).ShouldBe("a choose [b | c] d end");

    [Fact]
    public void Ways_that_all_end_have_one_end_below_them() => Drawn(Flow(Branch("choose", null, "b"), Tell("b"))).ShouldBe("choose [b | ] end");

    [Fact]
    public void A_way_that_ends_alone_says_so() =>
        Drawn(Flow(Branch("choose", "d", "b", "c"), Tell("b"), Tell("c", "d"), Tell("d"))).ShouldBe("choose [b end | c | ] d end");

    [Fact]
    public void A_circle_leads_back_by_a_link() =>
        Drawn(Flow(Tell("a", "wait"), new PauseUntilStep("wait", new Period(TimeSpan.FromDays(1))) { Next = null, OnTimeout = "a" })).ShouldBe("a wait [end | ->a]");

    [Fact]
    public void Branches_within_branches_meet_where_the_outer_ones_do() =>
        Drawn(Flow(Branch("outer", "inner", "b"), Tell("b", "d"), Branch("inner", "c", "e"), Tell("c", "d"), Tell("e", "d"), Tell("d"))).ShouldBe("outer [b | inner [e | c]] d end");

    [Fact]
    public void Every_step_that_is_reached_is_drawn_once_and_the_others_are_named()
    {
        FlowPlan.OrphansOf(Flow(Tell("a"), Tell("lost"))).ShouldHaveSingleItem().Id.ShouldBe("lost");
        FlowPlan.OrphansOf(Diamond).ShouldBeEmpty();
    }

    [Fact]
    public void A_step_is_put_between_two() => Written(FlowEditing.Insert(Flow(Tell("a", "b"), Tell("b")), [new FlowWay("a", 0)], Tell("new"))).ShouldBe("a>new, b>end, new>b");

    [Fact]
    public void A_step_at_the_beginning_is_the_first() => Written(FlowEditing.Insert(Flow(Tell("a")), [FlowWay.Start], Tell("new"))).ShouldBe("new>a, a>end");

    [Fact]
    public void A_new_branch_leads_every_way_to_what_came_before() =>
        Written(FlowEditing.Insert(Flow(Tell("a", "b"), Tell("b")), [new FlowWay("a", 0)], Branch("choose", null, (string?)null))).ShouldBe("a>choose, b>end, choose>b/b");

    [Fact]
    public void A_step_is_put_where_ways_meet()
    {
        var gap = FlowPlan.Of(Diamond).OfType<FlowGap>().Single(one => one.Ways.Count == 2);
        Drawn(FlowEditing.Insert(Diamond, gap.Ways, Tell("new"))).ShouldBe("a choose [b | c] new d end");
    }

    [Fact]
    public void What_went_through_a_step_goes_on_behind_it() => Written(FlowEditing.Remove(Flow(Tell("a", "b"), Tell("b", "c"), Tell("c")), "b")).ShouldBe("a>c, c>end");

    [Fact]
    public void The_second_step_begins_when_the_first_is_taken_out() => Written(FlowEditing.Remove(Flow(Tell("a", "b"), Tell("b")), "a")).ShouldBe("b>end");

    [Fact]
    public void A_branch_takes_its_ways_with_it_and_the_flow_goes_on_where_they_met()
    {
        FlowEditing.LostWith(Diamond, "choose").ShouldBe(2);
        Written(FlowEditing.Remove(Diamond, "choose")).ShouldBe("a>d, d>end");
    }

    [Fact]
    public void The_last_step_leaves_an_empty_flow() => FlowEditing.Remove(Flow(Tell("a")), "a").Steps.ShouldBeEmpty();

    [Fact]
    public void A_way_taken_out_of_a_branch_takes_its_steps_with_it()
    {
        var definition = Flow(Branch("choose", "d", "b", "c"), Tell("b", "d"), Tell("c", "d"), Tell("d"));
        Written(FlowEditing.Replace(definition, Branch("choose", "d", "b"))).ShouldBe("choose>b/d, b>d, d>end");
    }

    [Fact]
    public void Two_steps_change_places()
    {
        var definition = Flow(Tell("a", "b"), Tell("b", "c"), Tell("c"));
        Drawn(FlowEditing.MoveUp(definition, "b")).ShouldBe("b a c end");
        Drawn(FlowEditing.MoveDown(definition, "b")).ShouldBe("a c b end");
        FlowEditing.CanMoveUp(definition, "a").ShouldBeFalse();
        FlowEditing.CanMoveDown(definition, "c").ShouldBeFalse();
    }

    [Fact]
    public void A_step_does_not_move_out_of_its_way()
    {
        FlowEditing.CanMoveUp(Diamond, "b").ShouldBeFalse();
        FlowEditing.CanMoveDown(Diamond, "b").ShouldBeFalse();
        FlowEditing.CanMoveUp(Diamond, "d").ShouldBeFalse();
    }

    [Fact]
    public void A_copy_stands_behind_its_step_with_an_id_of_its_own()
    {
        Written(FlowEditing.Duplicate(Flow(Tell("slack", "b"), Tell("b")), "slack", out var copy)).ShouldBe("slack>slack_2, b>end, slack_2>b");
        copy.ShouldBe("slack_2");
    }

    [Fact]
    public void Every_change_leaves_a_whole_flow()
    {
        AutomationDefinition[] changed =
        [
            FlowEditing.Insert(Diamond, [new FlowWay("choose", 0)], Tell("new")), FlowEditing.Remove(Diamond, "a"), FlowEditing.Remove(Diamond, "b"),
            FlowEditing.Remove(Diamond, "choose"), FlowEditing.Remove(Diamond, "d"), FlowEditing.Duplicate(Diamond, "choose", out _), FlowEditing.Duplicate(Diamond, "c", out _),
        ];
        foreach (var definition in changed)
        {
            FlowCheck.ProblemsOf(definition.Steps).ShouldBeEmpty(Written(definition));
        }
    }

    [Fact]
    public void What_is_typed_into_one_field_is_undone_at_once_and_done_again()
    {
        var history = new EditHistory();
        AutomationSettings Named(string name) => new() { Name = name };
        history.Add(Named("A"), "name");
        history.Add(Named("AB"), "name");
        history.Add(Named("ABC"), "description");
        history.Undo(Named("ABCD")).Name.ShouldBe("ABC");
        history.Undo(Named("ABC")).Name.ShouldBe("A");
        history.CanUndo.ShouldBeFalse();
        history.Redo(Named("A")).Name.ShouldBe("ABC");
        history.Add(Named("ABC"), null);
        history.CanRedo.ShouldBeFalse();
    }
}
