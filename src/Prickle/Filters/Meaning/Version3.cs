using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Filters.Meaning;

/// <summary>A version of three numbers. A leading v is passed over, and so is what follows a minus or a plus.</summary>
readonly partial record struct Version3(ulong Major, ulong Minor, ulong Patch) : IComparable<Version3>
{
    /// <summary>In the words that both regex engines know; the store's copy of this class.</summary>
    public const string Pattern = "^[vV]?([0-9]{1,9})(?:[.]([0-9]{1,9}))?(?:[.]([0-9]{1,9}))?(?:[-+].*)?$";

    public Version3 NextPatch => this with { Patch = Patch + 1 };

    public Version3 NextMinor => new(Major, Minor + 1, 0);

    public Version3 NextMajor => new(Major + 1, 0, 0);

    public ulong[] Numbers => [Major, Minor, Patch];

    public static Version3? Read(string text) => Read(text, out _);

    /// <param name="named">How many of the three are named.</param>
    public static Version3? Read(string text, out int named)
    {
        var match = Whole.Match(text);
        named = match.Success ? match.Groups[3].Success ? 3 : match.Groups[2].Success ? 2 : 1 : 0;
        return match.Success ? new Version3(Part(match, 1), Part(match, 2), Part(match, 3)) : null;
    }

    /// <summary>The versions of an operator's value: from one, before another. Null when the value is no version.</summary>
    public static (Version3? From, Version3? Before)? RangeOf(string name, string value)
    {
        if (name == "semver_wildcard")
        {
            value = Wildcards.Replace(value, "");
        }
        if (Read(value, out var named) is not { } version)
        {
            return name == "semver_wildcard" && value.Length == 0 ? (null, null) : null;
        }
        return name switch
        {
            "semver_gt" => (version.NextPatch, null),
            "semver_gte" => (version, null),
            "semver_lt" => (null, version),
            "semver_lte" => (null, version.NextPatch),
            "semver_tilde" => (version, named == 1 ? version.NextMajor : version.NextMinor),
            "semver_caret" => (version, version switch
            {
                { Major: > 0 } => version.NextMajor,
                { Minor: > 0 } => version.NextMinor,
                _ => named switch { 1 => version.NextMajor, 2 => version.NextMinor, _ => version.NextPatch },
            }),
            "semver_wildcard" => (version, named switch { 1 => version.NextMajor, 2 => version.NextMinor, _ => version.NextPatch }),
            _ => (version, version.NextPatch),
        };
    }

    public int CompareTo(Version3 other) =>
        Major != other.Major ? Major.CompareTo(other.Major)
        : Minor != other.Minor ? Minor.CompareTo(other.Minor)
        : Patch.CompareTo(other.Patch);

    static ulong Part(Match match, int group) =>
        match.Groups[group].Success ? ulong.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^[vV]?([0-9]{1,9})(?:[.]([0-9]{1,9}))?(?:[.]([0-9]{1,9}))?(?:[-+].*)?\\z", RegexOptions.Singleline)]
    static partial Regex Whole { get; }

    [GeneratedRegex(@"([.]?[*xX])+\z")]
    static partial Regex Wildcards { get; }
}
