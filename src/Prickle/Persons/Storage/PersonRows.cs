using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Persons.Storage;

// Times and versions of these tables are microseconds since 1970 as numbers: the hot path writes them with plain SQL
// that must mean the same on both providers, and versions must grow over restarts.

/// <summary>A person. The truth; ClickHouse holds a mirror for joins.</summary>
sealed class PersonRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public required string Properties { get; set; }
    public bool IsIdentified { get; set; }
    public long CreatedAt { get; set; }

    /// <summary>Merged into another, or deleted. The row stays, so that a merge can be taken back.</summary>
    public bool IsDeleted { get; set; }

    public long Version { get; set; }

    /// <summary>The version that the last write saw: the write is refused when another one came between.</summary>
    public long ReplacesVersion { get; set; }

    /// <summary>Who wrote last, and when in that node's counting: what is past its mark is not mirrored yet.</summary>
    public Guid ChangedBy { get; set; }
    public long ChangeNumber { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PersonRow>
    {
        public void Configure(EntityTypeBuilder<PersonRow> person)
        {
            person.ToTable("persons");
            person.HasKey(row => row.Id);
            person.Property(row => row.Id).ValueGeneratedNever();
            person.HasIndex(row => new { row.ProjectId, row.CreatedAt });
            person.HasIndex(row => new { row.ChangedBy, row.ChangeNumber });
        }
    }
}

/// <summary>Where a distinct id leads.</summary>
sealed class PersonDistinctIdRow
{
    public int ProjectId { get; set; }
    public required string DistinctId { get; set; }
    public Guid PersonId { get; set; }

    /// <summary>Events of this id may carry another person: ClickHouse lays this one over them.</summary>
    public bool IsOverride { get; set; }

    public long Version { get; set; }
    public long ReplacesVersion { get; set; }
    public Guid ChangedBy { get; set; }
    public long ChangeNumber { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PersonDistinctIdRow>
    {
        public void Configure(EntityTypeBuilder<PersonDistinctIdRow> id)
        {
            id.ToTable("person_distinct_ids");
            id.HasKey(row => new { row.ProjectId, row.DistinctId });
            id.HasIndex(row => row.PersonId);
            id.HasIndex(row => new { row.ChangedBy, row.ChangeNumber });
        }
    }
}

/// <summary>A merge, with both persons as they were: enough to take it back.</summary>
sealed class PersonMergeRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public Guid TargetId { get; set; }
    public Guid SourceId { get; set; }
    public required string TargetBefore { get; set; }
    public required string SourceBefore { get; set; }
    public required string TargetAfter { get; set; }
    public bool WasTargetIdentified { get; set; }
    public long TargetCreatedBefore { get; set; }

    /// <summary>The distinct ids that went from the source to the target, as a JSON array.</summary>
    public required string MovedIds { get; set; }

    public long MergedAt { get; set; }
    public long? UndoneAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<PersonMergeRow>
    {
        public void Configure(EntityTypeBuilder<PersonMergeRow> merge)
        {
            merge.ToTable("person_merges");
            merge.Property(row => row.Id).ValueGeneratedNever();
            merge.HasIndex(row => new { row.ProjectId, row.TargetId });
        }
    }
}

/// <summary>How far a node has come: in mirroring its changes to ClickHouse, and in applying what is in its inbox.</summary>
sealed class MirrorMarkRow
{
    public Guid Node { get; set; }
    public long ChangeNumber { get; set; }

    /// <summary>The last entry of its inbox that was applied to persons, in the same transaction as they.</summary>
    public long AppliedThrough { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<MirrorMarkRow>
    {
        public void Configure(EntityTypeBuilder<MirrorMarkRow> mark)
        {
            mark.ToTable("person_mirror_marks");
            mark.HasKey(row => row.Node);
            mark.Property(row => row.Node).ValueGeneratedNever();
        }
    }
}
