using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Prickle.Persons;
using Prickle.Persons.Identity;

namespace Prickle.Tests.Persons;

public sealed class IdentityGraphTests
{
    static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    readonly IdentityGraph _graph = new(new FakeTimeProvider(Now));

    [Fact]
    public void An_anonymous_event_has_a_person_id_that_identifying_keeps_for_the_same_id()
    {
        var anonymous = Apply("visitor", usesProfile: false);
        anonymous.HasProfile.ShouldBeFalse();
        _graph.ChangedPersons.ShouldBeEmpty();
        var known = Apply("visitor");
        known.PersonId.ShouldBe(anonymous.PersonId);
        known.HasProfile.ShouldBeTrue();
    }

    [Fact]
    public void Identifying_makes_one_person_of_both_ids_and_marks_the_older_id_as_an_override()
    {
        var signal = Apply("maya", otherId: "visitor", identifies: true);
        Apply("visitor", usesProfile: false).PersonId.ShouldBe(signal.PersonId);
        _graph.Find(1, "visitor")!.IsOverride.ShouldBeTrue();
        _graph.Find(1, "maya")!.IsOverride.ShouldBeFalse();
        _graph.Find(1, "maya")!.Person.IsIdentified.ShouldBeTrue();
    }

    [Fact]
    public void An_id_that_leads_nowhere_joins_the_person_of_the_other()
    {
        var visitor = Apply("visitor");
        Apply("maya", otherId: "visitor", identifies: true).PersonId.ShouldBe(visitor.PersonId);
        _graph.Find(1, "maya")!.IsOverride.ShouldBeTrue();
    }

    [Fact]
    public void In_a_merge_the_targets_values_win_the_others_fill_holes_and_the_earliest_creation_stays()
    {
        Apply("visitor", set: """{"plan":"free","browser":"Chrome"}""", at: Now.AddDays(-3));
        Apply("maya", set: """{"plan":"pro"}""");
        Apply("maya", otherId: "visitor", identifies: true);
        var person = _graph.Find(1, "maya")!.Person;
        Properties(person).ShouldBe("""{"plan":"pro","browser":"Chrome"}""");
        person.CreatedAt.ShouldBe(Now.AddDays(-3));
        _graph.Find(1, "visitor")!.Person.ShouldBeSameAs(person);
        _graph.Merges.Single().MovedIds.ShouldBe(["visitor"]);
    }

    [Fact]
    public void Two_identified_persons_stay_two_unless_the_merge_is_dangerous()
    {
        Apply("jon", otherId: "a", identifies: true);
        Apply("maya", otherId: "b", identifies: true);
        Apply("maya", otherId: "jon", identifies: true).Refusal.ShouldBe(MergeRefusal.AlreadyIdentified);
        _graph.Find(1, "jon")!.Person.ShouldNotBeSameAs(_graph.Find(1, "maya")!.Person);
        Apply("maya", otherId: "jon", identifies: true, isDangerous: true).Refusal.ShouldBeNull();
        _graph.Find(1, "a")!.Person.ShouldBeSameAs(_graph.Find(1, "b")!.Person);
    }

    [Theory]
    [InlineData("undefined")]
    [InlineData("NULL", false)]
    [InlineData("null")]
    [InlineData("Anonymous")]
    [InlineData("[object Object]")]
    [InlineData("\"undefined\"")]
    [InlineData("  ")]
    [InlineData("0")]
    [InlineData("00", false)]
    public void Ids_that_many_people_share_are_not_merged(string id, bool isIllegal = true) =>
        Apply("maya", otherId: id, identifies: true).Refusal.ShouldBe(isIllegal ? MergeRefusal.IllegalId : null);

    [Fact]
    public void Set_once_fills_only_holes_set_overwrites_and_unset_removes()
    {
        Apply("maya", properties: """{"$set_once":{"plan":"free"}}""");
        Apply("maya", properties: """{"$set_once":{"plan":"pro"}}""");
        Properties(_graph.Find(1, "maya")!.Person).ShouldBe("""{"plan":"free"}""");
        Apply("maya", properties: """{"$set":{"plan":"pro"}}""");
        Properties(_graph.Find(1, "maya")!.Person).ShouldBe("""{"plan":"pro"}""");
        Apply("maya", properties: """{"$unset":["plan"]}""");
        Properties(_graph.Find(1, "maya")!.Person).ShouldBe("{}");
    }

    [Fact]
    public void What_stands_beside_the_properties_wins_over_what_stands_in_them()
    {
        Apply("maya", properties: """{"$set":{"plan":"inside","a":1}}""", set: """{"plan":"beside"}""");
        Properties(_graph.Find(1, "maya")!.Person).ShouldBe("""{"plan":"beside","a":1}""");
    }

    [Fact]
    public void A_person_takes_the_first_and_the_latest_of_some_event_properties()
    {
        Apply("maya", properties: """{"$browser":"Firefox","utm_source":"mail","other":1}""");
        Apply("maya", properties: """{"$browser":"Chrome"}""");
        Properties(_graph.Find(1, "maya")!.Person).ShouldBe(
            """{"$initial_browser":"Firefox","$browser":"Chrome","$initial_utm_source":"mail","utm_source":"mail"}""");
    }

    [Fact]
    public void An_event_that_says_nothing_new_changes_nothing()
    {
        Apply("maya", properties: """{"$set":{"plan":"pro","n":1.50,"tags":["a"]},"$browser":"Chrome"}""");
        foreach (var person in _graph.ChangedPersons.ToList())
        {
            person.IsChanged = false;
        }

        Apply("maya", properties: """{"$set":{"plan":"pro","n":1.50,"tags":["a"]},"$browser":"Chrome"}""");
        _graph.ChangedPersons.ShouldBeEmpty();
    }

    [Fact]
    public void Projects_do_not_share_ids()
    {
        Apply("maya").PersonId.ShouldNotBe(Apply("maya", projectId: 2).PersonId);
    }

    PersonSignal Apply(
        string distinctId, string? otherId = null, bool identifies = false, bool isDangerous = false, bool usesProfile = true,
        string? set = null, string? properties = null, DateTimeOffset? at = null, int projectId = 1)
    {
        var signal = new PersonSignal
        {
            ProjectId = projectId,
            DistinctId = distinctId,
            At = at ?? Now,
            OtherId = otherId,
            Identifies = identifies,
            IsDangerous = isDangerous,
            UsesProfile = usesProfile,
            Set = set is null ? default : JsonElement.Parse(set),
            Properties = properties is null ? default : JsonElement.Parse(properties),
        };
        _graph.Apply(signal);
        return signal;
    }

    static string Properties(Person person) => person.Properties.ToJson();
}
