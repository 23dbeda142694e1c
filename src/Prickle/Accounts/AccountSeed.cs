using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Keys;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>What a seeded account can be used with.</summary>
/// <param name="Grant">What its owner may do in the project, for what else is seeded.</param>
public sealed record SeededAccount(string Email, string Password, Project Project, string PersonalApiKey, ProjectGrant Grant);

/// <summary>
/// Makes an account without anybody at the set-up page, for demo mode. Running it again finds what is there, and gives
/// a new password and a new key, since neither can be read back.
/// </summary>
public sealed class AccountSeed(
    IServiceScopeFactory scopes,
    IDbContextFactory<PrickleDatabase> databases,
    Registration registration,
    ProjectAccess access,
    PersonalKeys keys)
{
    const string KeyName = "Demo";

    public async Task<SeededAccount> SeedAsync(
        string email, string organization, string project, string timeZone, CancellationToken cancellationToken)
    {
        var password = Secret.New();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByEmailAsync(email) is { } existing)
        {
            existing.PasswordHash = users.PasswordHasher.HashPassword(existing, password);
            await users.UpdateAsync(existing);
        }
        else
        {
            var first = new FirstOwner(email, password, organization, project, timeZone);
            var outcome = await registration.SetUpAsync(first, cancellationToken);
            existing = outcome.Match(user => user, refusal => throw new InvalidOperationException(
                $"The demo account cannot be made in this data folder: {refusal.Detail}"));
        }
        var actor = new Actor(existing.Id, email);
        var grant = await access.FindAsync(actor, ProjectAccess.Current, cancellationToken)
            ?? throw new InvalidOperationException("The demo account has no project any more. Start with an empty data folder.");
        return new SeededAccount(email, password, grant.Project, await RenewKeyAsync(actor, cancellationToken), grant);
    }

    async Task<string> RenewKeyAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<PersonalKeyRow>().Where(row => row.UserId == actor.UserId && row.Name == KeyName)
            .ExecuteDeleteAsync(cancellationToken);
        var settings = new PersonalKeySettings { Name = KeyName, Scopes = [Scopes.Everything] };
        var issued = await keys.CreateAsync(actor, settings, cancellationToken);
        return issued.Match(key => key.Value, refusal => throw new InvalidOperationException(refusal.Detail));
    }
}
