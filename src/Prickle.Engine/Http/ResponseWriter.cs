using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Prickle.Engine.Native;
using Prickle.Engine.NativeBlocks;
using Prickle.Engine.Queries;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Http;

/// <summary>Answers with a running statement's result, in the server's headers, statuses and ways of failing.</summary>
sealed class ResponseWriter(HttpContext context, EngineHost host)
{
    // As the server: an error within the first megabyte of a result still gets a status of its own.
    const int DefaultBuffer = 1 << 20;

    readonly string tag = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 16);

    /// <summary>Refuses a request that no statement came of.</summary>
    public Task RefuseAsync(EngineError error, string? queryId = null)
    {
        SetCommonHeaders(queryId);
        return WriteErrorAsync(error, Summary(default, TimeSpan.Zero, 0));
    }

    /// <summary>Sends the result as it comes; the buffer holds back the start until an early error can no longer come.</summary>
    public async Task SendAsync(RunningQuery query, bool waitForEnd, int? bufferBytes, string? encoding, bool inBlocks)
    {
        SetCommonHeaders(query.Request.QueryId);
        var statement = query.Request.Statement;
        var stated = statement.Kind == StatementKind.InsertData ? null : statement.Format;
        var format = stated ?? query.Request.DefaultFormat;
        var limit = waitForEnd ? long.MaxValue : Math.Max(bufferBytes ?? 0, DefaultBuffer);
        await using var start = new FileBufferingWriteStream(2 * DefaultBuffer);
        var ended = false;
        while (!ended && start.Length < limit)
        {
            var read = await query.Output.ReadAsync(context.RequestAborted);
            foreach (var segment in read.Buffer)
            {
                await start.WriteAsync(segment, context.RequestAborted);
            }
            query.Output.AdvanceTo(read.Buffer.End);
            ended = read.IsCompleted;
        }
        var result = ended ? await query.Completion : default;
        if (result.Error is { } error)
        {
            await WriteErrorAsync(error, Summary(result.Statistics, query.Elapsed, query.PeakMemory));
            return;
        }
        var response = context.Response;
        response.ContentType = ContentTypes.Of(format);
        response.Headers["X-ClickHouse-Format"] = format;
        response.Headers["X-ClickHouse-Summary"] = Summary(result.Statistics, query.Elapsed, query.PeakMemory);
        encoding = ended && start.Length == 0 ? null : encoding;
        if (encoding is not null)
        {
            response.Headers.ContentEncoding = encoding;
        }
        await SendBodyAsync(query, start, ended, encoding, inBlocks);
    }

    async Task SendBodyAsync(RunningQuery query, FileBufferingWriteStream start, bool ended, string? encoding, bool inBlocks)
    {
        var cancellation = context.RequestAborted;
        var plain = context.Response.Body;
        var encoded = encoding is null ? plain : Compression.Encode(encoding, plain);
        var body = inBlocks ? new BlockWriter(encoded) : encoded;
        EngineError? late = null;
        await start.DrainBufferAsync(body, cancellation);
        while (!ended)
        {
            var read = await query.Output.ReadAsync(cancellation);
            foreach (var segment in read.Buffer)
            {
                await body.WriteAsync(segment, cancellation);
            }
            query.Output.AdvanceTo(read.Buffer.End);
            ended = read.IsCompleted;
            if (ended)
            {
                late = (await query.Completion).Error;
            }
        }
        if (late is not null)
        {
            await body.WriteAsync(LateError(late), cancellation);
        }
        if (body != encoded)
        {
            await body.DisposeAsync();
        }
        if (encoded != plain)
        {
            await encoded.DisposeAsync();
        }
        await plain.FlushAsync(cancellation);
        if (late is not null)
        {
            throw new ResultBrokenException();
        }
    }

    async Task WriteErrorAsync(EngineError error, string summary)
    {
        var response = context.Response;
        response.StatusCode = ErrorStatus.Of(error.Code);
        response.ContentType = "text/plain; charset=UTF-8";
        response.Headers["X-ClickHouse-Exception-Code"] = error.Code.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-ClickHouse-Summary"] = summary;
        await response.WriteAsync(error.Render(host.Version) + "\n", context.RequestAborted);
    }

    void SetCommonHeaders(string? queryId)
    {
        var headers = context.Response.Headers;
        headers["X-ClickHouse-Server-Display-Name"] = host.DisplayName;
        headers["X-ClickHouse-Timezone"] = host.TimeZone;
        headers["X-ClickHouse-Exception-Tag"] = tag;
        if (queryId is not null)
        {
            // A header holds visible ASCII only; an id may be anything.
            headers["X-ClickHouse-Query-Id"] = string.Concat(queryId.Select(letter => letter is >= ' ' and <= '~' ? letter : '?'));
        }
    }

    // The frame of servers since 25.11: the tag proves that it is not data.
    byte[] LateError(EngineError error)
    {
        var message = error.Render(host.Version);
        var length = Encoding.UTF8.GetByteCount(message);
        return Encoding.UTF8.GetBytes($"\r\n__exception__\r\n{tag}\r\n{message}\n{length} {tag}\r\n__exception__\r\n");
    }

    static string Summary(QueryStatistics statistics, TimeSpan elapsed, ulong memory)
    {
        (string Name, object Value)[] counters =
        [
            ("read_rows", statistics.ReadRows), ("read_bytes", statistics.ReadBytes),
            ("written_rows", statistics.WrittenRows), ("written_bytes", statistics.WrittenBytes),
            ("total_rows_to_read", 0),
            ("result_rows", statistics.ResultRows), ("result_bytes", statistics.ResultBytes),
            ("elapsed_ns", (long)(elapsed.TotalMilliseconds * 1_000_000)), ("memory_usage", memory),
        ];
        return $"{{{string.Join(',', counters.Select(counter => $"\"{counter.Name}\":\"{counter.Value}\""))}}}";
    }
}

/// <summary>A result failed after it began: the connection is cut, so that nobody takes it for whole.</summary>
sealed class ResultBrokenException() : Exception("The result ended with an error.");
