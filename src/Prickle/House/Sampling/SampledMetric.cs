using Prickle.Ui.Values;

namespace Prickle.House.Sampling;

/// <summary>Something that is read off every node, over and over.</summary>
/// <param name="Key">Its name in the table of samples.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">Of a value; of counters a second.</param>
/// <param name="IsCounter">Counts since the node was started, and is kept as a rate a second.</param>
/// <param name="Scale">What a value is multiplied with.</param>
/// <param name="Sources">Where it is, by table and name: those that a node has are added up.</param>
sealed record SampledMetric(string Key, string Title, ValueUnit Unit, bool IsCounter, double Scale, params (string Table, string Name)[] Sources)
{
    /// <summary>The key of what all local disks of a node hold.</summary>
    public const string DiskUsed = "disk_used";

    /// <summary>The key of whether a node answered: 1 or 0, said of those that give no answer too.</summary>
    public const string Reachable = "reachable";

    /// <summary>The key of the hours since the last good backup, by plan in place of node.</summary>
    public const string BackupAge = "backup_age";

    /// <summary>The key of whether the last restore drill of a plan failed: 1 or 0.</summary>
    public const string FailedDrills = "failed_drills";

    /// <summary>All of them, in the order of the overview.</summary>
    public static readonly IReadOnlyList<SampledMetric> All =
    [
        Gauge(Reachable, "Answers", ValueUnit.Number()),
        Counter("queries", "Queries a second", ValueUnit.Number("queries/s"), 1, ("events", "Query")),
        Counter("failed", "Failed queries a second", ValueUnit.Number("queries/s"), 1, ("events", "FailedQuery")),
        Gauge("running", "Queries running", ValueUnit.Number("queries"), ("metrics", "Query")),
        Counter("cpu", "Processor", ValueUnit.Number("cores"), 1e-6, ("events", "OSCPUVirtualTimeMicroseconds")),
        Gauge("memory", "Memory", ValueUnit.Bytes(), ("metrics", "MemoryTracking")),
        Counter("read", "Read", ValueUnit.Bytes("a second"), 1, ("events", "SelectedBytes")),
        // Servers before 20.x have no SelectedBytes: what they read of their files is the nearest.
        Counter("read_files", "Read from files", ValueUnit.Bytes("a second"), 1, ("events", "ReadBufferFromFileDescriptorReadBytes")),
        Counter("written", "Written to files", ValueUnit.Bytes("a second"), 1, ("events", "WriteBufferFromFileDescriptorWriteBytes")),
        Counter("inserted_rows", "Rows inserted a second", ValueUnit.Number("rows/s"), 1, ("events", "InsertedRows")),
        Gauge("merges", "Merges running", ValueUnit.Number("merges"), ("metrics", "Merge")),
        Counter("merged_rows", "Rows merged a second", ValueUnit.Number("rows/s"), 1, ("events", "MergedRows")),
        Gauge("parts_of_partition", "Parts of the fullest partition", ValueUnit.Number("parts"), ("asynchronous_metrics", "MaxPartCountForPartition")),
        Gauge("delayed_inserts", "Delayed inserts", ValueUnit.Number("inserts"), ("metrics", "DelayedInserts")),
        Counter("rejected_inserts", "Rejected inserts a second", ValueUnit.Number("inserts/s"), 1, ("events", "RejectedInserts")),
        Gauge("readonly_replicas", "Replicas that only read", ValueUnit.Number("tables"), ("metrics", "ReadonlyReplica")),
        Gauge("replica_delay", "Delay of replicas", ValueUnit.Seconds(), ("asynchronous_metrics", "ReplicasMaxAbsoluteDelay")),
        Gauge("replica_queue", "Longest queue of a replica", ValueUnit.Number("entries"), ("asynchronous_metrics", "ReplicasMaxQueueSize")),
        Gauge("stuck_queue", "Stuck entries of queues of replicas", ValueUnit.Number("entries"), (SampleQuery.Stuck, "queue")),
        Gauge("failed_mutations", "Mutations that fail", ValueUnit.Number("mutations"), (SampleQuery.Stuck, "mutations")),
        Gauge("detached_parts", "Detached parts", ValueUnit.Number("parts"), ("asynchronous_metrics", "NumberOfDetachedParts")),
        // Not read off nodes: the product says them of its plans.
        Gauge(BackupAge, "Time since the last good backup", ValueUnit.Number("hours")),
        Gauge(FailedDrills, "Restore drills that failed last", ValueUnit.Number("drills")),
        Gauge(DiskUsed, "Used of disks", ValueUnit.Bytes(), (SampleQuery.Disks, "used")),
    ];

    /// <summary>The metric of a name; null when there is none.</summary>
    public static SampledMetric? Find(string key) => All.FirstOrDefault(metric => metric.Key == key);

    static SampledMetric Counter(string key, string title, ValueUnit unit, double scale, params (string, string)[] sources) => new(key, title, unit, true, scale, sources);

    static SampledMetric Gauge(string key, string title, ValueUnit unit, params (string, string)[] sources) => new(key, title, unit, false, 1, sources);
}
