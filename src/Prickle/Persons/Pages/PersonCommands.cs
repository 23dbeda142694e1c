using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Persons.Pages;

/// <summary>Persons in the command palette.</summary>
sealed class PersonCommands(PersonQueries persons) : ICommandSource
{
    const int Most = 6;

    public async Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken)
    {
        // One letter would find everybody.
        if (text.Trim().Length < 2 || project?.Allows(Resource.Person, Level.Read) != true)
        {
            return [];
        }
        var found = await persons.ListAsync(new PersonFilter(project.ProjectId) { Search = text.Trim() }, Most, 0, cancellationToken);
        return
        [
            .. found.Select(person => new Command(
                person.Name, ProjectAddress.Of(project.ProjectId, $"persons/{person.Id}"), Icons.Material.Outlined.Person, "Person")),
        ];
    }
}
