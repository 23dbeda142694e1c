using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Prickle.Accounts.Access;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts.Keys;

/// <summary>Signs a request in by <c>Authorization: Bearer phx_…</c>.</summary>
sealed class PersonalKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IDbContextFactory<PrickleDatabase> databases,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "PersonalKey";
    const string Bearer = "Bearer ";

    /// <summary>How exact the shown time of last use is; writing it on every request would make reads into writes.</summary>
    static readonly TimeSpan LastUsedPrecision = TimeSpan.FromMinutes(1);

    public static bool IsPresentIn(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization].ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsPresentIn(Request))
        {
            return AuthenticateResult.NoResult();
        }
        var hash = Secret.Hash(Request.Headers[HeaderNames.Authorization].ToString()[Bearer.Length..].Trim());
        await using var database = await databases.CreateDbContextAsync(Context.RequestAborted);
        var found = await (
            from key in database.Set<PersonalKeyRow>().AsNoTracking()
            join user in database.Users on key.UserId equals user.Id
            where key.Hash == hash
            select new { Key = key, user.Email }).SingleOrDefaultAsync(Context.RequestAborted);
        if (found is null)
        {
            return AuthenticateResult.Fail("The personal API key is not known.");
        }
        var now = time.GetUtcNow();
        if (found.Key.ExpiresAt <= now)
        {
            return AuthenticateResult.Fail("The personal API key has expired.");
        }
        if (found.Key.LastUsedAt is not { } used || now - used >= LastUsedPrecision)
        {
            await database.Set<PersonalKeyRow>().Where(key => key.Id == found.Key.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, now), Context.RequestAborted);
        }
        return AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(found.Key, found.Email), SchemeName));
    }

    static ClaimsPrincipal PrincipalOf(PersonalKeyRow key, string? email) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, key.UserId.ToString()),
            new(ClaimTypes.Email, email ?? ""),
            .. KeyClaims.Write(key.Id, key.Name, key.Scopes, key.OrganizationIds, key.ProjectIds, key.ExpiresAt),
        ],
        SchemeName));
}
