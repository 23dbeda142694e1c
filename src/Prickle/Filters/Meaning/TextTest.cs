namespace Prickle.Filters.Meaning;

/// <summary>What one text must be, as a value that both back ends read: the one says it in SQL, the other asks it in memory.</summary>
abstract record TextTest;

/// <summary>How a text is compared with the values of a filter; without regard to case.</summary>
enum TextComparison
{
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    EqualsCleanedPath,
}

/// <summary>One of the values fits.</summary>
sealed record WordTest(TextComparison Comparison, IReadOnlyList<string> Values) : TextTest;

/// <summary>An expression that <see cref="RegexDialect"/> takes.</summary>
sealed record RegexTest(string Pattern) : TextTest;

/// <summary>A finite number in a range; what is no number is not.</summary>
sealed record NumberTest(double? From, double? To, bool IncludesFrom, bool IncludesTo) : TextTest;

/// <summary>A date in a range of microseconds since 1970, both ends in it.</summary>
sealed record MomentTest(long? From, long? To, TimeZoneInfo Zone) : TextTest;

/// <summary>A version from the first, before the last; or, when it is outside, one that is not.</summary>
sealed record VersionTest(Version3? From, Version3? Before, bool IsOutside = false) : TextTest;

/// <summary>Nothing fits: the filter's own value makes no sense.</summary>
sealed record NeverTest : TextTest;
