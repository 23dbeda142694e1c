using System.Text.Json;
using Prickle.Flags;

namespace Prickle.Previews;

/// <summary>A feature that people switch on for themselves before everybody has it.</summary>
public sealed record FeaturePreview
{
    public required Guid Id { get; init; }
    public required int ProjectId { get; init; }

    /// <summary>The flag that follows what people choose.</summary>
    public required int FlagId { get; init; }

    /// <summary>Its key; null when the flag was deleted by force.</summary>
    public required string? FlagKey { get; init; }
    public required PreviewSettings Settings { get; init; }

    /// <summary>How often the stage has changed.</summary>
    public int StageNumber { get; init; }
    public PreviewStage PreviousStage { get; init; }
    public DateTimeOffset StageChangedAt { get; init; }

    /// <summary>Why the product itself ended it; null when it did not.</summary>
    public string? EndedBecause { get; init; }
    public IReadOnlyList<PreviewPicture> Pictures { get; init; } = [];
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public int Version { get; init; } = 1;

    public string Name => Settings.Name;
    public PreviewStage Stage => Settings.Stage;
}

/// <summary>What people say about a preview.</summary>
public sealed record PreviewSettings
{
    public string Name { get; init; } = "";

    /// <summary>Text as people wrote it, with their line ends; never HTML.</summary>
    public string Description { get; init; } = "";
    public PreviewStage Stage { get; init; } = PreviewStage.Draft;

    /// <summary>http or https; empty for none.</summary>
    public string DocumentationUrl { get; init; } = "";

    /// <summary>A JSON object that programs get along with the list.</summary>
    public JsonElement Payload { get; init; } = NoPayload;

    /// <summary>Who sees it: condition sets as flags have them. Empty for everybody, or for whoever has a code where there are any.</summary>
    public IReadOnlyList<FlagCondition> Audience { get; init; } = [];

    /// <summary>Whoever gives one of these sees it, and keeps seeing it.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>How many persons may have it on at a time; the next ones wait in line. Null for all.</summary>
    public int? SeatLimit { get; init; }

    /// <summary>The type of group that may enroll as a whole; null for none.</summary>
    public int? GroupTypeIndex { get; init; }

    /// <summary>What a group chose holds for its members whatever they chose; else they may differ.</summary>
    public bool DoesGroupDecide { get; init; }

    /// <summary>Previews that somebody must have on first.</summary>
    public IReadOnlyList<Guid> Requires { get; init; } = [];

    /// <summary>Previews that nobody may have on at the same time.</summary>
    public IReadOnlyList<Guid> ConflictsWith { get; init; } = [];

    /// <summary>When the owner is asked whether it goes on.</summary>
    public DateTimeOffset? ReviewAt { get; init; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? SunsetAt { get; init; }

    static readonly JsonElement NoPayload = JsonElement.Parse("{}");

    /// <summary>Not everybody may choose, or not for themselves alone: what they chose is decided here and not by a person property.</summary>
    public bool IsGuarded =>
        Audience.Count > 0 || Codes.Count > 0 || SeatLimit is not null || GroupTypeIndex is not null || Requires.Count > 0 || ConflictsWith.Count > 0;

    /// <summary>Everybody finds it in their list.</summary>
    public bool IsPublic => Audience.Count == 0 && Codes.Count == 0;
}

/// <summary>A screenshot.</summary>
/// <param name="Width">In pixels, so that nothing moves when it comes.</param>
/// <param name="Height">In pixels.</param>
public sealed record PreviewPicture(Guid Id, string Alt, int Width, int Height);
