using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Groups.Storage;

/// <summary>A kind of group, such as "company". Its index is the column that events keep it in.</summary>
sealed class GroupTypeRow
{
    public int ProjectId { get; set; }
    public int TypeIndex { get; set; }
    public required string Name { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<GroupTypeRow>
    {
        public void Configure(EntityTypeBuilder<GroupTypeRow> type)
        {
            type.ToTable("group_types");
            type.HasKey(row => new { row.ProjectId, row.TypeIndex });
            type.HasIndex(row => new { row.ProjectId, row.Name }).IsUnique();
        }
    }
}

/// <summary>A group. The truth; ClickHouse holds a mirror for joins.</summary>
sealed class GroupRow
{
    public int ProjectId { get; set; }
    public int TypeIndex { get; set; }
    public required string Key { get; set; }
    public required string Properties { get; set; }

    /// <summary>What it is called: its property "name", else the key.</summary>
    public required string Name { get; set; }

    /// <summary>Microseconds since 1970, like <see cref="Version"/>.</summary>
    public long CreatedAt { get; set; }

    public long Version { get; set; }

    /// <summary>The version that ClickHouse has.</summary>
    public long MirroredVersion { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<GroupRow>
    {
        public void Configure(EntityTypeBuilder<GroupRow> group)
        {
            group.ToTable("groups");
            group.HasKey(row => new { row.ProjectId, row.TypeIndex, row.Key });
            group.HasIndex(row => new { row.ProjectId, row.TypeIndex, row.CreatedAt });
        }
    }
}
