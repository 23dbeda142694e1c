using System.Text.Json;
using Prickle.Flags;

namespace Prickle.Previews.Listing;

/// <summary>The flag of a preview.</summary>
public sealed record PreviewFlag(int Id, string? Key);

/// <summary>A preview in the field's shape.</summary>
public sealed record PreviewItem(
    Guid Id, string Name, string Description, string Stage, string DocumentationUrl, JsonElement Payload, PreviewFlag FeatureFlag,
    FlagFilters Audience, IReadOnlyList<string> Codes, int? SeatLimit, int? GroupTypeIndex, bool GroupDecides, IReadOnlyList<Guid> Requires,
    IReadOnlyList<Guid> ConflictsWith, DateTimeOffset? ReviewAt, DateTimeOffset? SunsetAt, IReadOnlyList<ScreenshotItem> Screenshots,
    DateTimeOffset StageChangedAt, string? EndedBecause, int Version, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>How many chose what.</summary>
    public PreviewCounts Counts { get; init; } = PreviewCounts.None;

    internal static PreviewItem Of(FeaturePreview preview, PreviewCounts? counts) => new(
        preview.Id, preview.Name, preview.Settings.Description, PreviewStages.NameOf(preview.Stage), preview.Settings.DocumentationUrl, preview.Settings.Payload,
        new PreviewFlag(preview.FlagId, preview.FlagKey), new FlagFilters { Groups = preview.Settings.Audience }, preview.Settings.Codes, preview.Settings.SeatLimit,
        preview.Settings.GroupTypeIndex, preview.Settings.DoesGroupDecide, preview.Settings.Requires, preview.Settings.ConflictsWith, preview.Settings.ReviewAt,
        preview.Settings.SunsetAt, [.. preview.Pictures.Select(ScreenshotItem.Of)], preview.StageChangedAt, preview.EndedBecause, preview.Version,
        preview.CreatedBy, preview.CreatedAt, preview.UpdatedAt)
    {
        Counts = counts ?? PreviewCounts.None,
    };
}

/// <summary>A screenshot, with the address under which anybody sees it.</summary>
public sealed record ScreenshotItem(Guid Id, string Url, string Alt, int Width, int Height)
{
    internal static ScreenshotItem Of(PreviewPicture picture) => new(picture.Id, $"/previews/images/{picture.Id}", picture.Alt, picture.Width, picture.Height);
}

/// <summary>A link to the list of previews for somebody.</summary>
public sealed record PreviewLinkItem(Uri Url, string Identity, DateTimeOffset ExpiresAt);
