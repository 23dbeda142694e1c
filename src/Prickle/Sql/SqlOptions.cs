using System.ComponentModel.DataAnnotations;

namespace Prickle.Sql;

/// <summary>What the operator may change about the sandbox: the section <c>Sql</c> of the configuration.</summary>
public sealed class SqlOptions
{
    /// <summary>Rows of an answer when the statement has no LIMIT of its own.</summary>
    public const int DefaultLimit = 100;

    /// <summary>The most rows of any answer and any download.</summary>
    [Range(1, 10_000_000)]
    public int MaximumRows { get; set; } = 50_000;

    [Range(1, 180)]
    public int TimeoutSeconds { get; set; } = 60;

    [Range(64 << 20, 1L << 40)]
    public long MaximumMemoryBytes { get; set; } = 2L << 30;

    [Range(1, 256)]
    public int MaximumThreads { get; set; } = 4;

    [Range(1_000, long.MaxValue)]
    public long MaximumRowsToRead { get; set; } = 5_000_000_000;

    [Range(1 << 20, long.MaxValue)]
    public long MaximumBytesToRead { get; set; } = 500L << 30;

    [Range(1 << 16, 1 << 30)]
    public long MaximumResultBytes { get; set; } = 64 << 20;

    /// <summary>From this many rows to read on, a statement runs only when that was confirmed.</summary>
    [Range(1, long.MaxValue)]
    public long HeavyRows { get; set; } = 50_000_000;

    /// <summary>Statements of one project that run at a time on this node.</summary>
    [Range(1, 100)]
    public int ConcurrentPerProject { get; set; } = 4;

    /// <summary>How long a further one waits for its turn.</summary>
    [Range(0, 60)]
    public int WaitSeconds { get; set; } = 10;
}
