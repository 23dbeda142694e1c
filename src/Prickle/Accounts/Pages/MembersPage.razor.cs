using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Ui.Dialogs;
using Prickle.Ui.Tables;

namespace Prickle.Accounts.Pages;

public sealed partial class MembersPage
{
    DataTable<Member>? _members;
    DataTable<Invitation>? _invitations;

    async Task<TablePage<Member>> LoadMembersAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var all = await Members.ListAsync(Organization!, cancellationToken);
        var found = all.Where(member =>
            member.Email.Contains(query.Search, StringComparison.OrdinalIgnoreCase)
            || member.Name.Contains(query.Search, StringComparison.OrdinalIgnoreCase));
        Func<Member, object> key = query.Sort switch
        {
            "name" => member => member.Name,
            "role" => member => member.Role,
            "joined" => member => member.JoinedAt,
            _ => member => member.Email,
        };
        return TablePage<Member>.Of([.. query.Descending ? found.OrderByDescending(key) : found.OrderBy(key)], query);
    }

    async Task<TablePage<Invitation>> LoadInvitationsAsync(TableQuery query, CancellationToken cancellationToken) =>
        TablePage<Invitation>.Of(await Invitations.ListAsync(Organization!, cancellationToken), query);

    static string Reach(IReadOnlyList<int>? projectIds, Role role) => projectIds switch
    {
        null => "All",
        _ when role >= Role.Admin => "All",
        [_] => "1 project",
        _ => $"{projectIds.Count} projects",
    };

    async Task ChangeRoleAsync(Member member, ChangeEventArgs change)
    {
        if (Enum.TryParse<Role>(change.Value?.ToString(), out var role))
        {
            Tell(
                await Members.ChangeAsync(Organization!, member.UserId, role, member.ProjectIds, CancellationToken.None),
                $"{member.Email} now is {role.ToString().ToLowerInvariant()}");
        }
        await _members!.ReloadAsync();
    }

    async Task RemoveAsync(Member member)
    {
        var isLeaving = member.UserId == Organization!.Actor.UserId;
        var question = isLeaving
            ? new Confirmation($"Leave {Organization.OrganizationName}", "You will see none of its projects until somebody invites you again.", "Leave")
            : new Confirmation($"Remove {member.Email}", "They will see none of the organization's projects, and their keys stop reaching them.", "Remove");
        if (!await Dialogs.ConfirmAsync(question))
        {
            return;
        }
        Tell(await Members.RemoveAsync(Organization, member.UserId, CancellationToken.None), $"{member.Email} is no longer a member");
        await _members!.ReloadAsync();
    }

    async Task InviteAsync()
    {
        var dialog = await Dialogs.ShowAsync<InviteDialog>("Invite", new DialogParameters<InviteDialog>
        {
            { shown => shown.Organization, Organization },
        });
        await dialog.Result;
        await _invitations!.ReloadAsync();
    }

    async Task RevokeAsync(Invitation invitation)
    {
        Tell(await Invitations.RevokeAsync(Organization!, invitation.Id, CancellationToken.None), "The invitation is withdrawn");
        await _invitations!.ReloadAsync();
    }

    void Tell<T>(Outcome<T> outcome, string success) => outcome.Match(
        _ => Notices.Add(success, Severity.Success), refusal => Notices.Add(refusal.Detail, Severity.Error));
}
