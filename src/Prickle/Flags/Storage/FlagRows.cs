using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Flags.Definition;

namespace Prickle.Flags.Storage;

sealed class FlagRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public required string Key { get; set; }

    /// <summary>The key while it is taken: null once the flag is deleted, so that another may have it.</summary>
    public string? TakenKey { get; set; }

    public string Name { get; set; } = "";

    /// <summary>JSON, in the form of SDKs.</summary>
    public string Filters { get; set; } = "{}";

    public bool Active { get; set; }
    public List<string> Tags { get; set; } = [];
    public bool EnsureExperienceContinuity { get; set; }
    public string BucketingIdentifier { get; set; } = FlagBucketing.DistinctId;
    public List<string> EvaluationContexts { get; set; } = [];
    public string EvaluationRuntime { get; set; } = FlagRuntimes.All;
    public bool IsRemoteConfiguration { get; set; }

    /// <summary>Two changes at once: the second is refused.</summary>
    public int Version { get; set; } = 1;

    public bool IsArchived { get; set; }

    /// <summary>The row stays, so that a deletion can be taken back.</summary>
    public bool IsDeleted { get; set; }

    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public FeatureFlag ToFlag()
    {
        var filters = new FlagFilters();
        string? problem = null;
        try
        {
            using var json = JsonDocument.Parse(Filters);
            if (FlagFiltersReader.TryRead(json.RootElement, "filters", out var read, out var refusal))
            {
                filters = read;
            }
            problem = refusal is null ? null : $"{refusal.Attribute}: {refusal.Detail}";
        }
        catch (JsonException broken)
        {
            problem = broken.Message;
        }
        return new FeatureFlag
        {
            Id = Id,
            ProjectId = ProjectId,
            Settings = new FlagSettings
            {
                Key = Key,
                Name = Name,
                Filters = filters,
                Active = Active,
                Tags = [.. Tags],
                EnsureExperienceContinuity = EnsureExperienceContinuity,
                BucketingIdentifier = BucketingIdentifier,
                EvaluationContexts = [.. EvaluationContexts],
                EvaluationRuntime = EvaluationRuntime,
                IsRemoteConfiguration = IsRemoteConfiguration,
            },
            Version = Version,
            IsArchived = IsArchived,
            CreatedBy = CreatedBy,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            Problem = problem,
        };
    }

    public void Apply(FlagSettings settings)
    {
        (Key, TakenKey) = (settings.Key, settings.Key);
        Name = settings.Name.Trim();
        Filters = FlagFiltersWriter.Write(settings.Filters);
        Active = settings.Active;
        Tags = [.. settings.Tags.Select(tag => tag.Trim()).Distinct()];
        EnsureExperienceContinuity = settings.EnsureExperienceContinuity;
        BucketingIdentifier = settings.BucketingIdentifier;
        EvaluationContexts = [.. settings.EvaluationContexts.Select(context => context.Trim()).Distinct()];
        EvaluationRuntime = settings.EvaluationRuntime;
        IsRemoteConfiguration = settings.IsRemoteConfiguration;
    }

    /// <summary>What the log keeps. The filters as text: a variant called "token" is no secret, and reverting needs all of it.</summary>
    public object ToLog() => new
    {
        Key,
        Name,
        Filters,
        Active,
        Tags = Tags.ToArray(),
        EnsureExperienceContinuity,
        BucketingIdentifier,
        EvaluationContexts = EvaluationContexts.ToArray(),
        EvaluationRuntime,
        IsRemoteConfiguration,
        Archived = IsArchived,
    };

    sealed class Configuration : IEntityTypeConfiguration<FlagRow>
    {
        public void Configure(EntityTypeBuilder<FlagRow> flag)
        {
            flag.ToTable("feature_flags");
            flag.Property(row => row.Key).HasMaxLength(400);
            flag.Property(row => row.TakenKey).HasMaxLength(400);
            flag.Property(row => row.BucketingIdentifier).HasMaxLength(32);
            flag.Property(row => row.EvaluationRuntime).HasMaxLength(32);
            flag.Property(row => row.Version).IsConcurrencyToken();
            flag.HasIndex(row => new { row.ProjectId, row.TakenKey }).IsUnique();
        }
    }
}

/// <summary>Grows with each change of a project's flags: nodes see by it that what they keep is old.</summary>
sealed class FlagEditionRow
{
    public int ProjectId { get; set; }
    public long Edition { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<FlagEditionRow>
    {
        public void Configure(EntityTypeBuilder<FlagEditionRow> edition)
        {
            edition.ToTable("feature_flag_editions");
            edition.HasKey(row => row.ProjectId);
            edition.Property(row => row.ProjectId).ValueGeneratedNever();
        }
    }
}

/// <summary>
/// What the shares of a flag go by for somebody who had it before signing in. Kept by their distinct id, since that stays
/// theirs whichever person it comes to lead to.
/// </summary>
sealed class FlagHashKeyRow
{
    public int ProjectId { get; set; }
    public required string DistinctId { get; set; }
    public int FlagId { get; set; }
    public required string HashKey { get; set; }

    /// <summary>Microseconds since 1970: of several that lead to one person the first counts.</summary>
    public long CreatedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<FlagHashKeyRow>
    {
        public void Configure(EntityTypeBuilder<FlagHashKeyRow> key)
        {
            key.ToTable("feature_flag_hash_keys");
            key.HasKey(row => new { row.ProjectId, row.DistinctId, row.FlagId });
            key.Property(row => row.DistinctId).HasMaxLength(400);
            key.Property(row => row.HashKey).HasMaxLength(400);
        }
    }
}
