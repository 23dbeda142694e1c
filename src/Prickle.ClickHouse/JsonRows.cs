using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Prickle.ClickHouse;

/// <summary>Rows written as JSON lines, that can be sent in parts. Reused from batch to batch; not thread-safe.</summary>
public sealed class JsonRows : IDisposable
{
    readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    readonly List<int> _ends = [];

    /// <summary>Makes an empty set of rows.</summary>
    public JsonRows() => Writer = new Utf8JsonWriter(_buffer, WriterOptions);

    /// <summary>Options of a writer that copies raw values (see <see cref="JsonColumn"/>) and escapes only what it must.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    /// <summary>How many rows there are.</summary>
    public int Count => _ends.Count;

    /// <summary>How many bytes the rows have.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>Between <see cref="Begin"/> and <see cref="End"/>: takes the members of the row.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Opens a row.</summary>
    public void Begin()
    {
        Writer.Reset();
        Writer.WriteStartObject();
    }

    /// <summary>Adds text as it is behind what was written: members in JSON, their commas included.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        Writer.Flush();
        _buffer.Write(text);
    }

    /// <summary>Closes the row.</summary>
    public void End()
    {
        Append("}\n"u8);
        _ends.Add(_buffer.WrittenCount);
    }

    /// <summary>The lines from one row up to, not including, another.</summary>
    public ReadOnlyMemory<byte> Lines(int from, int to) =>
        from == to ? default : _buffer.WrittenMemory[(from == 0 ? 0 : _ends[from - 1]).._ends[to - 1]];

    /// <summary>Forgets the rows and keeps the memory.</summary>
    public void Clear()
    {
        _buffer.ResetWrittenCount();
        _ends.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Writer.Dispose();
}
