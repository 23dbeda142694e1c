using System.Text;

namespace Prickle.Engine.Statements;

/// <summary>What a statement is to the host: which way it is run.</summary>
enum StatementKind
{
    /// <summary>May return any amount of rows: its result is streamed.</summary>
    Select,

    /// <summary>An insert whose rows stand behind it in a format, or follow in the body of the request.</summary>
    InsertData,

    /// <summary>KILL QUERY: names queries by the ids callers gave them.</summary>
    Kill,

    /// <summary>SYSTEM FLUSH LOGS: the logs are the host's.</summary>
    FlushLogs,

    /// <summary>Everything else: run whole, with a small result or none.</summary>
    Other,

    /// <summary>Reads or writes a file on the client's side: of a server, that is refused.</summary>
    ClientFile,

    /// <summary>No statement, or more than one.</summary>
    NotOne,
}

/// <summary>A statement's text and where its parts lie.</summary>
/// <param name="Text">The whole text, and the data behind it when some was sent along.</param>
/// <param name="Kind">The way it is run.</param>
/// <param name="Keyword">Its first word in capitals, such as <c>SELECT</c>.</param>
/// <param name="Format">The format it asks for, or null.</param>
/// <param name="FormatStart">Where its FORMAT clause begins, else where the statement's last token ends.</param>
/// <param name="DataStart">Where the data of an insert begins; the end of the text when none can.</param>
sealed record Statement(
    byte[] Text, StatementKind Kind, string Keyword, string? Format, int FormatStart, int DataStart)
{
    public ReadOnlySpan<byte> Data => Text.AsSpan(DataStart);

    /// <summary>The statement with its result sent to a file instead of the caller.</summary>
    public byte[] WithOutputTo(string path) =>
    [
        .. Text.AsSpan(0, FormatStart),
        .. Encoding.UTF8.GetBytes($"\nINTO OUTFILE '{path}' APPEND "),
        .. Text.AsSpan(FormatStart),
    ];

    /// <summary>An insert without its FORMAT clause and data, as the library's insert stream takes it.</summary>
    public ReadOnlySpan<byte> InsertHead => Text.AsSpan(0, FormatStart);

    /// <summary>Whether the words of a clause that reaches for files occur, be it in a text or a comment.</summary>
    public bool MentionsClientFile =>
        Encoding.Latin1.GetString(Text, 0, DataStart) is var text
        && (text.Contains("outfile", StringComparison.OrdinalIgnoreCase)
            || text.Contains("infile", StringComparison.OrdinalIgnoreCase));

    public static Statement Read(byte[] text) => StatementReader.Read(text);
}
