using Prickle.Capture.Inbox;
using Prickle.Capture.Writing;

namespace Prickle.Capture;

/// <summary>What the pipeline works on: the entries of one round, and what the steps make of them.</summary>
sealed class CaptureBatch(
    IReadOnlyList<InboxEntry> entries, Guid node, bool isRedelivery, IReadOnlyList<IReadOnlySet<(int ProjectId, Guid Uuid)>>? underway = null) : IDisposable
{
    readonly List<IDisposable> _owned = [];

    public IReadOnlyList<InboxEntry> Entries => entries;

    /// <summary>The inbox that the entries come from.</summary>
    public Guid Node => node;

    /// <summary>The entries may have been processed before (a crash, a failed round): what is stored already is still announced.</summary>
    public bool IsRedelivery => isRedelivery;

    /// <summary>The events of the rounds that are being stored, and which a look into the store may miss.</summary>
    public IReadOnlyList<IReadOnlySet<(int ProjectId, Guid Uuid)>> Underway { get; } = underway ?? [];

    /// <summary>What its events are stored with; null when they are stored by themselves.</summary>
    public EventPart? Part { get; set; }

    /// <summary>As much came as a round takes: more waits behind it, or will soon.</summary>
    public bool IsFull { get; init; }

    /// <summary>All uuids of this round, for the next ones.</summary>
    public HashSet<(int ProjectId, Guid Uuid)> Uuids { get; } = [];

    /// <summary>The events that go on; steps take out what does not.</summary>
    public List<CapturedEvent> Events { get; set; } = [];

    /// <summary>Stored by an earlier run of the same entries: not written again, but announced again.</summary>
    public List<CapturedEvent> StoredBefore { get; } = [];

    /// <summary>All that is told to listeners, in their order: when, of whom and of which groups they are has to be known of all.</summary>
    public IReadOnlyList<CapturedEvent> Announced => StoredBefore.Count == 0 ? Events : [.. StoredBefore, .. Events];

    public List<IngestionWarning> Warnings { get; } = [];

    /// <summary>What listeners do once it is stored.</summary>
    public List<AfterStored> AfterStored { get; } = [];

    public void Warn(CapturedEvent captured, DropReason reason, string details) => Warnings.Add(new IngestionWarning(
        captured.ProjectId, reason, captured.CapturedAt, captured.Name, captured.Uuid.ToString(), captured.DistinctId, details));

    /// <summary>Keeps something alive as long as the batch: the events point into it.</summary>
    public void Own(IDisposable resource) => _owned.Add(resource);

    public void Dispose() => _owned.ForEach(resource => resource.Dispose());
}
