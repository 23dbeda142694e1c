using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Definitions.Storage;

/// <summary>What events and properties have in common.</summary>
abstract class DefinitionRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";

    /// <summary>Lines.</summary>
    public string Tags { get; set; } = "";
    public string Owner { get; set; } = "";
    public bool IsVerified { get; set; }
    public bool IsHidden { get; set; }

    /// <summary>Microseconds since 1970, like <see cref="LastSeenAt"/>.</summary>
    public long FirstSeenAt { get; set; }
    public long LastSeenAt { get; set; }

    public IReadOnlyList<string> TagList
    {
        get => Tags.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        set => Tags = string.Join('\n', value);
    }
}

sealed class EventDefinitionRow : DefinitionRow
{
    public EventDefinition ToDefinition() => new(
        Id, Name, Description, TagList, Owner, IsVerified, IsHidden, Times.Moment(FirstSeenAt), Times.Moment(LastSeenAt));

    sealed class Configuration : IEntityTypeConfiguration<EventDefinitionRow>
    {
        public void Configure(EntityTypeBuilder<EventDefinitionRow> definition)
        {
            definition.ToTable("event_definitions");
            definition.Ignore(row => row.TagList);
            definition.HasIndex(row => new { row.ProjectId, row.Name }).IsUnique();
        }
    }
}

sealed class PropertyDefinitionRow : DefinitionRow
{
    public PropertyScope Scope { get; set; }

    /// <summary>-1 for what is no group's, so that the key holds on every provider.</summary>
    public int GroupTypeIndex { get; set; } = -1;
    public PropertyType? Type { get; set; }

    /// <summary>A person chose the type: nothing is guessed any more.</summary>
    public bool IsTypeChosen { get; set; }

    public PropertyDefinition ToDefinition() => new(
        Id, Scope, GroupTypeIndex < 0 ? null : GroupTypeIndex, Name, Type, Description, TagList, Owner, IsVerified, IsHidden,
        Times.Moment(FirstSeenAt), Times.Moment(LastSeenAt));

    sealed class Configuration : IEntityTypeConfiguration<PropertyDefinitionRow>
    {
        public void Configure(EntityTypeBuilder<PropertyDefinitionRow> definition)
        {
            definition.ToTable("property_definitions");
            definition.Ignore(row => row.TagList);
            definition.Property(row => row.Type).HasConversion<string>();
            definition.HasIndex(row => new { row.ProjectId, row.Scope, row.GroupTypeIndex, row.Name }).IsUnique();
        }
    }
}

/// <summary>A property came with an event at least once.</summary>
sealed class EventPropertyRow
{
    public int ProjectId { get; set; }
    public required string Event { get; set; }
    public required string Property { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<EventPropertyRow>
    {
        public void Configure(EntityTypeBuilder<EventPropertyRow> pair)
        {
            pair.ToTable("event_properties");
            pair.HasKey(row => new { row.ProjectId, row.Event, row.Property });
        }
    }
}

static class Times
{
    public static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Moment(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
