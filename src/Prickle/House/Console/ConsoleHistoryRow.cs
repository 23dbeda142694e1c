using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Console;

sealed class ConsoleHistoryRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public Guid UserId { get; set; }
    public required string Node { get; set; }
    public required string Statement { get; set; }
    public DateTimeOffset At { get; set; }
    public double ElapsedMs { get; set; }
    public int? RowCount { get; set; }

    /// <summary>Why it gave no answer; null when it did.</summary>
    public string? Refusal { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<ConsoleHistoryRow>
    {
        public void Configure(EntityTypeBuilder<ConsoleHistoryRow> history)
        {
            history.ToTable("house_console_history");
            history.Property(row => row.Id).ValueGeneratedNever();
            history.HasIndex(row => new { row.OrganizationId, row.ServerId, row.UserId, row.At });
        }
    }
}
