using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Prickle.Tests.Destinations;

namespace Prickle.Tests.House;

/// <summary>One bucket that speaks as much of S3 as backups need, on loopback. It knows one key, and refuses what is not signed with its secret.</summary>
public sealed class FakeBucket : IAsyncDisposable
{
    public const string Bucket = "cellar";
    public const string KeyId = "AKIABACKUPSOFBURROW";
    public const string Secret = "sEcReT-of-the-cellar-42";

    readonly ConcurrentDictionary<string, byte[]> _objects = new();
    readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _uploads = new();
    FakeServer? _server;

    public string Address => _server!.Address;

    public IReadOnlyCollection<string> Keys => [.. _objects.Keys.Order(StringComparer.Ordinal)];

    /// <summary>So long each object takes to be written.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>How many objects came in several parts.</summary>
    public int Multiparts { get; private set; }

    public IEnumerable<FakeRequest> Requests => _server!.Requests;

    public static async Task<FakeBucket> StartAsync()
    {
        var bucket = new FakeBucket();
        bucket._server = await FakeServer.StartAsync(bucket.AnswerAsync);
        return bucket;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    async Task AnswerAsync(FakeRequest request, HttpContext context)
    {
        var signature = BucketSignature.Read(request.Headers.GetValueOrDefault("Authorization"));
        var parts = request.Path.TrimStart('/').Split('/', 2);
        if (signature is null)
        {
            await RefuseAsync(context, 403, "AccessDenied", "Access Denied");
        }
        else if (signature.KeyId != KeyId)
        {
            await RefuseAsync(context, 403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
        }
        else if (!signature.Holds(request, context, Secret))
        {
            await RefuseAsync(context, 403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
        }
        else if (parts[0] != Bucket)
        {
            await RefuseAsync(context, 404, "NoSuchBucket", "The specified bucket does not exist");
        }
        else
        {
            await AnswerAsync(request, context, parts.Length > 1 ? parts[1] : "");
        }
    }

    async Task AnswerAsync(FakeRequest request, HttpContext context, string key)
    {
        if (request.Method == "PUT" && Slowness > TimeSpan.Zero)
        {
            await Task.Delay(Slowness, context.RequestAborted);
        }
        var query = context.Request.Query;
        await (request.Method switch
        {
            "GET" when key.Length == 0 => WriteAsync(context, Listed(query["prefix"].ToString())),
            "POST" when query.ContainsKey("delete") => DeleteAsync(context, request),
            "POST" when query.ContainsKey("uploads") => BeginAsync(context, key),
            "POST" => CompleteAsync(context, key, query["uploadId"].ToString()),
            "PUT" when query.ContainsKey("partNumber") => PutPartAsync(context, query["uploadId"].ToString(), int.Parse(query["partNumber"].ToString(), CultureInfo.InvariantCulture), request.Bytes),
            "PUT" => PutAsync(context, key, request.Bytes),
            "HEAD" or "GET" => GetAsync(context, request, key),
            "DELETE" => RemoveAsync(context, key),
            _ => RefuseAsync(context, 405, "MethodNotAllowed", request.Method),
        });
    }

    XElement Listed(string prefix) => new("ListBucketResult",
        new XElement("Name", Bucket), new XElement("Prefix", prefix), new XElement("MaxKeys", 1000), new XElement("IsTruncated", "false"),
        Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Take(1000).Select(key => new XElement("Contents",
            new XElement("Key", key), new XElement("LastModified", "2026-03-01T12:00:00.000Z"), new XElement("ETag", "\"1\""), new XElement("Size", _objects[key].Length), new XElement("StorageClass", "STANDARD"))));

    Task DeleteAsync(HttpContext context, FakeRequest request)
    {
        foreach (var key in XDocument.Parse(Encoding.UTF8.GetString(request.Bytes)).Descendants().Where(element => element.Name.LocalName == "Key"))
        {
            _objects.TryRemove(key.Value, out _);
        }
        return WriteAsync(context, new XElement("DeleteResult"));
    }

    Task BeginAsync(HttpContext context, string key)
    {
        var id = $"{Guid.NewGuid():n}";
        _uploads[id] = new();
        return WriteAsync(context, new XElement("InitiateMultipartUploadResult", new XElement("Bucket", Bucket), new XElement("Key", key), new XElement("UploadId", id)));
    }

    Task PutPartAsync(HttpContext context, string id, int number, byte[] bytes)
    {
        _uploads[id][number] = bytes;
        context.Response.Headers.ETag = $"\"{number}\"";
        return Task.CompletedTask;
    }

    Task CompleteAsync(HttpContext context, string key, string id)
    {
        _objects[key] = [.. _uploads[id].OrderBy(part => part.Key).SelectMany(part => part.Value)];
        Multiparts++;
        return WriteAsync(context, new XElement("CompleteMultipartUploadResult", new XElement("Bucket", Bucket), new XElement("Key", key), new XElement("ETag", "\"1\"")));
    }

    Task PutAsync(HttpContext context, string key, byte[] bytes)
    {
        _objects[key] = bytes;
        context.Response.Headers.ETag = "\"1\"";
        return Task.CompletedTask;
    }

    async Task GetAsync(HttpContext context, FakeRequest request, string key)
    {
        if (!_objects.TryGetValue(key, out var bytes))
        {
            await RefuseAsync(context, 404, "NoSuchKey", "The specified key does not exist.", request.Method == "HEAD");
            return;
        }
        var (from, to) = (0, bytes.Length - 1);
        if (request.Headers.GetValueOrDefault("Range") is { } range)
        {
            var ends = range["bytes=".Length..].Split('-');
            (from, to) = (int.Parse(ends[0], CultureInfo.InvariantCulture), ends[1].Length > 0 ? Math.Min(int.Parse(ends[1], CultureInfo.InvariantCulture), bytes.Length - 1) : bytes.Length - 1);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{bytes.Length}";
        }
        context.Response.Headers.ETag = "\"1\"";
        context.Response.Headers.LastModified = "Sun, 01 Mar 2026 12:00:00 GMT";
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = to - from + 1;
        if (request.Method == "GET")
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(from, to - from + 1));
        }
    }

    Task RemoveAsync(HttpContext context, string key)
    {
        _objects.TryRemove(key, out _);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    static Task RefuseAsync(HttpContext context, int status, string code, string message, bool isEmpty = false)
    {
        context.Response.StatusCode = status;
        return isEmpty ? Task.CompletedTask : WriteAsync(context, new XElement("Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", "1")));
    }

    static Task WriteAsync(HttpContext context, XElement answer)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{answer}");
    }
}
