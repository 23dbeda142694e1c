using Prickle.Accounts;

namespace Prickle.Tests.Accounts;

public sealed class PermissionTests
{
    static readonly Project Burrow = new(1, 1, "Burrow", "phc_x", "UTC", false, null, [], DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(Role.Viewer, Resource.Insight, Level.Read)]
    [InlineData(Role.Viewer, Resource.House, Level.None)]
    [InlineData(Role.Viewer, Resource.ActivityLog, Level.None)]
    [InlineData(Role.Viewer, Resource.Project, Level.Read)]
    [InlineData(Role.Viewer, Resource.Key, Level.Write)]
    [InlineData(Role.Member, Resource.Insight, Level.Write)]
    [InlineData(Role.Member, Resource.Project, Level.Read)]
    [InlineData(Role.Member, Resource.Member, Level.Read)]
    [InlineData(Role.Member, Resource.House, Level.Read)]
    [InlineData(Role.Admin, Resource.Project, Level.Write)]
    [InlineData(Role.Admin, Resource.House, Level.Write)]
    [InlineData(Role.Owner, Resource.Organization, Level.Write)]
    public void Each_role_reaches_as_far_as_the_table_says(Role role, Resource resource, Level expected) =>
        Grant(role).LevelOf(resource).ShouldBe(expected);

    [Fact]
    public void A_higher_role_is_never_allowed_less()
    {
        foreach (var resource in Enum.GetValues<Resource>())
        {
            var levels = new[] { Role.Viewer, Role.Member, Role.Admin, Role.Owner }.Select(role => Grant(role).LevelOf(resource)).ToArray();
            levels.ShouldBe(levels.Order().ToArray(), resource.ToString());
        }
    }

    [Theory]
    [InlineData("event:read", Resource.Event, Level.Read)]
    [InlineData("event:write", Resource.Event, Level.Write)]
    [InlineData("event:write", Resource.Person, Level.None)]
    [InlineData("feature_flag:read", Resource.FeatureFlag, Level.Read)]
    [InlineData("*", Resource.House, Level.Write)]
    [InlineData("*:read", Resource.House, Level.Read)]
    [InlineData("event:write *:read", Resource.Event, Level.Write)]
    [InlineData("*:read event:write", Resource.Event, Level.Write)]
    public void Scopes_reach_as_far_as_they_say(string texts, Resource resource, Level expected)
    {
        Scopes.TryParse(texts.Split(' '), out var scopes, out _).ShouldBeTrue();
        scopes.LevelOf(resource).ShouldBe(expected);
    }

    [Theory]
    [InlineData("event")]
    [InlineData("event:")]
    [InlineData(":read")]
    [InlineData("event:read:write")]
    [InlineData("Event:read")]
    [InlineData("**")]
    [InlineData("*:none")]
    public void Other_texts_are_no_scopes(string text)
    {
        Scopes.TryParse(["event:read", text], out _, out var unknown).ShouldBeFalse();
        unknown.ShouldBe(text);
    }

    [Fact]
    public void A_key_narrows_the_role_and_the_reason_says_which_of_both_is_missing()
    {
        Scopes.TryParse(["project:write", "insight:read"], out var scopes, out _).ShouldBeTrue();
        var key = new ActorKey(Guid.Empty, "Key", scopes, null, null, null);
        var grant = Grant(Role.Member, key);
        grant.Check(Resource.Insight, Level.Write).ShouldBe(Permission.ScopeMissing);
        grant.Check(Resource.Project, Level.Write).ShouldBe(Permission.RoleTooLow);
        grant.Check(Resource.Insight, Level.Read).ShouldBe(Permission.Granted);
    }

    static ProjectGrant Grant(Role role, ActorKey? key = null) => new(Burrow, new Actor(Guid.Empty, "", key), role);
}
