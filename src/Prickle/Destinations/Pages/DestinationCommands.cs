using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Destinations.Pages;

/// <summary>Destinations in the command palette.</summary>
sealed class DestinationCommands(DestinationQueries destinations, DestinationKinds kinds) : ICommandSource
{
    const int Most = 6;

    public async Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken)
    {
        if (text.Trim().Length < 2 || project?.Allows(Resource.Destination, Level.Read) != true)
        {
            return [];
        }
        var found = await destinations.ListAsync(project.ProjectId, new DestinationFilter { Search = text.Trim() }, cancellationToken);
        return
        [
            .. found.Take(Most).Select(one => new Command(
                one.Name, ProjectAddress.Of(project.ProjectId, $"destinations/{one.Id}"), kinds.Find(one.Kind)?.Icon ?? "", "Destination", kinds.Find(one.Kind)?.Title ?? one.Kind)),
        ];
    }
}
