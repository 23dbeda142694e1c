using System.Globalization;
using Prickle.Definitions;

namespace Prickle.Filters.Offering;

/// <summary>Gathers what can be filtered by from the definitions, and from the modules that own cohorts and types of groups.</summary>
sealed class FilterOffers(PropertyDefinitions properties, IEnumerable<IFilterChoices> choices) : IFilterOffers
{
    public async Task<IReadOnlyList<FilterOffer>> PropertiesAsync(
        int projectId, IReadOnlyList<string> types, IReadOnlyList<string> events, CancellationToken cancellationToken)
    {
        List<FilterOffer> offers = [];
        foreach (var type in types)
        {
            offers.AddRange(type switch
            {
                FilterTypes.Event => await OfEventsAsync(projectId, events, cancellationToken),
                FilterTypes.Person => await OfScopeAsync(projectId, type, "Person properties", PropertyScope.Person, null, cancellationToken),
                FilterTypes.Session => await OfScopeAsync(projectId, type, "Session", PropertyScope.Session, null, cancellationToken),
                FilterTypes.Group => await OfGroupsAsync(projectId, cancellationToken),
                FilterTypes.Element => OfElements(),
                FilterTypes.Cohort => await OfCohortsAsync(projectId, cancellationToken),
                FilterTypes.Feature => await OfFlagsAsync(projectId, cancellationToken),
                _ => [],
            });
        }
        return offers;
    }

    public async Task<IReadOnlyList<string>> ValuesAsync(
        int projectId, string type, int? groupTypeIndex, string key, string search, CancellationToken cancellationToken) =>
        type switch
        {
            FilterTypes.Event => await properties.ValuesAsync(projectId, PropertyScope.Event, null, key, search, cancellationToken),
            FilterTypes.Feature =>
                await properties.ValuesAsync(projectId, PropertyScope.Event, null, FilterTypes.FeatureProperty(key), search, cancellationToken),
            FilterTypes.Person => await properties.ValuesAsync(projectId, PropertyScope.Person, null, key, search, cancellationToken),
            FilterTypes.Group => await properties.ValuesAsync(projectId, PropertyScope.Group, groupTypeIndex, key, search, cancellationToken),
            FilterTypes.Session => await properties.ValuesAsync(projectId, PropertyScope.Session, null, key, search, cancellationToken),
            _ => [],
        };

    async Task<IEnumerable<FilterOffer>> OfEventsAsync(int projectId, IReadOnlyList<string> events, CancellationToken cancellationToken)
    {
        var all = (await properties.OfferedAsync(projectId, PropertyScope.Event, null, cancellationToken))
            .Where(property => !property.Name.StartsWith("$feature/", StringComparison.Ordinal)).ToList();
        if (events.Count == 0)
        {
            return all.Select(property => Offer(FilterTypes.Event, null, "Event properties", property));
        }
        var together = await properties.OfEventsAsync(projectId, events, cancellationToken);
        return all.Where(property => together.Contains(property.Name)).Select(property => Offer(FilterTypes.Event, null, "Comes with these events", property))
            .Concat(all.Where(property => !together.Contains(property.Name)).Select(property => Offer(FilterTypes.Event, null, "Other event properties", property)));
    }

    async Task<IEnumerable<FilterOffer>> OfScopeAsync(
        int projectId, string type, string heading, PropertyScope scope, int? group, CancellationToken cancellationToken) =>
        (await properties.OfferedAsync(projectId, scope, group, cancellationToken)).Select(property => Offer(type, group, heading, property));

    async Task<IEnumerable<FilterOffer>> OfGroupsAsync(int projectId, CancellationToken cancellationToken)
    {
        List<FilterOffer> offers = [];
        foreach (var group in await ChoicesAsync(FilterTypes.Group, projectId, cancellationToken))
        {
            offers.AddRange(await OfScopeAsync(
                projectId, FilterTypes.Group, $"{group.Name} properties", PropertyScope.Group, group.Id, cancellationToken));
        }
        return offers;
    }

    static IEnumerable<FilterOffer> OfElements() =>
    [
        new(FilterTypes.Element, null, "Clicked element", "text", "Text"),
        new(FilterTypes.Element, null, "Clicked element", "tag_name", "Tag name"),
        new(FilterTypes.Element, null, "Clicked element", "href", "Link target"),
        new(FilterTypes.Element, null, "Clicked element", "selector", "CSS selector"),
    ];

    async Task<IEnumerable<FilterOffer>> OfCohortsAsync(int projectId, CancellationToken cancellationToken) =>
        (await ChoicesAsync(FilterTypes.Cohort, projectId, cancellationToken)).Select(cohort =>
            new FilterOffer(FilterTypes.Cohort, null, "Cohorts", "id", cohort.Name) { Value = cohort.Id.ToString(CultureInfo.InvariantCulture) });

    async Task<IEnumerable<FilterOffer>> OfFlagsAsync(int projectId, CancellationToken cancellationToken) =>
        (await properties.OfferedAsync(projectId, PropertyScope.Event, null, cancellationToken))
            .Where(property => property.Name.StartsWith("$feature/", StringComparison.Ordinal))
            .Select(property => Offer(FilterTypes.Feature, null, "Feature flags", property) with { Key = property.Name[9..], Label = property.Name[9..] });

    async Task<IReadOnlyList<FilterChoice>> ChoicesAsync(string type, int projectId, CancellationToken cancellationToken) =>
        choices.FirstOrDefault(choice => choice.Type == type) is { } owner ? await owner.OfProjectAsync(projectId, cancellationToken) : [];

    static FilterOffer Offer(string type, int? group, string heading, PropertyDefinition property) =>
        new(type, group, heading, property.Name, property.Name)
        {
            ValueType = property.Type,
            Description = property.Description,
            IsVerified = property.IsVerified,
        };
}
