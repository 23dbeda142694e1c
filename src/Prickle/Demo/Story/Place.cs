namespace Prickle.Demo.Story;

/// <summary>Where someone is.</summary>
/// <param name="CountryCode">Two letters.</param>
/// <param name="Country">Its English name.</param>
/// <param name="City">A city there.</param>
/// <param name="TimeZone">Its IANA name, as browsers report it.</param>
/// <param name="HoursAhead">Of UTC, near enough for a daily rhythm.</param>
/// <param name="Language">What the browser asks for.</param>
/// <param name="Weight">How much of the audience is there.</param>
sealed record Place(string CountryCode, string Country, string City, string TimeZone, int HoursAhead, string Language, double Weight)
{
    public static readonly IReadOnlyList<Place> All =
    [
        new("GB", "United Kingdom", "Bristol", "Europe/London", 0, "en-GB", 16),
        new("GB", "United Kingdom", "Leeds", "Europe/London", 0, "en-GB", 8),
        new("US", "United States", "Portland", "America/Los_Angeles", -8, "en-US", 11),
        new("US", "United States", "Boston", "America/New_York", -5, "en-US", 12),
        new("DE", "Germany", "Freiburg", "Europe/Berlin", 1, "de-DE", 9),
        new("DE", "Germany", "Leipzig", "Europe/Berlin", 1, "de-DE", 7),
        new("NL", "Netherlands", "Utrecht", "Europe/Amsterdam", 1, "nl-NL", 7),
        new("FR", "France", "Nantes", "Europe/Paris", 1, "fr-FR", 6),
        new("SE", "Sweden", "Uppsala", "Europe/Stockholm", 1, "sv-SE", 4),
        new("CA", "Canada", "Halifax", "America/Halifax", -4, "en-CA", 5),
        new("AU", "Australia", "Hobart", "Australia/Hobart", 11, "en-AU", 4),
        new("NZ", "New Zealand", "Nelson", "Pacific/Auckland", 13, "en-NZ", 2),
        new("IE", "Ireland", "Cork", "Europe/Dublin", 0, "en-IE", 3),
        new("ES", "Spain", "Girona", "Europe/Madrid", 1, "es-ES", 3),
        new("PL", "Poland", "Lublin", "Europe/Warsaw", 1, "pl-PL", 2),
        new("JP", "Japan", "Kanazawa", "Asia/Tokyo", 9, "ja-JP", 1),
    ];
}
