using System.Text;

namespace Prickle.Engine.Native;

/// <summary>One connection to the engine: its own settings and temporary tables, one statement at a time.</summary>
sealed unsafe class EngineConnection : IDisposable
{
    static readonly Dictionary<string, string> NoParameters = [];

    nint* handle;

    EngineConnection(nint* handle) => this.handle = handle;

    nint Connection => handle == null ? throw new ObjectDisposedException(nameof(EngineConnection)) : *handle;

    /// <summary>Opens a connection, and the engine with it when this is the first of the process.</summary>
    public static EngineConnection Open(params IReadOnlyList<string> arguments)
    {
        var texts = arguments.Prepend("clickhouse").Select(text => Encoding.UTF8.GetBytes(text + '\0')).ToArray();
        var pins = new System.Runtime.InteropServices.GCHandle[texts.Length];
        var pointers = stackalloc byte*[texts.Length];
        try
        {
            for (var index = 0; index < texts.Length; index++)
            {
                pins[index] = System.Runtime.InteropServices.GCHandle.Alloc(
                    texts[index], System.Runtime.InteropServices.GCHandleType.Pinned);
                pointers[index] = (byte*)pins[index].AddrOfPinnedObject();
            }
            var opened = ChdbLibrary.Connect(texts.Length, pointers);
            return opened == null
                ? throw new EngineUnavailableException(
                    "The engine did not open its data folder; another process may hold it.", ExitCodes.DataNotOpened)
                : new EngineConnection(opened);
        }
        finally
        {
            foreach (var pin in pins.Where(pin => pin.IsAllocated))
            {
                pin.Free();
            }
        }
    }

    /// <summary>Runs one statement to its end; blocks.</summary>
    public QueryResult Execute(
        ReadOnlySpan<byte> statement, string format = "TabSeparated", IReadOnlyDictionary<string, string>? values = null)
    {
        using var parameters = new Parameters(values ?? NoParameters);
        var formatBytes = Encoding.UTF8.GetBytes(format);
        fixed (byte* text = Terminated(statement), formatText = formatBytes)
        {
            return QueryResult.Take(ChdbLibrary.Query(
                Connection, text, (nuint)statement.Length, formatText, (nuint)formatBytes.Length,
                parameters.Names, parameters.NameLengths, parameters.Values, parameters.ValueLengths, parameters.Count));
        }
    }

    /// <summary>Runs one statement of the host's own to its end; blocks.</summary>
    public QueryResult Execute(string statement, string format = "TabSeparated") =>
        Execute(Encoding.UTF8.GetBytes(statement), format);

    /// <summary>What the engine has against this text as a single statement: its syntax error, or null.</summary>
    public EngineError? RefusalOf(ReadOnlySpan<byte> statement)
    {
        // Of the library's entry points only the streaming one refuses several statements in one text.
        var format = "Null"u8;
        fixed (byte* text = Terminated(statement), formatText = format)
        {
            return QueryResult.Take(
                ChdbLibrary.StreamQuery(Connection, text, (nuint)statement.Length, formatText, (nuint)format.Length)).Error;
        }
    }

    /// <summary>Begins an insert whose data follows in chunks; <paramref name="statement"/> carries no FORMAT.</summary>
    public InsertStream OpenInsert(
        ReadOnlySpan<byte> statement, string format, IReadOnlyDictionary<string, string> values)
    {
        using var parameters = new Parameters(values);
        var formatBytes = Encoding.UTF8.GetBytes(format);
        fixed (byte* text = Terminated(statement), formatText = formatBytes)
        {
            return new InsertStream(ChdbLibrary.StreamInsert(
                Connection, text, (nuint)statement.Length, formatText, (nuint)formatBytes.Length,
                parameters.Names, parameters.NameLengths, parameters.Values, parameters.ValueLengths, parameters.Count));
        }
    }

    /// <summary>Whether the engine's parser sees a statement that leaves no trace (SELECT, SHOW, EXPLAIN ...).</summary>
    public bool IsReadOnly(ReadOnlySpan<byte> statement)
    {
        var analysis = new ChdbLibrary.Analysis { StructSize = (uint)sizeof(ChdbLibrary.Analysis) };
        fixed (byte* text = Terminated(statement))
        {
            return ChdbLibrary.Classify(Connection, text, (nuint)statement.Length, null, 0, &analysis) == 0
                && analysis.QueryClass == 0;
        }
    }

    public void Dispose()
    {
        if (handle == null)
        {
            return;
        }
        ChdbLibrary.Close(handle);
        handle = null;
    }

    // Never an empty array: pinning one gives a null pointer, which the library does not take for an empty text.
    static byte[] Terminated(ReadOnlySpan<byte> text) => [.. text, 0];
}
