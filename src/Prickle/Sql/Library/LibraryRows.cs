using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Sql.Library;

sealed class SavedSqlQueryRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public required string Name { get; set; }
    public required string Description { get; set; }
    public required string Statement { get; set; }

    /// <summary>JSON of the variables with their types and defaults.</summary>
    public required string Variables { get; set; }

    /// <summary>JSON of <see cref="SqlFilters"/>; null for none.</summary>
    public string? Filters { get; set; }
    public Guid CreatedBy { get; set; }
    public required string CreatedByEmail { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string UpdatedByEmail { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<SavedSqlQueryRow>
    {
        public void Configure(EntityTypeBuilder<SavedSqlQueryRow> query)
        {
            query.ToTable("sql_queries");
            query.Property(row => row.Name).HasMaxLength(SavedSqlQueries.LongestName);
            query.HasIndex(row => new { row.ProjectId, row.UpdatedAt });
        }
    }
}

sealed class SqlHistoryRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public Guid UserId { get; set; }
    public required string Statement { get; set; }
    public DateTimeOffset At { get; set; }
    public double ElapsedMs { get; set; }
    public int? RowCount { get; set; }
    public long? RowsRead { get; set; }
    public string? Refusal { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<SqlHistoryRow>
    {
        public void Configure(EntityTypeBuilder<SqlHistoryRow> history)
        {
            history.ToTable("sql_history");
            history.HasIndex(row => new { row.ProjectId, row.UserId, row.At });
        }
    }
}
