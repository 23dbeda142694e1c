using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Actions.Storage;

sealed class ActionRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public List<string> Tags { get; set; } = [];

    /// <summary>JSON, in the API's form.</summary>
    public string Steps { get; set; } = "[]";

    public string CreatedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The row stays, so that a deletion can be taken back.</summary>
    public bool IsDeleted { get; set; }

    public ActionDefinition ToDefinition() => new(
        Id, ProjectId, Name, Description, [.. Tags], JsonSerializer.Deserialize<List<ActionStep>>(Steps, ActionSettings.Json)!);

    public void Apply(ActionSettings settings)
    {
        Name = settings.Name.Trim();
        Description = settings.Description.Trim();
        Tags = [.. settings.Tags.Select(tag => tag.Trim()).Distinct()];
        Steps = JsonSerializer.Serialize(settings.Steps, ActionSettings.Json);
    }

    sealed class Configuration : IEntityTypeConfiguration<ActionRow>
    {
        public void Configure(EntityTypeBuilder<ActionRow> action)
        {
            action.ToTable("actions");
            action.Property(row => row.Name).HasMaxLength(400);
            action.HasIndex(row => new { row.ProjectId, row.IsDeleted });
        }
    }
}
