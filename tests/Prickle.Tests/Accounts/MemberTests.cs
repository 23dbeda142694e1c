using System.Net;
using Prickle.Accounts;

namespace Prickle.Tests.Accounts;

public sealed class MemberTests
{
    [Fact]
    public async Task Somebody_invited_makes_an_account_and_is_a_member()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var invitation = await owner.PostAsync("/api/organizations/@current/invitations", new { role = "member", email = "new@burrow.example" })
            .JsonAsync(HttpStatusCode.Created);
        var path = new Uri(invitation.Text("link")).AbsolutePath;
        path.ShouldStartWith("/invite/");

        using var browser = host.NewBrowser();
        (await browser.ReadAsync(path)).ShouldContain("Join Burrow");
        var response = await browser.SubmitAsync(path, "join",
            ("Input.Email", "new@burrow.example"), ("Input.Name", "New"), ("Input.Password", AccountsHost.Password));
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.IsSignedInAsync()).ShouldBeTrue();

        var members = await owner.FetchAsync("/api/organizations/@current/members?search=NEW@").JsonAsync();
        members.GetProperty("results")[0].Text("role").ShouldBe("member");
        await browser.ReadAsync(path, HttpStatusCode.Gone);
        (await owner.FetchAsync("/api/organizations/@current/invitations").JsonAsync()).GetProperty("count").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task An_invitation_ends_after_a_week()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var invitation = await host.InviteAsync(Role.Member);
        host.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await host.Get<Invitations>().FindAsync(invitation.Token, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        using var browser = host.NewBrowser();
        (await browser.ReadAsync(invitation.Path, HttpStatusCode.Gone)).ShouldContain("cannot be used");
        var outcome = await host.Get<Registration>().JoinAsync(
            invitation.Token, "late@burrow.example", "Late", AccountsHost.Password, TestContext.Current.CancellationToken);
        outcome.ShouldBeOfType<Outcome<User>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.InvitationExpired);
    }

    [Fact]
    public async Task An_invitation_for_one_address_is_no_good_for_another_and_makes_no_account()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var invitation = await host.InviteAsync(Role.Member, "right@burrow.example");
        var registration = host.Get<Registration>();
        var wrong = await registration.JoinAsync(
            invitation.Token, "wrong@burrow.example", "Wrong", AccountsHost.Password, TestContext.Current.CancellationToken);
        wrong.ShouldBeOfType<Outcome<User>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.WrongEmail);

        var again = await host.InviteAsync(Role.Member, "wrong@burrow.example");
        (await registration.JoinAsync(again.Token, "wrong@burrow.example", "Wrong", AccountsHost.Password, TestContext.Current.CancellationToken))
            .ShouldBeOfType<Outcome<User>.Done>();
    }

    [Fact]
    public async Task A_withdrawn_invitation_is_no_good()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var invitation = await host.InviteAsync(Role.Member);
        await owner.EraseAsync($"/api/organizations/@current/invitations/{invitation.Invitation.Id}").JsonAsync(HttpStatusCode.NoContent);
        using var browser = host.NewBrowser();
        await browser.ReadAsync(invitation.Path, HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Somebody_with_an_account_joins_another_organization_by_a_click()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        await host.JoinAsync(Role.Admin, "admin@burrow.example");
        using var admin = await host.ProgramAsync("admin@burrow.example", "*");
        var second = await admin.PostAsync("/api/organizations", new { name = "Hollow" }).JsonAsync(HttpStatusCode.Created);
        var invitation = await admin.PostAsync($"/api/organizations/{second.GetProperty("id")}/invitations", new { role = "viewer" })
            .JsonAsync(HttpStatusCode.Created);

        using var browser = await host.SignedInBrowserAsync();
        (await browser.SubmitAsync(new Uri(invitation.Text("link")).AbsolutePath, "accept")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var organizations = await browser.Http.FetchAsync("/api/organizations").JsonAsync();
        organizations.GetProperty("results").EnumerateArray().Select(item => (item.Text("name"), item.Text("role")))
            .ShouldBe([("Burrow", "owner"), ("Hollow", "viewer")]);
    }

    [Fact]
    public async Task The_last_owner_can_neither_leave_nor_step_down()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var self = (await host.ActorAsync(AccountsHost.OwnerEmail)).UserId;
        var other = (await host.JoinAsync(Role.Member, "other@burrow.example")).UserId;
        (await owner.EraseAsync($"/api/organizations/@current/members/{self}").JsonAsync(HttpStatusCode.Conflict)).Text("code").ShouldBe("last_owner");
        (await owner.PatchAsync($"/api/organizations/@current/members/{self}", new { role = "member" }).JsonAsync(HttpStatusCode.Conflict))
            .Text("code").ShouldBe("last_owner");

        await owner.PatchAsync($"/api/organizations/@current/members/{other}", new { role = "owner" }).JsonAsync();
        await owner.EraseAsync($"/api/organizations/@current/members/{self}").JsonAsync();
        await owner.FetchAsync("/api/organizations/@current").JsonAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_two_owners_who_leave_at_once_one_stays()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        await host.JoinAsync(Role.Owner, "second@burrow.example");
        var members = host.Get<Members>();
        var grants = new[] { await host.OrganizationAsync(), await host.OrganizationAsync("second@burrow.example") };
        var outcomes = await Task.WhenAll(grants.Select(grant =>
            members.RemoveAsync(grant, grant.Actor.UserId, TestContext.Current.CancellationToken)));
        outcomes.OfType<Outcome<Member>.Done>().Count().ShouldBe(1);
        outcomes.OfType<Outcome<Member>.Refused>().Single().Refusal.Reason.ShouldBe(RefusalReason.LastOwner);
    }

    [Fact]
    public async Task Roles_hold_in_both_directions()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var owner = (await host.ActorAsync(AccountsHost.OwnerEmail)).UserId;
        var member = (await host.JoinAsync(Role.Member, "member@burrow.example")).UserId;
        await host.JoinAsync(Role.Admin, "admin@burrow.example");
        using var asMember = await host.ProgramAsync("member@burrow.example", "*");
        using var asAdmin = await host.ProgramAsync("admin@burrow.example", "*");

        await asMember.EraseAsync($"/api/organizations/@current/members/{owner}").JsonAsync(HttpStatusCode.Forbidden);
        await asMember.PatchAsync($"/api/organizations/@current/members/{member}", new { role = "owner" }).JsonAsync(HttpStatusCode.Forbidden);
        await asMember.PostAsync("/api/organizations/@current/invitations", new { role = "viewer" }).JsonAsync(HttpStatusCode.Forbidden);
        await asAdmin.EraseAsync($"/api/organizations/@current/members/{owner}").JsonAsync(HttpStatusCode.Forbidden);
        await asAdmin.PatchAsync($"/api/organizations/@current/members/{member}", new { role = "owner" }).JsonAsync(HttpStatusCode.Forbidden);
        await asAdmin.PostAsync("/api/organizations/@current/invitations", new { role = "owner" }).JsonAsync(HttpStatusCode.Forbidden);

        await asAdmin.PatchAsync($"/api/organizations/@current/members/{member}", new { role = "viewer" }).JsonAsync();
        await asMember.EraseAsync($"/api/organizations/@current/members/{member}").JsonAsync();
        await asMember.FetchAsync("/api/projects/@current").JsonAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_member_of_one_project_sees_only_that_one()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        using var owner = await host.OwnerProgramAsync();
        var first = (await host.ProjectAsync()).ProjectId;
        var second = (await owner.PostAsync("/api/projects", new { name = "Second" }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();
        await host.JoinAsync(Role.Member, "one@burrow.example", second);
        using var program = await host.ProgramAsync("one@burrow.example", "*");
        var list = await program.FetchAsync("/api/projects").JsonAsync();
        list.GetProperty("results").EnumerateArray().Select(project => project.GetProperty("id").GetInt32()).ShouldBe([second]);
        await program.FetchAsync($"/api/projects/{first}").JsonAsync(HttpStatusCode.NotFound);
        await program.PatchAsync("/api/users/@me", new { current_project = first }).JsonAsync(HttpStatusCode.BadRequest);

        await owner.PatchAsync("/api/projects/" + first, new { name = "Renamed" }).JsonAsync();
        (await program.FetchAsync("/api/organizations/@current/activity_log").JsonAsync()).ToString().ShouldNotContain("Renamed");
    }
}
