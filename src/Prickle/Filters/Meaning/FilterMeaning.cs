namespace Prickle.Filters.Meaning;

/// <summary>What an operator with its values asks of a property.</summary>
/// <param name="Test">What one of its texts must be; null asks whether it is set.</param>
/// <param name="IsNegated">The opposite, so that a missing property satisfies it.</param>
/// <param name="FitsWithoutText">Also satisfied where there is no text at all.</param>
sealed record FilterMeaning(TextTest? Test, bool IsNegated = false, bool FitsWithoutText = false)
{
    static readonly FilterMeaning Never = new(new NeverTest());

    public static FilterMeaning Of(PropertyFilter filter, DateTimeOffset now, TimeZoneInfo zone) => filter.Operator switch
    {
        "is_set" => new((TextTest?)null),
        "is_not_set" => new((TextTest?)null, IsNegated: true),
        "exact" or "in" => Words(TextComparison.Equals, filter),
        "is_not" or "not_in" => Words(TextComparison.Equals, filter) with { IsNegated = true },
        "icontains" => Words(TextComparison.Contains, filter),
        "not_icontains" => Words(TextComparison.Contains, filter) with { IsNegated = true },
        "starts_with" => Words(TextComparison.StartsWith, filter),
        "not_starts_with" => Words(TextComparison.StartsWith, filter) with { IsNegated = true },
        "ends_with" => Words(TextComparison.EndsWith, filter),
        "not_ends_with" => Words(TextComparison.EndsWith, filter) with { IsNegated = true },
        "is_cleaned_path_exact" =>
            new(new WordTest(TextComparison.EqualsCleanedPath, [.. filter.Values.Select(CleanedPath.Of)])),
        // The rule: an expression that cannot be read matches nothing, not even turned round.
        "regex" or "not_regex" when filter.Values is not [var pattern, ..] || !FilterValues.IsRegex(pattern) => Never,
        "regex" => new(new RegexTest(filter.Values[0])),
        "not_regex" => new(new RegexTest(filter.Values[0]), IsNegated: true),
        "gt" => Number(filter, value => new(value, null, false, false)),
        "gte" => Number(filter, value => new(value, null, true, false)),
        "lt" => Number(filter, value => new(null, value, false, false)),
        "lte" => Number(filter, value => new(null, value, false, true)),
        "between" => Between(filter, isNegated: false),
        "not_between" => Between(filter, isNegated: true),
        "is_date_exact" or "is_date_before" or "is_date_after" => Date(filter, now, zone),
        _ when filter.Operator.StartsWith("semver_", StringComparison.Ordinal) => Version(filter),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Operator, "Not an operator of property filters."),
    };

    /// <summary>The answer where there is nothing to look at.</summary>
    public bool FitsMissing => IsNegated || FitsWithoutText;

    static FilterMeaning Words(TextComparison comparison, PropertyFilter filter) => new(new WordTest(comparison, filter.Values));

    static FilterMeaning Number(PropertyFilter filter, Func<double, NumberTest> test) =>
        filter.Values is [var text, ..] && FilterValues.Number(text) is { } number ? new(test(number)) : Never;

    static FilterMeaning Between(PropertyFilter filter, bool isNegated) =>
        filter.Values is [var low, var high] && FilterValues.Number(low) is { } from && FilterValues.Number(high) is { } to
            ? new(new NumberTest(from, to, true, true), isNegated)
            : Never;

    static FilterMeaning Date(PropertyFilter filter, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (filter.Values is not [var text, ..] || FilterValues.Moment(text, now, zone) is not { } moment)
        {
            return Never;
        }
        var at = Dates.Microseconds(moment);
        return filter.Operator switch
        {
            "is_date_before" => new(new MomentTest(null, at - 1, zone)),
            "is_date_after" => new(new MomentTest(at + 1, null, zone)),
            // Days have 23 or 25 hours where clocks change.
            _ when FilterValues.IsDay(text) && TimeZoneInfo.ConvertTime(moment, zone).Date is var day => new(new MomentTest(
                Dates.Microseconds(Dates.InZone(day, zone)), Dates.Microseconds(Dates.InZone(day.AddDays(1), zone)) - 1, zone)),
            _ => new(new MomentTest(at, at, zone)),
        };
    }

    static FilterMeaning Version(PropertyFilter filter) =>
        filter.Values is [var text, ..] && Version3.RangeOf(filter.Operator, text) is var (from, before)
            ? filter.Operator == "semver_neq"
                ? new(new VersionTest(from, before, IsOutside: true), FitsWithoutText: true)
                : new(new VersionTest(from, before))
            : Never;
}
