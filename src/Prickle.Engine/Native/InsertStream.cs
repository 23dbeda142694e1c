namespace Prickle.Engine.Native;

/// <summary>An insert under way: data in, the count of rows out. Without <see cref="Finish"/> it is given up.</summary>
sealed unsafe class InsertStream(nint stream) : IDisposable
{
    bool closed;

    /// <summary>Why the insert cannot go on, or null.</summary>
    public EngineError? Error =>
        ChdbLibrary.StreamInsertError(stream) is var text && text == null ? null : EngineError.Parse(Utf8Text.Read(text));

    /// <summary>Hands over one chunk, cut anywhere; blocks while the engine is behind. False once the insert failed.</summary>
    public bool Append(ReadOnlySpan<byte> chunk)
    {
        fixed (byte* data = chunk)
        {
            return chunk.IsEmpty || ChdbLibrary.StreamAppend(stream, data, (nuint)chunk.Length) == 0;
        }
    }

    /// <summary>Ends the data and commits it.</summary>
    public QueryResult Finish()
    {
        closed = true;
        return QueryResult.Take(ChdbLibrary.StreamDone(stream));
    }

    public void Dispose()
    {
        if (!closed)
        {
            ChdbLibrary.StreamCancelInsert(stream);
        }
        ChdbLibrary.DestroyInsertStream(stream);
    }
}
