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
        new("regex", "matches the regex"),
        new("not_regex", "does not match the regex"),
        new("gt", "is greater than"),
        new("gte", "is at least"),
        new("lt", "is less than"),
        new("lte", "is at most"),
        new("is_set", "is set", TakesValue: false),
        new("is_not_set", "is not set", TakesValue: false),
        new("is_date_before", "is before"),
        new("is_date_after", "is after"),
    ];

    /// <summary>The operator of a name, if there is one.</summary>
    public static FilterOperator? Find(string name) => All.FirstOrDefault(candidate => candidate.Name == name);
}
