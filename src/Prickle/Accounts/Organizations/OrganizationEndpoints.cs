using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Prickle.Api;

namespace Prickle.Accounts.Organizations;

/// <summary>Organizations, their members and invitations in the API.</summary>
static class OrganizationEndpoints
{
    public static void MapOrganizations(this IEndpointRouteBuilder endpoints)
    {
        var all = endpoints.MapAccountApi().WithTags("organizations");
        all.MapGet("organizations", ListAsync).WithSummary("List your organizations").Requires(Resource.Organization, Level.Read);
        all.MapPost("organizations", CreateAsync).WithSummary("Make an organization").Requires(Resource.Organization, Level.Write);

        var one = endpoints.MapOrganizationApi().WithTags("organizations");
        one.MapGet("", Get).WithSummary("Get an organization").Requires(Resource.Organization, Level.Read);
        one.MapPatch("", RenameAsync).WithSummary("Rename an organization").Requires(Resource.Organization, Level.Write);

        one.MapGet("members", ListMembersAsync).WithSummary("List members").Requires(Resource.Member, Level.Read);
        one.MapPatch("members/{userId:guid}", ChangeMemberAsync).WithSummary("Change a member's role or projects")
            .Requires(Resource.Member, Level.Write);
        // Leaving needs no more than reading: whether somebody else may be removed is decided with the member at hand.
        one.MapDelete("members/{userId:guid}", RemoveMemberAsync).WithSummary("Remove a member, or leave")
            .Requires(Resource.Member, Level.Read);

        one.MapGet("invitations", ListInvitationsAsync).WithSummary("List open invitations").Requires(Resource.Member, Level.Write);
        one.MapPost("invitations", InviteAsync).WithSummary("Make an invitation; its link is shown once").Requires(Resource.Member, Level.Write);
        one.MapDelete("invitations/{id:guid}", RevokeAsync).WithSummary("Withdraw an invitation").Requires(Resource.Member, Level.Write);
    }

    static async Task<Ok<ApiPage<OrganizationReply>>> ListAsync(
        Actor actor, ProjectAccess access, Paging paging, HttpRequest request, CancellationToken cancellationToken)
    {
        var grants = await access.ListOrganizationsAsync(actor, cancellationToken);
        return TypedResults.Ok(paging.PageOf(request, [.. grants.Select(OrganizationReply.Of)]));
    }

    static async Task<Results<Created<OrganizationReply>, ProblemHttpResult>> CreateAsync(
        OrganizationName body, Actor actor, OrganizationAdministration organizations, CancellationToken cancellationToken)
    {
        var outcome = await organizations.CreateAsync(actor, body.Name, cancellationToken);
        return outcome.Match<Results<Created<OrganizationReply>, ProblemHttpResult>>(
            grant => TypedResults.Created($"/api/organizations/{grant.OrganizationId}", OrganizationReply.Of(grant)),
            refusal => ApiProblem.From(refusal));
    }

    static Ok<OrganizationReply> Get(OrganizationGrant grant) => TypedResults.Ok(OrganizationReply.Of(grant));

    static async Task<Results<Ok<OrganizationReply>, ProblemHttpResult>> RenameAsync(
        OrganizationName body, OrganizationGrant grant, OrganizationAdministration organizations, CancellationToken cancellationToken)
    {
        var outcome = await organizations.RenameAsync(grant, body.Name, cancellationToken);
        return outcome.Match<Results<Ok<OrganizationReply>, ProblemHttpResult>>(
            renamed => TypedResults.Ok(OrganizationReply.Of(renamed)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Ok<ApiPage<Member>>> ListMembersAsync(
        OrganizationGrant grant, Members members, Paging paging, HttpRequest request, string? search,
        CancellationToken cancellationToken)
    {
        var all = await members.ListAsync(grant, cancellationToken);
        var found = all.Where(member => string.IsNullOrEmpty(search)
            || member.Email.Contains(search, StringComparison.OrdinalIgnoreCase)
            || member.Name.Contains(search, StringComparison.OrdinalIgnoreCase));
        return TypedResults.Ok(paging.PageOf(request, [.. found]));
    }

    static async Task<Results<Ok<Member>, ProblemHttpResult>> ChangeMemberAsync(
        Guid userId, JsonObject patch, OrganizationGrant grant, Members members, IOptions<JsonOptions> json,
        CancellationToken cancellationToken)
    {
        var all = await members.ListAsync(grant, cancellationToken);
        if (all.FirstOrDefault(member => member.UserId == userId) is not { } current)
        {
            return ApiProblem.NotFound("There is no such member.");
        }
        var settings = new MemberSettings { Role = current.Role, ProjectIds = current.ProjectIds };
        if (!MergePatch.TryApply(settings, patch, json.Value.SerializerOptions, out var wanted, out var attribute))
        {
            return ApiProblem.Invalid(attribute, "The value has the wrong type, or is not one of those allowed.");
        }
        return ReplyTo(await members.ChangeAsync(grant, userId, wanted.Role, wanted.ProjectIds, cancellationToken));
    }

    static async Task<Results<Ok<Member>, ProblemHttpResult>> RemoveMemberAsync(
        Guid userId, OrganizationGrant grant, Members members, CancellationToken cancellationToken) =>
        ReplyTo(await members.RemoveAsync(grant, userId, cancellationToken));

    static async Task<Ok<ApiPage<Invitation>>> ListInvitationsAsync(
        OrganizationGrant grant, Invitations invitations, Paging paging, HttpRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(paging.PageOf(request, await invitations.ListAsync(grant, cancellationToken)));

    static async Task<Results<Created<IssuedInvitationReply>, ProblemHttpResult>> InviteAsync(
        NewInvitation body, OrganizationGrant grant, Invitations invitations, HttpRequest request, CancellationToken cancellationToken)
    {
        TimeSpan? life = body.ExpiresInDays is { } days ? TimeSpan.FromDays(days) : null;
        var outcome = await invitations.CreateAsync(grant, body.Role, body.Email, body.ProjectIds, life, cancellationToken);
        return outcome.Match<Results<Created<IssuedInvitationReply>, ProblemHttpResult>>(
            issued => TypedResults.Created((string?)null, ToReply(issued, request)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid id, OrganizationGrant grant, Invitations invitations, CancellationToken cancellationToken)
    {
        var outcome = await invitations.RevokeAsync(grant, id, cancellationToken);
        return outcome.Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));
    }

    static IssuedInvitationReply ToReply(IssuedInvitation issued, HttpRequest request)
    {
        var invitation = issued.Invitation;
        var link = UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, issued.Path);
        return new(invitation.Id, invitation.Role, invitation.ProjectIds, invitation.Email, invitation.ExpiresAt, link);
    }

    static Results<Ok<Member>, ProblemHttpResult> ReplyTo(Outcome<Member> outcome) =>
        outcome.Match<Results<Ok<Member>, ProblemHttpResult>>(
            member => TypedResults.Ok(member), refusal => ApiProblem.From(refusal));
}
