using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;

namespace Prickle.Storage;

/// <summary>
/// The relational store: one model, assembled from the <see cref="IEntityTypeConfiguration{TEntity}"/> classes
/// that live in the modules. A module reads and writes its own sets only.
/// </summary>
public abstract class PrickleDatabase(DbContextOptions options) : IdentityUserContext<User, Guid>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(PrickleDatabase).Assembly);
        SnakeCaseNames.Apply(builder.Model);
    }
}
