using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Prickle.Capture.Receiving;

namespace Prickle.Capture.Inbox;

/// <summary>
/// Accepted requests, on disk before anyone is told so. One thread writes: whatever waits when it comes round
/// shares a transaction and its sync (group commit), so the cost of a sync is paid per round, not per request.
/// </summary>
sealed class DurableInbox : IAsyncDisposable
{
    const int RoundEntries = 2000;
    const int RoundBytes = 8 * 1024 * 1024;
    const long LeastFreeDisk = 100L * 1024 * 1024;

    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    readonly string _path;
    readonly ILogger<DurableInbox> _logger;
    readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(4 * RoundEntries) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    readonly Lock _lock = new();
    readonly Queue<InboxEntry> _fresh = [];
    readonly SemaphoreSlim _arrived = new(0, 1);
    readonly Thread _writer;
    InboxFile? _reading;
    int _freshBytes;
    long _tail;
    long _lastId;
    long _completed;
    long _deletedThrough;
    long _count;
    string? _failure;

    public DurableInbox(string dataFolder, TimeProvider time, ILogger<DurableInbox> logger)
    {
        Room = new BodyRoom(time);
        _path = Path.Combine(dataFolder, "inbox.db");
        _logger = logger;
        _writer = new Thread(WriteRounds) { IsBackground = true, Name = "inbox" };
    }

    /// <summary>See <see cref="InboxFile.NodeId"/>.</summary>
    public Guid NodeId { get; private set; }

    /// <summary>Where bodies wait in memory: what has no place there is kept on disk alone.</summary>
    public BodyRoom Room { get; }

    /// <summary>How many requests wait.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Why nothing can be taken now, or null.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>The last id that was there when this process began: entries up to it may have been processed before.</summary>
    public long LastIdAtStart { get; private set; }

    public void Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var writing = InboxFile.Open(_path);
        NodeId = writing.NodeId();
        (_count, _, LastIdAtStart) = writing.Depth();
        _lastId = LastIdAtStart;
        _tail = _count > 0 ? 0 : LastIdAtStart;
        CloseOrOpen();
        _reading = InboxFile.Open(_path);
        _writer.Start(writing);
        if (_count > 0)
        {
            _arrived.Release();
        }
    }

    /// <summary>Returns when the request is on disk, or will never be.</summary>
    public async Task<AppendOutcome> AppendAsync(
        int projectId, RawRequest request, ParsedBody? parsed, CancellationToken cancellationToken)
    {
        var pending = new Pending(projectId, request, parsed);
        await _pending.Writer.WriteAsync(pending, cancellationToken);
        // From here on the request may be stored whatever the caller does: the answer is awaited without the token.
        return await pending.Done.Task;
    }

    /// <summary>Waits until there is something to process.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _arrived.WaitAsync(cancellationToken);

    /// <summary>Whether so many bytes wait already, or so much came that it had to be left to disk.</summary>
    public bool Holds(int bytes)
    {
        lock (_lock)
        {
            return _tail < _lastId || _freshBytes >= bytes;
        }
    }

    /// <summary>The entries behind an id, in order: from memory when they came just now, else from disk.</summary>
    public List<InboxEntry> Read(long after, int maxBytes)
    {
        long published;
        lock (_lock)
        {
            if (_fresh.Count > 0)
            {
                return TakeFresh(maxBytes);
            }

            published = _lastId;
        }

        var entries = _reading!.Read(after, maxBytes);
        lock (_lock)
        {
            // What is on disk is read a moment before it is published, perhaps: it is not given twice.
            _tail = Math.Max(_tail, entries.Count > 0 ? entries[^1].Id : published);
            while (_fresh.TryPeek(out var first) && entries.Count > 0 && first.Id <= entries[^1].Id)
            {
                _freshBytes -= first.Parsed!.Size;
                _fresh.Dequeue().Parsed!.Dispose();
            }

            CloseOrOpen();
        }

        return entries;
    }

    /// <summary>Entries that were given before and are not completed, once more and from disk: those behind an id, up to another.</summary>
    public List<InboxEntry> ReadAgain(long after, long through, int maxBytes)
    {
        var entries = after < through ? _reading!.Read(after, maxBytes) : [];
        entries.RemoveAll(entry => entry.Id > through);
        return entries;
    }

    /// <summary>Keeps a request that cannot be processed, for whoever finds out why.</summary>
    public void Quarantine(InboxEntry entry, string why)
    {
        using var file = InboxFile.Open(_path);
        file.Quarantine(entry.Id, why);
    }

    /// <summary>All entries up to this id are processed: they are deleted with the next round.</summary>
    public void Complete(long through, int entries)
    {
        Interlocked.Exchange(ref _completed, through);
        Interlocked.Add(ref _count, -entries);
        _pending.Writer.TryWrite(Pending.Nudge);
    }

    /// <summary>When the oldest waiting request arrived, or null when none waits.</summary>
    public DateTimeOffset? Oldest()
    {
        if (Count == 0)
        {
            return null;
        }

        using var file = InboxFile.Open(_path);
        return file.Depth().Oldest;
    }

    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        if (_writer.IsAlive)
        {
            await Task.Run(() => _writer.Join(TimeSpan.FromSeconds(10)));
        }

        _reading?.Dispose();
        _arrived.Dispose();
    }

    List<InboxEntry> TakeFresh(int maxBytes)
    {
        var taken = new List<InboxEntry>();
        var bytes = 0;
        while (bytes < maxBytes && _fresh.TryDequeue(out var entry))
        {
            bytes += entry.Parsed!.Size;
            _freshBytes -= entry.Parsed.Size;
            taken.Add(entry);
        }

        return taken;
    }

    void WriteRounds(object? state)
    {
        using var file = (InboxFile)state!;
        var round = new List<Pending>();
        while (WaitForWork(file))
        {
            round.Clear();
            var bytes = 0;
            while (round.Count < RoundEntries && bytes < RoundBytes && _pending.Reader.TryRead(out var pending))
            {
                if (pending != Pending.Nudge)
                {
                    round.Add(pending);
                    bytes += pending.Request.Body.Length;
                }
            }

            WriteRound(file, round);
        }
    }

    /// <summary>True when something waits; false when nothing will come any more.</summary>
    bool WaitForWork(InboxFile file)
    {
        var work = _pending.Reader.WaitToReadAsync().AsTask();
        // A node that is not ready may be sent nothing at all: it finds out by itself when it can write again.
        while (Failure is not null && !work.Wait(BetweenTries))
        {
            WriteRound(file, []);
        }

        return work.GetAwaiter().GetResult();
    }

    void WriteRound(InboxFile file, List<Pending> round)
    {
        var completed = Interlocked.Read(ref _completed);
        try
        {
            if (round.Count > 0)
            {
                EnsureDiskSpace();
            }

            var ids = file.Commit(
                round.ConvertAll(pending => (pending.ProjectId, pending.Request)), completed > _deletedThrough ? completed : 0);
            _deletedThrough = Math.Max(_deletedThrough, completed);
            if (round.Count > 0)
            {
                EnsureWritable();
            }

            if (round.Count == 0 && Failure is not null)
            {
                // An empty round has written nothing, so it proves nothing.
                EnsureDiskSpace();
                file.Probe();
            }

            Volatile.Write(ref _failure, null);
            Publish(round, ids);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            // Disk full, read-only, gone: nothing was acknowledged, and the senders keep what they have.
            if (Interlocked.Exchange(ref _failure, failure.Message) is null)
            {
                _logger.LogError(failure, "The inbox cannot be written: capture answers 503 until it can");
            }

            round.ForEach(pending => pending.Done.SetResult(new AppendOutcome.Unavailable(failure.Message)));
        }
    }

    void Publish(List<Pending> round, List<long> ids)
    {
        if (round.Count == 0)
        {
            return;
        }

        Interlocked.Add(ref _count, round.Count);
        lock (_lock)
        {
            for (var i = 0; i < round.Count; i++)
            {
                KeepFresh(new InboxEntry(ids[i], round[i].ProjectId, round[i].Request, round[i].Parsed));
            }

            if (_arrived.CurrentCount == 0)
            {
                _arrived.Release();
            }
        }

        for (var i = 0; i < round.Count; i++)
        {
            round[i].Done.SetResult(new AppendOutcome.Accepted(ids[i]));
        }
    }

    // What is kept in memory is the unbroken tail of the inbox: once an entry is left to disk, so are those behind it,
    // until the pipeline has caught up.
    void KeepFresh(InboxEntry entry)
    {
        _lastId = entry.Id;
        if (_tail == entry.Id - 1 && entry.Parsed is { Place: not null } parsed)
        {
            _tail = entry.Id;
            _fresh.Enqueue(entry);
            _freshBytes += parsed.Size;
        }
        else
        {
            entry.Parsed?.Dispose();
        }

        CloseOrOpen();
    }

    void CloseOrOpen()
    {
        if (_tail < _lastId)
        {
            Room.Close();
        }
        else
        {
            Room.Open();
        }
    }

    // A file system that failed and became read-only says of a sync that it succeeded, though nothing was written (ext4):
    // what was committed meanwhile may not be on the disk. Opening a file to write is refused honestly, and a changed length
    // already before that, from the moment that the journal is given up. (Not the inbox itself: closing it here would let go
    // of the locks that SQLite has on it.)
    void EnsureWritable()
    {
        using var file = File.OpenHandle(_path + ".probe", FileMode.OpenOrCreate, FileAccess.Write);
        RandomAccess.SetLength(file, RandomAccess.GetLength(file) == 0 ? 1 : 0);
    }

    void EnsureDiskSpace()
    {
        if (new DriveInfo(Path.GetFullPath(_path)).AvailableFreeSpace < LeastFreeDisk)
        {
            throw new IOException("The disk of the data folder is nearly full (under 100 MB free)");
        }
    }

    sealed record Pending(int ProjectId, RawRequest Request, ParsedBody? Parsed)
    {
        public static readonly Pending Nudge = new(0, null!, null);

        public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
