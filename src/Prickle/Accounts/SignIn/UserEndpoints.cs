using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Prickle.Accounts.Organizations;
using Prickle.Accounts.Projects;
using Prickle.Api;

namespace Prickle.Accounts.SignIn;

/// <summary>One's own account in the API.</summary>
static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapAccountApi().WithTags("users");
        api.MapGet("users/@me", GetAsync).WithSummary("Get your account").Requires(Resource.User, Level.Read);
        api.MapPatch("users/@me", UpdateAsync).WithSummary("Change your name or current project").Requires(Resource.User, Level.Write);
        api.MapPost("users/@me/change_password", ChangePasswordAsync).WithSummary("Change your password")
            .Requires(Resource.User, Level.Write);
        api.MapPost("users/@me/sign_out_everywhere", SignOutEverywhereAsync).WithSummary("End your other sessions")
            .Requires(Resource.User, Level.Write);
        api.MapGet("csrf_token", CsrfToken).WithSummary("Get the antiforgery token that changes by cookie need")
            .Requires(Resource.User, Level.Read);
    }

    static async Task<Results<Ok<UserReply>, ProblemHttpResult>> GetAsync(
        Actor actor, AccountSecurity accounts, ProjectAccess access, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(actor.UserId) is not { } user)
        {
            return ApiProblem.NotFound();
        }
        var organizations = await access.ListOrganizationsAsync(actor, cancellationToken);
        var project = await access.FindAsync(actor, ProjectAccess.Current, cancellationToken);
        return TypedResults.Ok(new UserReply(
            user.Id, user.Email ?? "", user.Name, user.CreatedAt,
            project is null ? null : ProjectReply.Of(project.Project), [.. organizations.Select(OrganizationReply.Of)]));
    }

    static async Task<Results<Ok<UserReply>, ProblemHttpResult>> UpdateAsync(
        UserChange body, Actor actor, AccountSecurity accounts, ProjectAccess access, CancellationToken cancellationToken)
    {
        if (body.CurrentProject is { } projectId && !await access.SwitchAsync(actor, projectId, cancellationToken))
        {
            return ApiProblem.Invalid("current_project", "The project does not exist.");
        }
        if (body.Name is { } name && await accounts.RenameAsync(actor.UserId, name) is Outcome<User>.Refused(var refusal))
        {
            return ApiProblem.From(refusal);
        }
        return await GetAsync(actor, accounts, access, cancellationToken);
    }

    static async Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        PasswordChange body, Actor actor, AccountSecurity accounts, SignInManager<User> signIn)
    {
        if (RefusalOfKey(actor) is { } refusal)
        {
            return refusal;
        }
        return await StayAsync(await accounts.ChangePasswordAsync(actor.UserId, body.CurrentPassword, body.NewPassword), signIn);
    }

    static async Task<Results<NoContent, ProblemHttpResult>> SignOutEverywhereAsync(
        Actor actor, AccountSecurity accounts, SignInManager<User> signIn)
    {
        if (RefusalOfKey(actor) is { } refusal)
        {
            return refusal;
        }
        return await StayAsync(await accounts.SignOutEverywhereAsync(actor.UserId), signIn);
    }

    static Ok<CsrfTokenReply> CsrfToken(HttpContext context, IAntiforgery antiforgery) =>
        TypedResults.Ok(new CsrfTokenReply(antiforgery.GetAndStoreTokens(context).RequestToken!));

    // A key that has leaked must not be able to take the account over.
    static ProblemHttpResult? RefusalOfKey(Actor actor) =>
        actor.Key is null ? null : ApiProblem.Forbidden("Only a signed-in person can do this, not a key.");

    /// <summary>The browser that asked stays signed in, unlike all others.</summary>
    static async Task<Results<NoContent, ProblemHttpResult>> StayAsync(Outcome<User> outcome, SignInManager<User> signIn)
    {
        if (outcome is Outcome<User>.Refused(var refusal))
        {
            return ApiProblem.From(refusal);
        }
        if (outcome is Outcome<User>.Done(var user))
        {
            await signIn.RefreshSignInAsync(user);
        }
        return TypedResults.NoContent();
    }
}

/// <summary>One's own account in the API's replies.</summary>
public sealed record UserReply(
    Guid Uuid, string Email, string Name, DateTimeOffset CreatedAt, ProjectReply? Project,
    IReadOnlyList<OrganizationReply> Organizations);

/// <summary>What one may set of one's own account; what is left out stays.</summary>
public sealed record UserChange(string? Name = null, int? CurrentProject = null);

/// <summary>The body that changes a password.</summary>
public sealed record PasswordChange(string CurrentPassword, string NewPassword);

/// <summary>The value for the header of unsafe requests that use the cookie.</summary>
public sealed record CsrfTokenReply(string Token);
