using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Backups.Storage;

sealed class BackupTargetRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public required string Name { get; set; }
    public BackupTargetKind Kind { get; set; }
    public string Folder { get; set; } = "";
    public string Endpoint { get; set; } = "";
    public string Bucket { get; set; } = "";
    public string Prefix { get; set; } = "";
    public string Region { get; set; } = "";
    public string KeyId { get; set; } = "";

    /// <summary>The secret key, sealed; empty without one.</summary>
    public string Sealed { get; set; } = "";
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public int Version { get; set; } = 1;

    public BackupTarget ToTarget() => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        ServerId = ServerId,
        Name = Name,
        Kind = Kind,
        Folder = Folder,
        Endpoint = Endpoint,
        Bucket = Bucket,
        Prefix = Prefix,
        Region = Region,
        KeyId = KeyId,
        HasSecret = Sealed.Length > 0,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        Version = Version,
    };

    public object ToLog() => new { Name, Kind, Folder, Endpoint, Bucket, Prefix, Region, KeyId };

    sealed class Configuration : IEntityTypeConfiguration<BackupTargetRow>
    {
        public void Configure(EntityTypeBuilder<BackupTargetRow> target)
        {
            target.ToTable("house_backup_targets");
            target.Property(row => row.Id).ValueGeneratedNever();
            target.Property(row => row.Name).HasMaxLength(200);
            target.Property(row => row.Version).IsConcurrencyToken();
            target.HasIndex(row => new { row.OrganizationId, row.ServerId });
        }
    }
}
