using Microsoft.AspNetCore.Identity;
using Prickle.Accounts.SignIn;

namespace Prickle.Accounts;

/// <summary>What people do to their own accounts. Each call has its own scope, so a page may hold this for long.</summary>
public sealed class AccountSecurity(IServiceScopeFactory scopes)
{
    /// <summary>Sets another password; every other browser is signed out by that.</summary>
    public Task<Outcome<User>> ChangePasswordAsync(Guid userId, string current, string wanted) =>
        RunAsync(userId, (users, user) => users.ChangePasswordAsync(user, current, wanted));

    /// <summary>Makes every session of the user end, within a minute on other browsers.</summary>
    public Task<Outcome<User>> SignOutEverywhereAsync(Guid userId) =>
        RunAsync(userId, (users, user) => users.UpdateSecurityStampAsync(user));

    public Task<Outcome<User>> RenameAsync(Guid userId, string name) => name.Trim() is { Length: <= Storage.Limits.Name } trimmed
        ? RunAsync(userId, (users, user) =>
        {
            user.Name = trimmed;
            return users.UpdateAsync(user);
        })
        : Task.FromResult<Outcome<User>>(Refusal.Invalid("name", $"A name has at most {Storage.Limits.Name} characters."));

    public async Task<User?> FindAsync(Guid userId)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByIdAsync(userId.ToString());
    }

    async Task<Outcome<User>> RunAsync(Guid userId, Func<UserManager<User>, User, Task<IdentityResult>> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByIdAsync(userId.ToString()) is not { } user)
        {
            return Refusal.NotFound("The account does not exist any more.");
        }
        var result = await change(users, user);
        return result.Succeeded ? user : IdentityRefusal.Of(result);
    }
}
