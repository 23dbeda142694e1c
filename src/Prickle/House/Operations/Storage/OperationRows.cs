using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.House.Operations.Storage;

/// <summary>What somebody asked of an operation that is worked at; whoever works at it looks between two pieces of work.</summary>
enum OperationWish
{
    None,
    Pause,
}

sealed class OperationRow
{
    public Guid Id { get; set; }
    public int OrganizationId { get; set; }
    public Guid ServerId { get; set; }
    public required string Title { get; set; }
    public required string Definition { get; set; }
    public required string Hash { get; set; }
    public OperationState State { get; set; }
    public int Step { get; set; }
    public string? Detail { get; set; }
    public OperationWish Wish { get; set; }
    public required string Throttle { get; set; }
    public string? Plan { get; set; }
    public string CreatedBy { get; set; } = "";
    public Guid CreatedById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset? DropAt { get; set; }

    /// <summary>Grows with each change that a person makes.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Who works at it, until when, and the how-manieth that does: what a former one still writes is refused.</summary>
    public Guid? LeaseOwner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public int Fence { get; set; }

    public Operation ToOperation() => new()
    {
        Id = Id,
        OrganizationId = OrganizationId,
        ServerId = ServerId,
        Definition = OperationDefinition.Read(Definition).Definition ?? new OperationDefinition(Title, []),
        Hash = Hash,
        State = State,
        Step = Step,
        Detail = Detail,
        IsStopping = Wish == OperationWish.Pause && OperationMoves.Working.Contains(State),
        Throttle = JsonSerializer.Deserialize<OperationThrottle>(Throttle)!,
        Plan = Plan is null ? null : JsonSerializer.Deserialize<OperationPlan>(Plan),
        CreatedBy = CreatedBy,
        CreatedAt = CreatedAt,
        ApprovedBy = ApprovedBy,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        DropAt = DropAt,
        Version = Version,
    };

    sealed class Configuration : IEntityTypeConfiguration<OperationRow>
    {
        public void Configure(EntityTypeBuilder<OperationRow> operation)
        {
            operation.ToTable("house_operations");
            operation.Property(row => row.Id).ValueGeneratedNever();
            operation.Property(row => row.Title).HasMaxLength(OperationDefinition.LongestTitle);
            operation.HasIndex(row => new { row.OrganizationId, row.ServerId, row.CreatedAt });
            operation.HasIndex(row => row.State);
        }
    }
}

/// <summary>A step on a node: what it has reached is kept, so that whoever takes over goes on from there.</summary>
sealed class OperationStepRow
{
    public Guid OperationId { get; set; }
    public int Step { get; set; }
    public required string Node { get; set; }
    public StepState State { get; set; }
    public long Done { get; set; }
    public long All { get; set; }

    /// <summary>Counts the statements that were sent: each has a name of its own, by which it is found again.</summary>
    public int Sent { get; set; }

    /// <summary>What the step wants to remember, as JSON.</summary>
    public string? Memory { get; set; }
    public string? Detail { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    public OperationProgress ToProgress() => new(Step, Node, State, Done, All, Detail, StartedAt, EndedAt);

    sealed class Configuration : IEntityTypeConfiguration<OperationStepRow>
    {
        public void Configure(EntityTypeBuilder<OperationStepRow> step)
        {
            step.ToTable("house_operation_steps");
            step.HasKey(row => new { row.OperationId, row.Step, row.Node });
            step.Property(row => row.Node).HasMaxLength(300);
        }
    }
}

/// <summary>Only ever added to; each row's hash is over its own text and the hash of the one before.</summary>
sealed class OperationEventRow
{
    public Guid OperationId { get; set; }
    public int Sequence { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public required string What { get; set; }
    public string? Detail { get; set; }
    public int? Step { get; set; }
    public string? Node { get; set; }
    public string? Statement { get; set; }
    public string? QueryId { get; set; }
    public required string Hash { get; set; }

    public OperationEvent ToEvent() => new(Sequence, At, Actor, What, Detail, Step, Node, Statement, QueryId, Hash);

    sealed class Configuration : IEntityTypeConfiguration<OperationEventRow>
    {
        public void Configure(EntityTypeBuilder<OperationEventRow> entry)
        {
            entry.ToTable("house_operation_events");
            entry.HasKey(row => new { row.OperationId, row.Sequence });
            entry.Property(row => row.What).HasMaxLength(40);
            entry.Property(row => row.Hash).HasMaxLength(64);
        }
    }
}
