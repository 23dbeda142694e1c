using System.Globalization;
using Prickle.Filters;

namespace Prickle.Insights.Editing;

/// <summary>What the project calls the things that a question names by number.</summary>
public sealed record ProjectNames(IReadOnlyList<FilterChoice> GroupTypes, IReadOnlyList<FilterChoice> Cohorts)
{
    public static readonly ProjectNames None = new([], []);

    public static async Task<ProjectNames> ReadAsync(IEnumerable<IFilterChoices> choices, int projectId, CancellationToken cancellationToken)
    {
        List<FilterChoice> groups = [];
        List<FilterChoice> cohorts = [];
        foreach (var owner in choices.Where(owner => owner.Type is FilterTypes.Group or FilterTypes.Cohort))
        {
            (owner.Type == FilterTypes.Group ? groups : cohorts).AddRange(await owner.OfProjectAsync(projectId, cancellationToken));
        }
        return new(groups, cohorts);
    }

    /// <summary>The types of groups to choose from; one that is chosen is among them even when the project has none of it.</summary>
    public IEnumerable<FilterChoice> GroupTypesWith(int? chosen) =>
        chosen is { } index && GroupTypes.All(type => type.Id != index) ? [.. GroupTypes, new FilterChoice(index, GroupType(index))] : GroupTypes;

    public string GroupType(int index) =>
        GroupTypes.FirstOrDefault(type => type.Id == index)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"group type {index}, never seen");

    /// <summary>What a breakdown is by, as people read it, and whose property that is.</summary>
    public (string Name, string Whose) Of(Breakdown breakdown) => breakdown.Type switch
    {
        "cohort" when breakdown.Property == "all" => ("Everybody", "cohort"),
        "cohort" => (Cohorts.FirstOrDefault(cohort => cohort.Id.ToString(CultureInfo.InvariantCulture) == breakdown.Property)?.Name ?? $"cohort {breakdown.Property}, deleted", "cohort"),
        "group" => (breakdown.Property, GroupType(breakdown.GroupTypeIndex ?? 0)),
        var type => (breakdown.Property, type),
    };
}
