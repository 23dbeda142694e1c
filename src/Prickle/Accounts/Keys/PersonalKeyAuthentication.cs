using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Prickle.Accounts.Access;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts.Keys;

/// <summary>
/// Signs a request in by <c>Authorization: Bearer phx_…</c>; at the few endpoints that a project's secret key opens, by
/// <c>phs_…</c> too.
/// </summary>
sealed class PersonalKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IDbContextFactory<PrickleDatabase> databases,
    KeyLookup keys,
    ProjectDirectory projects,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "PersonalKey";
    const string Bearer = "Bearer ";
    const string FlagsRead = "feature_flag:read";

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
        var secret = Request.Headers[HeaderNames.Authorization].ToString()[Bearer.Length..].Trim();
        var hash = Secret.Hash(secret);
        if (secret.StartsWith(Secret.ProjectSecretPrefix, StringComparison.Ordinal))
        {
            return await OfProjectAsync(hash);
        }
        if (await keys.FindPersonalAsync(hash, Context.RequestAborted) is not { } found)
        {
            return AuthenticateResult.Fail("The personal API key is not known.");
        }
        var now = time.GetUtcNow();
        if (found.ExpiresAt <= now)
        {
            return AuthenticateResult.Fail("The personal API key has expired.");
        }
        if (found.LastUsedAt is not { } used || now - used >= LastUsedPrecision)
        {
            await using var database = await databases.CreateDbContextAsync(Context.RequestAborted);
            await database.Set<PersonalKeyRow>().Where(key => key.Id == found.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, now), Context.RequestAborted);
        }
        return SignedIn(new Actor(found.UserId, found.Email, new ActorKey(
            found.Id, found.Name, ScopesOf(found.Scopes), found.OrganizationIds, found.ProjectIds, found.ExpiresAt)));
    }

    async Task<AuthenticateResult> OfProjectAsync(string hash)
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<OpenToProjectSecretKey>() is null)
        {
            return AuthenticateResult.Fail("A project's secret key opens the definitions of flags and remote configuration only.");
        }
        if (await keys.FindOfProjectAsync(hash, Context.RequestAborted) is not { } key || await projects.FindAsync(key.ProjectId, Context.RequestAborted) is not { } project)
        {
            return AuthenticateResult.Fail("The project's secret key is not known.");
        }
        if (NamesAnother(project))
        {
            return AuthenticateResult.Fail("The secret key is another project's.");
        }
        var now = time.GetUtcNow();
        if (key.LastUsedAt is not { } used || now - used >= LastUsedPrecision)
        {
            await using var database = await databases.CreateDbContextAsync(Context.RequestAborted);
            await database.Set<ProjectSecretKeyRow>().Where(row => row.Id == key.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), Context.RequestAborted);
        }
        // The key stands where a user would: nobody has its id, so it is nobody's member.
        return SignedIn(new Actor(key.Id, "", new ActorKey(key.Id, "Project secret key", ScopesOf([FlagsRead]), null, [key.ProjectId], null) { IsOfProject = true }));
    }

    bool NamesAnother(Project project) =>
        (Request.Query["token"].ToString() is { Length: > 0 } token && token != project.Token)
        || (int.TryParse((string?)Context.GetRouteValue("project"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != project.Id);

    static AuthenticateResult SignedIn(Actor actor) => AuthenticateResult.Success(new AuthenticationTicket(new KeyPrincipal(actor), SchemeName));

    static Scopes ScopesOf(IEnumerable<string> texts) =>
        Scopes.TryParse(texts, out var scopes, out var unknown) ? scopes : throw new InvalidOperationException($"A stored key has the scope '{unknown}', which is not known.");
}
