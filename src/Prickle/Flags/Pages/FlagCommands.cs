using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Flags.Pages;

/// <summary>Flags in the command palette.</summary>
sealed class FlagCommands(FlagQueries flags) : ICommandSource
{
    const int Most = 6;

    public async Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken)
    {
        if (text.Trim().Length < 2 || project?.Allows(Resource.FeatureFlag, Level.Read) != true)
        {
            return [];
        }
        var found = await flags.ListAsync(project.ProjectId, new FlagFilter { Search = text.Trim() }, cancellationToken);
        return
        [
            .. found.Take(Most).Select(flag => new Command(
                flag.Key, ProjectAddress.Of(project.ProjectId, $"feature_flags/{flag.Id}"), Icons.Material.Outlined.Flag, "Flag",
                flag.Settings.Name.Length > 0 ? flag.Settings.Name : null)),
        ];
    }
}
