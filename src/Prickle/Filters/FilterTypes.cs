namespace Prickle.Filters;

/// <summary>What a filter looks at, by the names of the API.</summary>
public static class FilterTypes
{
    public const string Event = "event";
    public const string Person = "person";
    public const string Group = "group";
    public const string Session = "session";
    public const string Element = "element";
    public const string Cohort = "cohort";
    /// <summary>A flag's value at the event.</summary>
    public const string Feature = "feature";
    /// <summary>A SQL expression; the field's name for it.</summary>
    public const string Sql = "hogql";

    /// <summary>Those that can be compiled, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<string> All = [Event, Person, Group, Session, Element, Cohort, Feature, Sql];

    /// <summary>What can be asked of rows.</summary>
    public static IReadOnlyList<string> Of(FilterRow row) => row switch
    {
        FilterRow.Persons => [Person, Cohort, Sql],
        FilterRow.Groups => [Group],
        FilterRow.Sessions => [Session, Person, Cohort],
        _ => All,
    };

    /// <summary>The property of events that a flag's value is kept in.</summary>
    public static string FeatureProperty(string key) =>
        key.StartsWith("$feature/", StringComparison.Ordinal) ? key : $"$feature/{key}";
}
