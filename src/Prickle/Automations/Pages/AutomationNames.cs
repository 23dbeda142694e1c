using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Definitions;
using Prickle.Destinations;
using Prickle.Filters;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Insights;

namespace Prickle.Automations.Pages;

/// <summary>What the things are called that a definition names by id, and what can be chosen.</summary>
public sealed record AutomationNames
{
    const int MostInsights = 500;

    public IReadOnlyList<ActionOption> Actions { get; init; } = [];
    public IReadOnlyList<CohortProfile> Cohorts { get; init; } = [];

    /// <summary>Keys.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];
    public IReadOnlyDictionary<int, string> GroupTypes { get; init; } = new Dictionary<int, string>();
    public IReadOnlyList<SavedInsight> Insights { get; init; } = [];
    public IReadOnlyList<DestinationKind> Kinds { get; init; } = [];

    public string Action(int id) => Actions.FirstOrDefault(action => action.Id == id)?.Name ?? "an action that is not chosen";

    public string Cohort(int id) => Cohorts.FirstOrDefault(cohort => cohort.Id == id)?.Settings.Name ?? "a cohort that is not chosen";

    public string Insight(int id) => Insights.FirstOrDefault(insight => insight.Id == id)?.Name ?? "an insight that is not there";

    public DestinationKind? Kind(string key) => Kinds.FirstOrDefault(kind => kind.Key == key);

    /// <summary>Conditions as people read them, cohorts by their names.</summary>
    public string Conditions(FilterGroup filters) => FilterWords.Of(Named(filters));

    FilterGroup Named(FilterGroup filters) => filters with
    {
        Members = [.. filters.Members.Select(member => member switch
        {
            FilterGroup group => Named(group),
            PropertyFilter { Type: FilterTypes.Cohort } leaf => leaf with { Values = [.. leaf.Values.Select(value => int.TryParse(value, out var id) ? Cohort(id) : value)] },
            _ => member,
        })],
    };

    /// <summary>Reads those of a project.</summary>
    public static async Task<AutomationNames> ReadAsync(
        int projectId, IActionDirectory actions, CohortQueries cohorts, FlagQueries flags, GroupQueries groups, SavedInsights insights, DestinationKinds kinds,
        CancellationToken cancellationToken) => new()
        {
            Actions = [.. (await actions.OfProjectAsync(projectId, cancellationToken)).Values.OrderBy(action => action.Name, StringComparer.CurrentCultureIgnoreCase)
            .Select(action => new ActionOption(action.Id, action.Name, action.Description))],
            Cohorts = await cohorts.ListAsync(projectId, cancellationToken),
            Flags = [.. (await flags.ListAsync(projectId, new FlagFilter(), cancellationToken)).Select(flag => flag.Key)],
            GroupTypes = await groups.TypeNamesAsync(projectId, cancellationToken),
            Insights = (await insights.ListAsync(projectId, new InsightListFilter(), MostInsights, 0, cancellationToken)).Insights,
            Kinds = kinds.All,
        };
}
