using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Prickle.Tests.Destinations;

namespace Prickle.Tests.House;

/// <summary>Signature version 4 as a bucket computes it, from what came over the wire and the secret it knows.</summary>
sealed record BucketSignature(string KeyId, string Day, string Region, string[] SignedHeaders, string Signature)
{
    const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>What the header says: <c>AWS4-HMAC-SHA256 Credential=key/day/region/s3/aws4_request, SignedHeaders=a;b, Signature=hex</c>; null for none.</summary>
    public static BucketSignature? Read(string? authorization)
    {
        if (authorization?.StartsWith($"{Algorithm} ", StringComparison.Ordinal) != true)
        {
            return null;
        }
        var fields = authorization[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries).Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1]);
        var credential = fields["Credential"].Split('/');
        return new BucketSignature(credential[0], credential[1], credential[2], fields["SignedHeaders"].Split(';'), fields["Signature"]);
    }

    /// <summary>Whether who sent it knows the secret, and sent this request and no other.</summary>
    public bool Holds(FakeRequest request, HttpContext context, string secret)
    {
        var payload = request.Headers["x-amz-content-sha256"];
        if (payload is not "UNSIGNED-PAYLOAD" && payload != Convert.ToHexStringLower(SHA256.HashData(request.Bytes)))
        {
            return false;
        }
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var query = target.Length < 2 ? [] : target[1].Split('&').Select(pair => pair.Split('=', 2)).Select(pair => $"{Encoded(pair[0])}={Encoded(pair.ElementAtOrDefault(1) ?? "")}");
        string[] lines =
        [
            request.Method,
            string.Join('/', target[0].Split('/').Select(Encoded)),
            string.Join('&', query.Order(StringComparer.Ordinal)),
            .. SignedHeaders.Select(name => $"{name}:{request.Headers[name].Trim()}"),
            "",
            string.Join(';', SignedHeaders),
            payload,
        ];
        var scope = $"{Day}/{Region}/s3/aws4_request";
        var text = $"{Algorithm}\n{request.Headers["x-amz-date"]}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes($"AWS4{secret}"), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))) == Signature;
    }

    static string Encoded(string part) => Uri.EscapeDataString(Uri.UnescapeDataString(part));
}
