using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Previews;

/// <summary>Finds what is wrong with the settings of a preview.</summary>
static class PreviewCheck
{
    const int LongestName = 200;
    const int LongestDescription = 10_000;
    const int LongestAddress = 2000;
    const int LargestPayload = 20 * 1024;
    const int MostCodes = 100;
    const int MostSeats = 1_000_000;
    const int MostOthers = 20;

    /// <param name="id">The preview; null for a new one.</param>
    /// <param name="others">All previews of the project, itself among them.</param>
    public static Refusal? Refuse(
        Guid? id, PreviewSettings settings, IReadOnlyList<FeaturePreview> others, IReadOnlyDictionary<int, string> groupTypes, DateTimeOffset now) =>
        Words(settings) ?? Access(settings, groupTypes) ?? Others(id, settings, others) ?? Dates(settings, others.FirstOrDefault(other => other.Id == id), now);

    static Refusal? Words(PreviewSettings settings)
    {
        if (settings.Name.Trim() is not { Length: > 0 and <= LongestName })
        {
            return Refusal.Invalid("name", $"A preview needs a name of at most {LongestName} characters.");
        }
        if (settings.Description.Length > LongestDescription)
        {
            return Refusal.Invalid("description", $"A description has {LongestDescription} characters at most.");
        }
        if (settings.DocumentationUrl.Trim() is { Length: > 0 } address
            && (address.Length > LongestAddress || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            return Refusal.Invalid("documentation_url", "A web address is expected here, such as https://example.com/docs.");
        }
        return settings.Payload.ValueKind != JsonValueKind.Object || settings.Payload.GetRawText().Length > LargestPayload
            ? Refusal.Invalid("payload", $"The payload is a JSON object of at most {LargestPayload / 1024} KB.") : null;
    }

    static Refusal? Access(PreviewSettings settings, IReadOnlyDictionary<int, string> groupTypes)
    {
        if (settings.Codes.Count > MostCodes || settings.Codes.Any(code => code.Trim().Length is < 6 or > 100))
        {
            return Refusal.Invalid("codes", $"At most {MostCodes} invite codes, each of 6 to 100 characters.");
        }
        if (settings.SeatLimit is < 1 or > MostSeats)
        {
            return Refusal.Invalid("seat_limit", $"1 to {MostSeats} seats, or null for all who want.");
        }
        return settings.GroupTypeIndex is { } type && !groupTypes.ContainsKey(type)
            ? Refusal.Invalid("group_type_index", "The project has no such type of group yet: it comes with the first event that names one.") : null;
    }

    static Refusal? Others(Guid? id, PreviewSettings settings, IReadOnlyList<FeaturePreview> others)
    {
        foreach (var (attribute, named) in new[] { ("requires", settings.Requires), ("conflicts_with", settings.ConflictsWith) })
        {
            if (named.Count > MostOthers)
            {
                return Refusal.Invalid(attribute, $"At most {MostOthers} previews.");
            }
            if (named.Any(other => other == id || others.All(preview => preview.Id != other)))
            {
                return Refusal.Invalid(attribute, "Name other previews of this project, by their ids.");
            }
        }
        if (settings.Requires.Intersect(settings.ConflictsWith).Any())
        {
            return Refusal.Invalid("conflicts_with", "A preview cannot need another one and conflict with it.");
        }
        return id is { } self && LeadsTo(self, settings.Requires, others, [])
            ? Refusal.Invalid("requires", "The previews would need each other, and nobody could begin.") : null;
    }

    static bool LeadsTo(Guid self, IReadOnlyList<Guid> from, IReadOnlyList<FeaturePreview> others, HashSet<Guid> seen) =>
        from.Any(id => id == self || (seen.Add(id) && others.FirstOrDefault(other => other.Id == id) is { } other && LeadsTo(self, other.Settings.Requires, others, seen)));

    static Refusal? Dates(PreviewSettings settings, FeaturePreview? before, DateTimeOffset now)
    {
        if (settings.SunsetAt is { } end && end <= now && end != before?.Settings.SunsetAt)
        {
            return Refusal.Invalid("sunset_at", "This moment is over already.");
        }
        return settings.SunsetAt <= settings.ReviewAt
            ? Refusal.Invalid("review_at", "A review comes before the end.") : null;
    }
}
