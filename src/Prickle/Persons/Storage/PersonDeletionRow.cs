using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Persons.Storage;

/// <summary>Somebody who is being deleted: the durable order to do so, there until all of it is done.</summary>
sealed class PersonDeletionRow
{
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public Guid PersonId { get; set; }
    public bool WithEvents { get; set; }

    /// <summary>JSON: written before they lead elsewhere, since nobody knows them afterwards.</summary>
    public string DistinctIds { get; set; } = "[]";

    /// <summary>When the person was taken away, in microseconds since 1970; null before.</summary>
    public long? DeletedAt { get; set; }

    /// <summary>The person is gone; what modules keep about them may not be.</summary>
    public bool IsForgotten { get; set; }

    public DeletedPerson ToPerson() =>
        new(ProjectId, PersonId, JsonSerializer.Deserialize<List<string>>(DistinctIds)!, PersonTables.Moment(DeletedAt!.Value), WithEvents);

    sealed class Configuration : IEntityTypeConfiguration<PersonDeletionRow>
    {
        public void Configure(EntityTypeBuilder<PersonDeletionRow> deletion)
        {
            deletion.ToTable("person_deletions");
            deletion.Property(row => row.Id).ValueGeneratedNever();
        }
    }
}
