using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Prickle.Capture.Steps;

namespace Prickle.Capture.Receiving;

/// <summary>Reads a capture request off the wire.</summary>
static class CaptureRequestReader
{
    /// <summary>The request as it came, or null when its body is larger than allowed.</summary>
    public static async Task<RawRequest?> ReadAsync(HttpContext context, CaptureLane lane, TimeProvider time)
    {
        var request = context.Request;
        var isGet = HttpMethods.IsGet(request.Method);
        var body = isGet
            ? Encoding.UTF8.GetBytes(request.Query["data"].ToString())
            : await ReadBodyAsync(request, context.RequestAborted);
        if (body is null || body.Length > BodyDecoder.Limit)
        {
            return null;
        }

        return new RawRequest(
            lane,
            body,
            isGet ? "" : request.Headers.ContentEncoding.ToString(),
            isGet ? "" : request.ContentType ?? "",
            request.Query["compression"].ToString(),
            EventClock.FromEpochMilliseconds(request.Query["sent_at"]) ?? EventClock.FromEpochMilliseconds(request.Query["_"]),
            context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "",
            request.Headers.UserAgent.ToString(),
            time.GetUtcNow());
    }

    static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > BodyDecoder.Limit)
        {
            return null;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > BodyDecoder.Limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
