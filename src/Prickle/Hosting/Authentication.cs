using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Storage;

namespace Prickle.Hosting;

/// <summary>How a request is signed in: a cookie for people at the application, a Bearer key for programs at the API.</summary>
public static class Authentication
{
    const string CookieOrKey = "CookieOrKey";

    /// <summary>How soon a sign-out everywhere reaches the other browsers.</summary>
    public static readonly TimeSpan SecurityStampInterval = TimeSpan.FromMinutes(1);

    static readonly TimeSpan SessionLength = TimeSpan.FromDays(14);

    public static IServiceCollection AddPrickleAuthentication(this IServiceCollection services)
    {
        var authentication = services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieOrKey;
                options.DefaultSignInScheme = IdentityConstants.ApplicationScheme;
                options.DefaultSignOutScheme = IdentityConstants.ApplicationScheme;
            })
            .AddPolicyScheme(CookieOrKey, null, options => options.ForwardDefaultSelector = SchemeOf);
        authentication.AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(ConfigureCookie));
        PersonalKeys.AddScheme(authentication);
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, AuthenticationRevalidation>();

        services.AddIdentityCore<User>(ConfigureIdentity)
            .AddEntityFrameworkStores<PrickleDatabase>()
            .AddPasswordValidator<PasswordRules>()
            .AddSignInManager();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = SecurityStampInterval);
        return services;
    }

    /// <summary>A key opens the API and nothing else; a page ignores it.</summary>
    static string SchemeOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is not null && PersonalKeys.IsPresentIn(context.Request)
            ? PersonalKeys.Scheme
            : IdentityConstants.ApplicationScheme;

    static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "prickle.session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = SessionLength;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPaths.SignIn;
        options.AccessDeniedPath = SignInPaths.SignIn;
        options.ReturnUrlParameter = SignInPaths.ReturnUrl;
        options.Events.OnRedirectToLogin = RedirectToSignInAsync;
    }

    static async Task RedirectToSignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var isFirstRun = await context.HttpContext.RequestServices.GetRequiredService<FirstRun>()
            .IsPendingAsync(context.HttpContext.RequestAborted);
        context.Response.Redirect(isFirstRun ? context.Request.PathBase + SignInPaths.Setup : context.RedirectUri);
    }

    static void ConfigureIdentity(IdentityOptions options)
    {
        options.User.RequireUniqueEmail = true;
        // Length is what makes a password strong; forced digits and signs make it predictable.
        options.Password.RequiredLength = PasswordRules.MinimumLength;
        options.Password.RequiredUniqueChars = 4;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.MaxFailedAccessAttempts = 8;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
        options.Lockout.AllowedForNewUsers = true;
    }
}
