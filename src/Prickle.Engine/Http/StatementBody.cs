using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text;
using Prickle.Engine.Native;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Http;

/// <summary>
/// Puts a statement together from the <c>query</c> parameter and the body, as ClickHouse does: one after the other with a
/// line break between. Of an insert only the head is read here; its data stays in the body, however long it is.
/// </summary>
static class StatementBody
{
    const int SyntaxError = 62;
    const int LongestStatement = 16 << 20;

    public static async Task<(Statement? Statement, bool IsWhole, EngineError? Error)> ReadAsync(
        string? parameter, PipeReader body, CancellationToken cancellation)
    {
        var text = new List<byte>(string.IsNullOrEmpty(parameter) ? [] : Encoding.UTF8.GetBytes(parameter));
        var separated = text.Count == 0;
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            if (!read.Buffer.IsEmpty && !separated)
            {
                text.Add((byte)'\n');
                separated = true;
            }
            foreach (var segment in read.Buffer)
            {
                text.AddRange(segment.Span);
            }
            body.AdvanceTo(read.Buffer.End);

            var statement = read.IsCompleted || MayBeInsert(text) ? Statement.Read([.. text]) : null;
            if (statement is not null && (read.IsCompleted || IsEnough(statement)))
            {
                return (statement, read.IsCompleted, null);
            }
            if (text.Count > LongestStatement)
            {
                return (null, false, EngineError.Of(SyntaxError, "SYNTAX_ERROR",
                    "Max query size exceeded (can be increased with the `max_query_size` setting)"));
            }
        }
    }

    // Until there is data, the name of its format may go on in what is yet to come.
    static bool IsEnough(Statement insert) => insert.Kind == StatementKind.InsertData && !insert.Data.IsEmpty;

    // Anything but an insert is read to its end before it is looked at, so that a long text is not read again and again.
    static bool MayBeInsert(List<byte> text) =>
        new SqlLexer(CollectionsMarshal.AsSpan(text)).TryRead(out var first)
        && first.Is(CollectionsMarshal.AsSpan(text), "INSERT"u8);
}
