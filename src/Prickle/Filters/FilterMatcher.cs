using System.Globalization;
using System.Text.Json;
using Prickle.Events;
using Prickle.Filters.Matching;
using Prickle.Filters.Meaning;
using Prickle.Filters.Sql;

namespace Prickle.Filters;

/// <summary>Filters judged in memory: the same answers as <see cref="FilterSql"/> gives on stored rows.</summary>
public static class FilterMatcher
{
    /// <summary>Whether every leaf can be judged without the store: SQL expressions cannot.</summary>
    public static bool CanJudge(Filter filter) => filter switch
    {
        FilterGroup group => group.Members.All(CanJudge),
        PropertyFilter leaf => leaf.Type != FilterTypes.Sql && FilterTypes.All.Contains(leaf.Type),
        _ => false,
    };

    public static bool Matches(Filter filter, FilterSubject subject) => filter switch
    {
        FilterGroup { IsEmpty: true } => true,
        FilterGroup { Join: FilterJoin.And } group => group.Members.All(member => Matches(member, subject)),
        FilterGroup group => group.Members.Any(member => Matches(member, subject)),
        PropertyFilter leaf => Matches(leaf, subject),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter."),
    };

    static bool Matches(PropertyFilter leaf, FilterSubject subject) => leaf.Type switch
    {
        FilterTypes.Event => Fits(leaf, Value(subject.Event, leaf.Key), subject),
        FilterTypes.Feature => Fits(leaf, Value(subject.Event, FilterTypes.FeatureProperty(leaf.Key)), subject),
        FilterTypes.Person => Fits(leaf, Value(subject.Person, leaf.Key), subject),
        FilterTypes.Session => Fits(leaf, Value(subject.Session, leaf.Key), subject),
        FilterTypes.Group => Fits(leaf, Value(subject.Groups.GetValueOrDefault(leaf.GroupTypeIndex ?? 0), leaf.Key), subject),
        FilterTypes.Element when leaf.Key == "selector" => IsNegative(leaf) != leaf.Values.Any(selector => SelectorFits(selector, subject)),
        FilterTypes.Element => Fits(leaf, [.. ElementChain.Of(leaf.Key, subject.ElementsChain)], subject),
        FilterTypes.Cohort => IsNegative(leaf) != leaf.Values.Any(id => subject.IsInCohort?.Invoke(int.Parse(id, CultureInfo.InvariantCulture)) == true),
        _ => throw new InvalidOperationException($"Filters of the type {leaf.Type} cannot be judged in memory."),
    };

    static bool SelectorFits(string selector, FilterSubject subject) =>
        ElementSelectors.TryParse(selector, out var parsed, out _) && parsed.Fits(Element.ParseChain(subject.ElementsChain));

    static bool IsNegative(PropertyFilter leaf) => leaf.Operator is "not_in" or "is_not";

    static JsonElement Value(JsonElement properties, string key) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(key, out var value) ? value : default;

    static bool Fits(PropertyFilter leaf, JsonElement value, FilterSubject subject)
    {
        var meaning = FilterMeaning.Of(leaf, subject.Now, subject.Zone);
        return meaning.Test is null ? Texts.IsSet(value) != meaning.IsNegated : Fits(meaning, [.. Texts.Of(value)]);
    }

    static bool Fits(PropertyFilter leaf, IReadOnlyList<string> texts, FilterSubject subject)
    {
        var meaning = FilterMeaning.Of(leaf, subject.Now, subject.Zone);
        return meaning.Test is null ? (texts.Count > 0) != meaning.IsNegated : Fits(meaning, texts);
    }

    static bool Fits(FilterMeaning meaning, IReadOnlyList<string> texts) =>
        texts.Any(text => TextTests.Fits(meaning.Test!, text)) != meaning.IsNegated
        || (meaning.FitsWithoutText && texts.Count == 0);
}
