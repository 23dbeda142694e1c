using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Prickle.Accounts.Pages;

namespace Prickle.Accounts.SignIn;

/// <summary>The forms that no page shows the outcome of.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(SignInPaths.SignOut, SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(AccountForms.Password, ChangePasswordAsync).RequireAuthorization().ExcludeFromDescription();
        endpoints.MapPost(AccountForms.SignOutEverywhere, SignOutEverywhereAsync).RequireAuthorization().ExcludeFromDescription();
        if (endpoints.ServiceProvider.GetService<DemoMode>() is { } demo)
        {
            endpoints.MapPost(SignInPaths.Demo, (PostedForm form, HttpContext context, SignInManager<User> signIn) =>
                SignInToDemoAsync(demo, form, context, signIn)).AllowAnonymous().ExcludeFromDescription();
        }
    }

    static async Task<RedirectHttpResult> SignOutAsync(PostedForm form, SignInManager<User> signIn)
    {
        await signIn.SignOutAsync();
        return TypedResults.LocalRedirect(form.Find(SignInPaths.ReturnUrl) is not { } returnUrl ? SignInPaths.SignIn : SignInPaths.LocalOrHome(returnUrl));
    }

    static async Task<RedirectHttpResult> ChangePasswordAsync(
        PostedForm form, Actor actor, AccountSecurity accounts, SignInManager<User> signIn) =>
        await ReopenAsync(
            await accounts.ChangePasswordAsync(actor.UserId, form["current"], form["wanted"]), AccountForms.PasswordChanged, signIn);

    // The form is asked for because of its antiforgery token alone.
    static async Task<RedirectHttpResult> SignOutEverywhereAsync(
        PostedForm _, Actor actor, AccountSecurity accounts, SignInManager<User> signIn) =>
        await ReopenAsync(await accounts.SignOutEverywhereAsync(actor.UserId), AccountForms.SignedOutEverywhere, signIn);

    static async Task<RedirectHttpResult> ReopenAsync(Outcome<User> outcome, string done, SignInManager<User> signIn)
    {
        switch (outcome)
        {
            case Outcome<User>.Done(var user):
                await signIn.RefreshSignInAsync(user);
                return TypedResults.LocalRedirect($"/account?done={done}");
            case Outcome<User>.Refused(var refusal):
                return TypedResults.LocalRedirect($"/account?problem={refusal.Reason}");
            default:
                throw new UnreachableException();
        }
    }

    static async Task<Results<RedirectHttpResult, NotFound>> SignInToDemoAsync(
        DemoMode demo, PostedForm form, HttpContext context, SignInManager<User> signIn)
    {
        if (!IsFromThisMachine(context) || await signIn.UserManager.FindByEmailAsync(demo.Email) is not { } user)
        {
            return TypedResults.NotFound();
        }
        await signIn.SignInAsync(user, isPersistent: false);
        return TypedResults.LocalRedirect(SignInPaths.LocalOrHome(form.Find(SignInPaths.ReturnUrl)));
    }

    /// <summary>A proxy on this machine connects from loopback too, for somebody who is not here.</summary>
    internal static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded")
        && (context.Request.Host.Host is "localhost" || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)));
}
