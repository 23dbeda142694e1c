using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Keys;
using Prickle.Accounts.SignIn;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>What the first user gives at first run.</summary>
public sealed record FirstOwner(string Email, string Password, string Organization, string Project, string TimeZone = "UTC");

/// <summary>Makes accounts: the first owner's at set-up, and others' by invitation. There is no other way in.</summary>
public sealed class Registration(
    IServiceScopeFactory scopes, ProjectDirectory directory, Invitations invitations, ActivityLog activity, TimeProvider time)
{
    /// <summary>Makes the first user, the organization and its first project; refused when somebody was first.</summary>
    public async Task<Outcome<User>> SetUpAsync(FirstOwner first, CancellationToken cancellationToken)
    {
        var settings = new ProjectSettings { Name = first.Project, TimeZone = first.TimeZone };
        if (settings.Check() is { } invalid)
        {
            return invalid with { Attribute = invalid.Attribute == "name" ? "project" : invalid.Attribute };
        }
        if (first.Organization.Trim() is not { Length: > 0 and <= Limits.Name })
        {
            return Refusal.Invalid("organization", $"An organization needs a name of at most {Limits.Name} characters.");
        }
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<PrickleDatabase>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await TryClaimAsync(database, cancellationToken))
        {
            return new Refusal(RefusalReason.AlreadySetUp, "Prickle is set up already. Sign in, or ask for an invitation.");
        }
        var user = NewUser(first.Email, first.Email.Split('@')[0]);
        if (await CreateAsync(scope, user, first.Password) is { } refusal)
        {
            return refusal;
        }
        var project = await CreateOrganizationAsync(database, user, first.Organization.Trim(), settings, cancellationToken);
        user.CurrentProjectId = project.Id;
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        directory.Changed();
        return user;
    }

    /// <summary>Makes an account for somebody who follows an invitation; both happen, or neither.</summary>
    public async Task<Outcome<User>> JoinAsync(
        string token, string email, string name, string password, CancellationToken cancellationToken)
    {
        // Asked first, so that only somebody with an invitation learns which addresses have accounts.
        if (await invitations.FindAsync(token, cancellationToken) is null)
        {
            return Invitations.Expired;
        }
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<PrickleDatabase>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var user = NewUser(email, name);
        if (await CreateAsync(scope, user, password) is { } refusal)
        {
            return refusal;
        }
        var accepted = await invitations.AcceptAsync(database, token, user, cancellationToken);
        if (accepted is Outcome<Invitation>.Refused(var reason))
        {
            return reason;
        }
        await transaction.CommitAsync(cancellationToken);
        return user;
    }

    User NewUser(string email, string name) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        UserName = email.Trim(),
        Email = email.Trim(),
        Name = name.Trim(),
        CreatedAt = time.GetUtcNow(),
    };

    async Task<bool> TryClaimAsync(PrickleDatabase database, CancellationToken cancellationToken)
    {
        if (await database.Users.AnyAsync(cancellationToken))
        {
            return false;
        }
        database.Add(new InstallationRow { SetUpAt = time.GetUtcNow() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception.InnerException is DbException)
        {
            return false;
        }
    }

    static async Task<Refusal?> CreateAsync(AsyncServiceScope scope, User user, string password)
    {
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, password);
        return result.Succeeded ? null : IdentityRefusal.Of(result);
    }

    async Task<ProjectRow> CreateOrganizationAsync(
        PrickleDatabase database, User user, string name, ProjectSettings settings, CancellationToken cancellationToken)
    {
        var organization = new OrganizationRow { Name = name, CreatedAt = time.GetUtcNow() };
        database.Add(organization);
        await database.SaveChangesAsync(cancellationToken);
        var project = new ProjectRow
        {
            OrganizationId = organization.Id,
            Name = settings.Name.Trim(),
            TimeZone = settings.TimeZone,
            Token = Secret.NewProjectToken(),
            CreatedAt = time.GetUtcNow(),
        };
        database.Add(project);
        database.Add(new MembershipRow
        {
            OrganizationId = organization.Id,
            UserId = user.Id,
            Role = Role.Owner,
            JoinedAt = time.GetUtcNow(),
        });
        activity.Add(database, new ActivityEntry
        {
            OrganizationId = organization.Id,
            Actor = new Actor(user.Id, user.Email ?? ""),
            Verb = ActivityVerb.Created,
            Resource = Resource.Organization,
            ItemId = $"{organization.Id}",
            ItemName = name,
        });
        await database.SaveChangesAsync(cancellationToken);
        return project;
    }
}
