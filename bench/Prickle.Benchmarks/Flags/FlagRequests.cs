using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Prickle.Benchmarks.Processes;

namespace Prickle.Benchmarks.Flags;

/// <summary>Requests as SDKs send them, down to the bytes.</summary>
sealed class FlagRequests(Product product)
{
    /// <summary>A program on a server that knows its user: nothing has to be looked up.</summary>
    public IReadOnlyList<byte[]> OfServers(int count) => [.. Enumerable.Range(0, count).Select(number =>
    {
        var (person, company) = (number * 7919 % FlagWorld.People, number % FlagWorld.Companies);
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["token"] = product.ProjectToken,
            ["distinct_id"] = $"person-{person}",
            ["groups"] = new { company = $"company-{company}" },
            ["person_properties"] = FlagWorld.PropertiesOf(person),
            ["group_properties"] = new { company = FlagWorld.CompanyProperties(company) },
            ["geoip_disable"] = true,
        });
        return Post(body, "application/json", "posthog-node/5.50.0");
    })];

    /// <summary>A page whose user the product knows: the person, what they did and who they were is looked up.</summary>
    public IReadOnlyList<byte[]> OfPages(int count) => [.. Enumerable.Range(0, count).Select(number =>
    {
        var person = number * 7919 % FlagWorld.People;
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["token"] = product.ProjectToken,
            ["distinct_id"] = $"person-{person}",
            ["groups"] = new { company = $"company-{number % FlagWorld.Companies}" },
            ["person_properties"] = new Dictionary<string, object> { ["$device_id"] = $"device-{person}", ["$initial_referrer"] = "$direct" },
            ["$device_id"] = $"device-{person}",
            ["timezone"] = "Europe/London",
            ["sent_at"] = DateTimeOffset.UtcNow,
        });
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(body);
        }
        return Post(packed.ToArray(), "text/plain", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36");
    })];

    /// <summary>A server that has the definitions and asks whether they are still right.</summary>
    public byte[] OfDefinitions(string tag) => Encoding.ASCII.GetBytes(
        $"GET /flags/definitions?token={product.ProjectToken}&send_cohorts HTTP/1.1\r\nHost: {product.Address.Authority}\r\nUser-Agent: posthog-node/5.50.0\r\n"
        + $"Authorization: Bearer {product.PersonalApiKey}\r\nIf-None-Match: {tag}\r\n\r\n");

    byte[] Post(byte[] body, string contentType, string userAgent) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /flags/?v=2 HTTP/1.1\r\nHost: {product.Address.Authority}\r\nUser-Agent: {userAgent}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];
}
