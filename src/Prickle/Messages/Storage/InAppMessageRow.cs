using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Messages.Storage;

/// <summary>A message for one person. Moments are microseconds since 1970: they are compared in the store, which must mean the same on both providers.</summary>
sealed class InAppMessageRow
{
    /// <summary>Comes of the delivery's key, so that a repetition is the same row; pages know the message by it.</summary>
    public Guid Id { get; set; }
    public int ProjectId { get; set; }
    public Guid PersonId { get; set; }

    /// <summary>One of the person's, which leads to them whoever they become.</summary>
    public required string DistinctId { get; set; }

    /// <summary>JSON of <see cref="MessageContent"/>.</summary>
    public required string Content { get; set; }
    public long CreatedAt { get; set; }

    /// <summary>Also when it was withdrawn.</summary>
    public long ExpiresAt { get; set; }
    public long? ShownAt { get; set; }

    /// <summary>The page that shows it, by a word of its own: the same page asks again when an answer was lost.</summary>
    public string? ShownBy { get; set; }
    public long? ClosedAt { get; set; }
    public long? ClickedAt { get; set; }

    public MessageContent ToContent() => JsonSerializer.Deserialize<MessageContent>(Content)!;

    sealed class Configuration : IEntityTypeConfiguration<InAppMessageRow>
    {
        public void Configure(EntityTypeBuilder<InAppMessageRow> message)
        {
            message.ToTable("in_app_messages");
            message.Property(row => row.Id).ValueGeneratedNever();
            message.Property(row => row.DistinctId).HasMaxLength(400);
            message.Property(row => row.ShownBy).HasMaxLength(64);
            message.HasIndex(row => new { row.ProjectId, row.PersonId });
            message.HasIndex(row => new { row.ProjectId, row.DistinctId });
            message.HasIndex(row => new { row.ProjectId, row.ExpiresAt });
        }
    }
}

/// <summary>What a message says, rendered.</summary>
/// <param name="Style">banner, modal or toast.</param>
/// <param name="Position">top or bottom.</param>
/// <param name="Origin">What made it, from the first cause to the last: goes along with its events, so that loops are seen.</param>
sealed record MessageContent(string Style, string Title, string Body, string ButtonText, string ButtonUrl, string Position, IReadOnlyList<string> Origin);
