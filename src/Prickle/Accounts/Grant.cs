using Prickle.Accounts.Access;

namespace Prickle.Accounts;

/// <summary>What an actor may do somewhere: as much as their role there allows, and no more than their key allows.</summary>
public abstract record Grant(Actor Actor, Role Role)
{
    public Level LevelOf(Resource resource) =>
        (Level)Math.Min((int)RolePermissions.LevelOf(Role, resource), (int)Actor.KeyLevelOf(resource));

    public bool Allows(Resource resource, Level level) => LevelOf(resource) >= level;

    /// <summary>Like <see cref="Allows"/>, with the reason.</summary>
    public Permission Check(Resource resource, Level level) =>
        Actor.KeyLevelOf(resource) < level ? Permission.ScopeMissing
        : RolePermissions.LevelOf(Role, resource) < level ? Permission.RoleTooLow
        : Permission.Granted;
}
