using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Previews.Pages;

/// <summary>Previews in the command palette.</summary>
sealed class PreviewCommands(PreviewQueries previews) : ICommandSource
{
    const int Most = 6;

    public async Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken)
    {
        if (text.Trim().Length < 2 || project?.Allows(Resource.EarlyAccessFeature, Level.Read) != true)
        {
            return [];
        }
        var found = await previews.ListAsync(project.ProjectId, new PreviewFilter { Search = text.Trim() }, cancellationToken);
        return
        [
            .. found.Take(Most).Select(preview => new Command(
                preview.Name, ProjectAddress.Of(project.ProjectId, $"previews/{preview.Id}"), Icons.Material.Outlined.Science, "Preview", PreviewWords.Of(preview.Stage))),
        ];
    }
}
