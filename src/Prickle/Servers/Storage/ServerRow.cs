using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Servers.Storage;

sealed class ServerRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public required string Name { get; set; }
    public List<string> Nodes { get; set; } = [];
    public required string MonitorUser { get; set; }
    public string? OperatorUser { get; set; }

    /// <summary><see cref="Passwords"/>, sealed.</summary>
    public required string Sealed { get; set; }
    public bool HasMonitorPassword { get; set; }
    public bool HasOperatorPassword { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Two changes at once: the second is refused.</summary>
    public int Version { get; set; } = 1;

    public WatchedServer ToServer() => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        Name = Name,
        Nodes = [.. Nodes.Select(node => new Uri(node))],
        MonitorUser = MonitorUser,
        OperatorUser = OperatorUser,
        HasMonitorPassword = HasMonitorPassword,
        HasOperatorPassword = HasOperatorPassword,
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Version = Version,
    };

    /// <summary>What the log keeps: of passwords only that they are there.</summary>
    public object ToLog() => new { Name, Nodes = Nodes.ToArray(), MonitorUser, OperatorUser, HasMonitorPassword, HasOperatorPassword };

    sealed class Configuration : IEntityTypeConfiguration<ServerRow>
    {
        public void Configure(EntityTypeBuilder<ServerRow> server)
        {
            server.ToTable("servers");
            server.Property(row => row.Id).ValueGeneratedNever();
            server.Property(row => row.Name).HasMaxLength(200);
            server.Property(row => row.MonitorUser).HasMaxLength(200);
            server.Property(row => row.OperatorUser).HasMaxLength(200);
            server.Property(row => row.Version).IsConcurrencyToken();
            server.HasIndex(row => row.OrganizationId);
        }
    }
}
