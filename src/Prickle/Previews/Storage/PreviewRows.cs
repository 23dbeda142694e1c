using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Flags;

namespace Prickle.Previews.Storage;

sealed class PreviewRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public int FlagId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public PreviewStage Stage { get; set; }
    public PreviewStage PreviousStage { get; set; }
    public int StageNumber { get; set; }
    public DateTimeOffset StageChangedAt { get; set; }
    public string? EndedBecause { get; set; }
    public string DocumentationUrl { get; set; } = "";
    public string Payload { get; set; } = "{}";

    /// <summary>JSON, in the form of a flag's filters.</summary>
    public string Audience { get; set; } = "{}";
    public List<string> Codes { get; set; } = [];
    public int? SeatLimit { get; set; }
    public int? GroupTypeIndex { get; set; }
    public bool DoesGroupDecide { get; set; }
    public List<Guid> Requires { get; set; } = [];
    public List<Guid> ConflictsWith { get; set; } = [];
    public DateTimeOffset? ReviewAt { get; set; }
    public DateTimeOffset? SunsetAt { get; set; }

    /// <summary>The dates that the owner has been told of.</summary>
    public DateTimeOffset? ReviewTold { get; set; }
    public DateTimeOffset? SunsetTold { get; set; }

    /// <summary>Grows with each choice: whoever counts seats holds this row meanwhile.</summary>
    public long Turn { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Two changes at once: the second is refused.</summary>
    public int Version { get; set; } = 1;
    public bool IsDeleted { get; set; }

    public bool IsGuarded { get; set; }

    public FeaturePreview ToPreview(string? flagKey, IReadOnlyList<PreviewPicture> pictures) => new()
    {
        Id = Id,
        ProjectId = ProjectId,
        FlagId = FlagId,
        FlagKey = flagKey,
        Settings = new PreviewSettings
        {
            Name = Name,
            Description = Description,
            Stage = Stage,
            DocumentationUrl = DocumentationUrl,
            Payload = JsonElement.Parse(Payload),
            Audience = JsonSerializer.Deserialize<FlagFilters>(Audience)!.Groups,
            Codes = [.. Codes],
            SeatLimit = SeatLimit,
            GroupTypeIndex = GroupTypeIndex,
            DoesGroupDecide = DoesGroupDecide,
            Requires = [.. Requires],
            ConflictsWith = [.. ConflictsWith],
            ReviewAt = ReviewAt,
            SunsetAt = SunsetAt,
        },
        StageNumber = StageNumber,
        PreviousStage = PreviousStage,
        StageChangedAt = StageChangedAt,
        EndedBecause = EndedBecause,
        Pictures = pictures,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Version = Version,
    };

    public void Apply(PreviewSettings settings)
    {
        Name = settings.Name.Trim();
        Description = settings.Description.Trim();
        Stage = settings.Stage;
        DocumentationUrl = settings.DocumentationUrl.Trim();
        Payload = settings.Payload.GetRawText();
        Audience = JsonSerializer.Serialize(new FlagFilters { Groups = settings.Audience });
        Codes = [.. settings.Codes.Select(code => code.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];
        SeatLimit = settings.SeatLimit;
        GroupTypeIndex = settings.GroupTypeIndex;
        DoesGroupDecide = settings.DoesGroupDecide && settings.GroupTypeIndex is not null;
        Requires = [.. settings.Requires.Distinct()];
        ConflictsWith = [.. settings.ConflictsWith.Distinct()];
        // PostgreSQL takes moments in UTC alone.
        ReviewAt = settings.ReviewAt?.ToUniversalTime();
        SunsetAt = settings.SunsetAt?.ToUniversalTime();
        IsGuarded = settings.IsGuarded;
    }

    /// <summary>What the log keeps. Invite codes open the preview to whoever reads them: their number is enough.</summary>
    public object ToLog() => new
    {
        Name,
        Description,
        Stage = PreviewStages.NameOf(Stage),
        DocumentationUrl,
        Payload,
        Audience,
        InviteCodes = Codes.Count,
        SeatLimit,
        GroupTypeIndex,
        DoesGroupDecide,
        Requires = Requires.ToArray(),
        ConflictsWith = ConflictsWith.ToArray(),
        ReviewAt,
        SunsetAt,
    };

    sealed class Configuration : IEntityTypeConfiguration<PreviewRow>
    {
        public void Configure(EntityTypeBuilder<PreviewRow> preview)
        {
            preview.ToTable("previews");
            preview.Property(row => row.Id).ValueGeneratedNever();
            preview.Property(row => row.Name).HasMaxLength(200);
            preview.Property(row => row.Stage).HasConversion<string>().HasMaxLength(32);
            preview.Property(row => row.PreviousStage).HasConversion<string>().HasMaxLength(32);
            preview.Property(row => row.Version).IsConcurrencyToken();
            preview.HasIndex(row => new { row.ProjectId, row.FlagId });
        }
    }
}

sealed class PreviewPictureRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public Guid PreviewId { get; set; }
    public required string MediaType { get; set; }
    public required byte[] Content { get; set; }
    public string Alt { get; set; } = "";
    public int Width { get; set; }
    public int Height { get; set; }
    public int Position { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PreviewPictureRow>
    {
        public void Configure(EntityTypeBuilder<PreviewPictureRow> picture)
        {
            picture.ToTable("preview_pictures");
            picture.Property(row => row.Id).ValueGeneratedNever();
            picture.Property(row => row.MediaType).HasMaxLength(64);
            picture.HasIndex(row => row.PreviewId);
        }
    }
}

/// <summary>What somebody chose of a preview. Kept with the id they had then, which leads to them whoever they become.</summary>
sealed class EnrollmentRow
{
    public long Id { get; set; }
    public int ProjectId { get; set; }
    public Guid PreviewId { get; set; }
    public Guid PersonId { get; set; }
    public required string DistinctId { get; set; }
    public PreviewState State { get; set; }
    public bool WantsIt { get; set; }

    /// <summary>Gave a code, or was added by hand: sees it from then on.</summary>
    public bool IsInvited { get; set; }
    public string Source { get; set; } = "";

    /// <summary>Microseconds since 1970, like the other moments here: compared in the store, which must mean the same on both providers.</summary>
    public long ChosenAt { get; set; }
    public long? WaitingSince { get; set; }
    public long? SeenAt { get; set; }

    /// <summary>The number of the stage that they were told of last.</summary>
    public int ToldStage { get; set; }

    /// <summary>What they have not heard of yet: a kind of <see cref="PreviewNews"/>.</summary>
    public string? News { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<EnrollmentRow>
    {
        public void Configure(EntityTypeBuilder<EnrollmentRow> enrollment)
        {
            enrollment.ToTable("preview_enrollments");
            enrollment.Property(row => row.DistinctId).HasMaxLength(400);
            enrollment.Property(row => row.State).HasConversion<string>().HasMaxLength(16);
            enrollment.Property(row => row.Source).HasMaxLength(16);
            enrollment.Property(row => row.News).HasMaxLength(16);
            enrollment.HasIndex(row => new { row.PreviewId, row.PersonId }).IsUnique();
            enrollment.HasIndex(row => new { row.PreviewId, row.State, row.WaitingSince });
            enrollment.HasIndex(row => new { row.ProjectId, row.PersonId });
            enrollment.HasIndex(row => new { row.ProjectId, row.DistinctId });
        }
    }
}

/// <summary>What a group chose for its members.</summary>
sealed class GroupEnrollmentRow
{
    public Guid PreviewId { get; set; }
    public int ProjectId { get; set; }
    public int GroupTypeIndex { get; set; }
    public required string GroupKey { get; set; }
    public bool IsEnabled { get; set; }
    public string ChosenBy { get; set; } = "";
    public DateTimeOffset ChosenAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<GroupEnrollmentRow>
    {
        public void Configure(EntityTypeBuilder<GroupEnrollmentRow> enrollment)
        {
            enrollment.ToTable("preview_group_enrollments");
            enrollment.HasKey(row => new { row.PreviewId, row.GroupTypeIndex, row.GroupKey });
            enrollment.Property(row => row.GroupKey).HasMaxLength(400);
            enrollment.HasIndex(row => row.ProjectId);
        }
    }
}

/// <summary>Why somebody switched a preview off, in their words.</summary>
sealed class PreviewFeedbackRow
{
    public long Id { get; set; }
    public int ProjectId { get; set; }
    public Guid PreviewId { get; set; }
    public Guid PersonId { get; set; }
    public required string DistinctId { get; set; }
    public required string Text { get; set; }
    public string SessionId { get; set; } = "";
    public DateTimeOffset At { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PreviewFeedbackRow>
    {
        public void Configure(EntityTypeBuilder<PreviewFeedbackRow> feedback)
        {
            feedback.ToTable("preview_feedback");
            feedback.Property(row => row.DistinctId).HasMaxLength(400);
            feedback.Property(row => row.SessionId).HasMaxLength(200);
            feedback.HasIndex(row => row.PreviewId);
        }
    }
}

/// <summary>
/// An event that is to be captured, and what it says about the person: written with the change it tells of, taken away once both
/// are done.
/// </summary>
sealed class PreviewEventRow
{
    public long Id { get; set; }
    public Guid Uuid { get; set; }
    public int ProjectId { get; set; }
    public required string DistinctId { get; set; }

    /// <summary>Empty where there is something to say about the person alone.</summary>
    public required string Name { get; set; }

    /// <summary>JSON.</summary>
    public required string Properties { get; set; }

    /// <summary>JSON of <c>$set</c> or <c>$unset</c>; null for nothing.</summary>
    public string? Updates { get; set; }
    public DateTimeOffset At { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PreviewEventRow>
    {
        public void Configure(EntityTypeBuilder<PreviewEventRow> captured)
        {
            captured.ToTable("preview_events");
            captured.Property(row => row.DistinctId).HasMaxLength(400);
            captured.Property(row => row.Name).HasMaxLength(200);
        }
    }
}
