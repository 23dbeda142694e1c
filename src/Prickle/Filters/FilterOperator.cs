namespace Prickle.Filters;

/// <summary>An operator of a property filter.</summary>
/// <param name="Name">As the API says it.</param>
/// <param name="Words">As people read it.</param>
/// <param name="TakesValue">Needs something to compare with.</param>
/// <param name="TakesSeveral">Several values can be named.</param>
public sealed record FilterOperator(string Name, string Words, bool TakesValue = true, bool TakesSeveral = false)
{
    /// <summary>The one used when nothing is said.</summary>
    public static readonly FilterOperator Exact = new("exact", "equals", TakesSeveral: true);

    /// <summary>All of them, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<FilterOperator> All =
    [
        Exact,
        new("is_not", "does not equal", TakesSeveral: true),
        new("icontains", "contains", TakesSeveral: true),
        new("not_icontains", "does not contain", TakesSeveral: true),
        new("starts_with", "starts with", TakesSeveral: true),
        new("not_starts_with", "does not start with", TakesSeveral: true),
        new("ends_with", "ends with", TakesSeveral: true),
        new("not_ends_with", "does not end with", TakesSeveral: true),
        new("regex", "matches the regex"),
        new("not_regex", "does not match the regex"),
        new("gt", "is greater than") { Suits = "Numeric" },
        new("gte", "is at least") { Suits = "Numeric" },
        new("lt", "is less than") { Suits = "Numeric" },
        new("lte", "is at most") { Suits = "Numeric" },
        new("between", "is between") { Suits = "Numeric", TakesTwo = true },
        new("not_between", "is not between") { Suits = "Numeric", TakesTwo = true },
        new("is_set", "is set", TakesValue: false),
        new("is_not_set", "is not set", TakesValue: false),
        new("is_date_exact", "is on") { Suits = "DateTime" },
        new("is_date_before", "is before") { Suits = "DateTime" },
        new("is_date_after", "is after") { Suits = "DateTime" },
        new("in", "is in", TakesSeveral: true) { Suits = "Cohort" },
        new("not_in", "is not in", TakesSeveral: true) { Suits = "Cohort" },
        new("semver_eq", "is version") { Suits = "Version" },
        new("semver_neq", "is not version") { Suits = "Version" },
        new("semver_gt", "is a version after") { Suits = "Version" },
        new("semver_gte", "is a version from") { Suits = "Version" },
        new("semver_lt", "is a version before") { Suits = "Version" },
        new("semver_lte", "is a version up to") { Suits = "Version" },
        new("semver_tilde", "is a patch of (~)") { Suits = "Version" },
        new("semver_caret", "is compatible with (^)") { Suits = "Version" },
        new("semver_wildcard", "is a version like (1.2.*)") { Suits = "Version" },
        new("is_cleaned_path_exact", "has the path", TakesSeveral: true) { Suits = "Path" },
    ];

    /// <summary>Exactly two values are named: the least and the greatest.</summary>
    public bool TakesTwo { get; init; }

    /// <summary>The kind of values it is made for; null when it suits all.</summary>
    public string? Suits { get; init; }

    /// <summary>The operator of a name, if there is one.</summary>
    public static FilterOperator? Find(string name) => All.FirstOrDefault(candidate => candidate.Name == name);
}
