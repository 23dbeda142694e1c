using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Prickle.Capture.Sdk;

/// <summary>
/// The browser SDK as it comes from npm: <c>array.js</c> for the snippet, and the parts that it loads later. An operator
/// may put further versions into <c>sdk/{version}</c> of the data folder.
/// </summary>
sealed partial class SdkFiles
{
    const string Forever = "public, max-age=31536000, immutable";
    const string FiveMinutes = "public, max-age=300";

    readonly string _shipped = Path.Combine(AppContext.BaseDirectory, "sdk");
    readonly string _added;
    readonly ConcurrentDictionary<string, (byte[] Plain, byte[] Packed)?> _files = new(StringComparer.Ordinal);

    public SdkFiles(string dataFolder)
    {
        _added = Path.Combine(dataFolder, "sdk");
        Version = ReadVersion(Path.Combine(_shipped, "package.json"));
    }

    /// <summary>The version that comes with the product.</summary>
    public string Version { get; }

    /// <summary>The text of the snippet's script, for the variant that carries the configuration in front.</summary>
    public byte[]? Array => Find("array", null)?.Plain;

    /// <summary><c>/static/{file}.js</c>: the version that comes with the product, whatever <c>?v=</c> says.</summary>
    public Task ServeAsync(HttpContext context, string file) => ServeAsync(context, Find(file, null), FiveMinutes);

    /// <summary><c>/static/{version}/{file}.js</c>: that version or none; SDKs then ask for the one above.</summary>
    public Task ServeAsync(HttpContext context, string version, string file) => ServeAsync(context, Find(file, version), Forever);

    static async Task ServeAsync(HttpContext context, (byte[] Plain, byte[] Packed)? file, string cacheControl)
    {
        if (file is not var (plain, packed))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var response = context.Response;
        response.ContentType = "application/javascript; charset=utf-8";
        response.Headers.CacheControl = cacheControl;
        response.Headers.Append("Vary", "Accept-Encoding");
        var takesGzip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (takesGzip)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        var body = takesGzip ? packed : plain;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    (byte[] Plain, byte[] Packed)? Find(string file, string? version)
    {
        if (!FileName().IsMatch(file) || (version is not null && !VersionName().IsMatch(version)))
        {
            return null;
        }

        var folder = version is null || version == Version ? _shipped : Path.Combine(_added, version);
        var path = Path.Combine(folder, file + ".js");
        if (_files.TryGetValue(path, out var known))
        {
            return known;
        }

        // Only what exists is remembered: names come from anyone.
        return File.Exists(path) ? _files.GetOrAdd(path, Load) : null;
    }

    static (byte[] Plain, byte[] Packed)? Load(string path)
    {
        var plain = File.ReadAllBytes(path);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return (plain, packed.ToArray());
    }

    static string ReadVersion(string package)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(package));
        return document.RootElement.GetProperty("version").GetString()!;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9.\-]{0,60}\z")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\A[0-9]{1,4}(\.[0-9]{1,6}){0,2}\z")]
    private static partial Regex VersionName();
}
