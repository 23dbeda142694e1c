using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Destinations.Storage;

sealed class DestinationRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public required string Kind { get; set; }
    public required string Name { get; set; }

    /// <summary>JSON, by field.</summary>
    public string Fields { get; set; } = "{}";

    /// <summary>JSON by field, sealed; empty for none.</summary>
    public string Sealed { get; set; } = "";

    /// <summary>The names of what is sealed.</summary>
    public List<string> SecretNames { get; set; } = [];
    public bool Enabled { get; set; } = true;
    public DateTimeOffset? SwitchedOffAt { get; set; }
    public string? SwitchedOffBecause { get; set; }
    public int Failures { get; set; }
    public DateTimeOffset? FailingSince { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public string? LastOutcome { get; set; }
    public string? LastDetail { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Two changes at once: the second is refused.</summary>
    public int Version { get; set; } = 1;

    public IReadOnlyDictionary<string, string> Plain => JsonSerializer.Deserialize<Dictionary<string, string>>(Fields)!;

    public Destination ToDestination() => new()
    {
        Id = Id,
        ProjectId = ProjectId,
        Kind = Kind,
        Name = Name,
        Fields = Plain,
        Secrets = [.. SecretNames],
        Enabled = Enabled,
        SwitchedOffAt = SwitchedOffAt,
        SwitchedOffBecause = SwitchedOffBecause,
        Failures = Failures,
        LastUsedAt = LastUsedAt,
        LastOutcome = LastOutcome,
        LastDetail = LastDetail,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Version = Version,
    };

    /// <summary>What the log keeps: of secrets only that they are there.</summary>
    public object ToLog() => new { Kind, Name, Fields, Secrets = SecretNames.ToArray(), Enabled };

    sealed class Configuration : IEntityTypeConfiguration<DestinationRow>
    {
        public void Configure(EntityTypeBuilder<DestinationRow> destination)
        {
            destination.ToTable("destinations");
            destination.Property(row => row.Id).ValueGeneratedNever();
            destination.Property(row => row.Kind).HasMaxLength(64);
            destination.Property(row => row.Name).HasMaxLength(200);
            destination.Property(row => row.LastOutcome).HasMaxLength(32);
            destination.Property(row => row.Version).IsConcurrencyToken();
            destination.HasIndex(row => row.ProjectId);
        }
    }
}

/// <summary>Removes the destinations of a deleted project.</summary>
sealed class DestinationRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<DestinationRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
