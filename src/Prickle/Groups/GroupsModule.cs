namespace Prickle.Groups;

/// <summary>Companies, teams, workspaces: what events belong to besides a person.</summary>
public static class GroupsModule
{
    public static IServiceCollection AddGroups(this IServiceCollection services) => services.AddSingleton<GroupResolver>();
}
