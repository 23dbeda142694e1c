using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Flags;

namespace Prickle.Previews.Pages;

/// <summary>A preview while it is edited. What the page does not show is kept as it was.</summary>
sealed class PreviewForm
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    PreviewSettings _origin = new();
    IReadOnlyList<FlagCondition> _audience = [];
    FilterGroup? _filters;

    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public PreviewStage Stage { get; set; } = PreviewStage.Draft;

    /// <summary>Empty for a new one.</summary>
    public string FlagKey { get; set; } = "";
    public string DocumentationUrl { get; set; } = "";
    public List<PictureForm> Pictures { get; init; } = [];

    /// <summary>Not everybody sees it.</summary>
    public bool IsForSome { get; set; }

    /// <summary>One a line.</summary>
    public string Codes { get; set; } = "";
    public string Seats { get; set; } = "";
    public int? GroupTypeIndex { get; set; }
    public bool DoesGroupDecide { get; set; }
    public List<Guid> Requires { get; init; } = [];
    public List<Guid> ConflictsWith { get; init; } = [];
    public DateOnly? Review { get; set; }
    public DateOnly? Sunset { get; set; }
    public string Payload { get; set; } = "";

    /// <summary>What the filter bar shows; what it cannot show is <see cref="Others"/>.</summary>
    public FilterGroup Filters
    {
        get => _filters ??= _audience is [var only] && Others.Count == 0 ? FlagConditions.ToFilters(only) : FilterGroup.Everything;
        set
        {
            _filters = value;
            _audience = value.IsEmpty ? [] : [FlagConditions.FromFilters(value)];
        }
    }

    /// <summary>Condition sets that the API made and no filter bar can show: several, or with shares, or on flags.</summary>
    public IReadOnlyList<FlagCondition> Others => _audience is [] or [{ RolloutPercentage: null or >= 100 }] && _audience.All(IsPlain) ? [] : _audience;

    public bool HasAudience => _audience.Count > 0;

    /// <summary>Holds what is set seldom: shown open then.</summary>
    public bool HasAdvanced => Requires.Count > 0 || ConflictsWith.Count > 0 || Payload.Length > 0;

    public IReadOnlyList<CardPicture> Shown => [.. Pictures.Select(picture => new CardPicture(picture.Source, picture.Alt, picture.Width, picture.Height))];

    public static PreviewForm Of(FeaturePreview preview, TimeZoneInfo zone)
    {
        var settings = preview.Settings;
        return new PreviewForm
        {
            _origin = settings,
            _audience = settings.Audience,
            Name = settings.Name,
            Description = settings.Description,
            Stage = settings.Stage,
            FlagKey = preview.FlagKey ?? "",
            DocumentationUrl = settings.DocumentationUrl,
            Pictures = [.. preview.Pictures.Select(PictureForm.Of)],
            IsForSome = !settings.IsPublic,
            Codes = string.Join('\n', settings.Codes),
            Seats = settings.SeatLimit?.ToString(CultureInfo.InvariantCulture) ?? "",
            GroupTypeIndex = settings.GroupTypeIndex,
            DoesGroupDecide = settings.DoesGroupDecide,
            Requires = [.. settings.Requires],
            ConflictsWith = [.. settings.ConflictsWith],
            Review = Day(settings.ReviewAt, zone),
            Sunset = Day(settings.SunsetAt, zone),
            Payload = settings.Payload.EnumerateObject().Any() ? JsonSerializer.Serialize(settings.Payload, Readable) : "",
        };
    }

    /// <summary>What is to be saved; a refusal for what can only be seen here.</summary>
    public Outcome<PreviewSettings> ToSettings(TimeZoneInfo zone)
    {
        string[] codes = [.. Codes.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (IsForSome && codes.Length == 0 && !HasAudience)
        {
            return Refusal.Invalid("audience", "Say who: by a condition, or by a code.");
        }
        int? seats = null;
        if (Seats.Trim().Length > 0)
        {
            if (!int.TryParse(Seats.Trim(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
            {
                return Refusal.Invalid("seat_limit", "A whole number is expected here, or nothing.");
            }
            seats = number;
        }
        var payload = new PreviewSettings().Payload;
        if (Payload.Trim() is { Length: > 0 } text)
        {
            try
            {
                payload = JsonElement.Parse(text);
            }
            catch (JsonException)
            {
                return Refusal.Invalid("payload", "This is not JSON: an object such as {\"colour\": \"red\"} is expected.");
            }
        }
        return _origin with
        {
            Name = Name.Trim(),
            Description = Description.ReplaceLineEndings("\n"),
            Stage = Stage,
            DocumentationUrl = DocumentationUrl.Trim(),
            Audience = IsForSome ? _audience : [],
            Codes = IsForSome ? codes : [],
            SeatLimit = seats,
            GroupTypeIndex = GroupTypeIndex,
            DoesGroupDecide = DoesGroupDecide && GroupTypeIndex is not null,
            Requires = Requires,
            ConflictsWith = ConflictsWith,
            ReviewAt = Moment(Review, _origin.ReviewAt, zone),
            SunsetAt = Moment(Sunset, _origin.SunsetAt, zone),
            Payload = payload,
        };
    }

    static bool IsPlain(FlagCondition set) => set.Aggregation is null
        && set.Properties.All(property => property.Type is FlagPropertyTypes.Cohort || property is { IsNegated: false, Type: FlagPropertyTypes.Person });

    static DateOnly? Day(DateTimeOffset? at, TimeZoneInfo zone) =>
        at is { } moment ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime) : null;

    // A moment that the API set within the day stays while the day does; a day chosen here begins in the project's zone.
    static DateTimeOffset? Moment(DateOnly? day, DateTimeOffset? before, TimeZoneInfo zone)
    {
        if (day == Day(before, zone))
        {
            return before;
        }
        return day is { } chosen && chosen.ToDateTime(TimeOnly.MinValue) is var start ? new DateTimeOffset(start, zone.GetUtcOffset(start)).ToUniversalTime() : null;
    }
}

/// <summary>A screenshot while its preview is edited: kept already, or waiting to be saved.</summary>
public sealed class PictureForm
{
    /// <summary>Null for one that is not kept yet.</summary>
    public Guid? Id { get; init; }

    /// <summary>As it was chosen; null for one that is kept.</summary>
    public byte[]? Content { get; init; }
    public required string Source { get; init; }
    public string Alt { get; set; } = "";
    public string SavedAlt { get; init; } = "";
    public int Width { get; init; }
    public int Height { get; init; }

    public static PictureForm Of(PreviewPicture picture) => new()
    {
        Id = picture.Id,
        Source = CardPicture.AddressOf(picture.Id),
        Alt = picture.Alt,
        SavedAlt = picture.Alt,
        Width = picture.Width,
        Height = picture.Height,
    };
}
