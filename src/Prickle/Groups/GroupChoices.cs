using Prickle.Filters;

namespace Prickle.Groups;

/// <summary>The types of groups, for filters by their properties.</summary>
public sealed class GroupChoices(GroupQueries groups) : IFilterChoices
{
    public string Type => FilterTypes.Group;

    public async Task<IReadOnlyList<FilterChoice>> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
        [.. (await groups.TypesAsync(projectId, cancellationToken)).Select(type => new FilterChoice(type.Index, type.Name))];
}
