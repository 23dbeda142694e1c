using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Prickle.Engine.Native;

namespace Prickle.Engine.Http;

/// <summary>The password of the one user, presented in any of the ways ClickHouse takes one.</summary>
sealed class Secret(string password)
{
    const int AuthenticationFailed = 516;
    const string User = "default";

    readonly byte[] expected = Digest(password);

    /// <summary>The name of the user who asks, or why the request is refused.</summary>
    public EngineError? Check(HttpRequest request, Func<string, string?> parameter)
    {
        var (user, key) = Presented(request, parameter);
        return user == User && CryptographicOperations.FixedTimeEquals(Digest(key), expected)
            ? null
            : EngineError.Of(AuthenticationFailed, "AUTHENTICATION_FAILED",
                $"{user}: Authentication failed: password is incorrect, or there is no user with such name.");
    }

    static (string User, string Key) Presented(HttpRequest request, Func<string, string?> parameter)
    {
        var headers = request.Headers;
        if (headers.ContainsKey("X-ClickHouse-User") || headers.ContainsKey("X-ClickHouse-Key"))
        {
            return (OrDefault(headers["X-ClickHouse-User"]), headers["X-ClickHouse-Key"].ToString());
        }
        if (AuthenticationHeaderValue.TryParse(headers.Authorization, out var header)
            && string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase))
        {
            var pair = DecodeBase64(header.Parameter ?? "");
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? (OrDefault(pair), "") : (OrDefault(pair[..colon]), pair[(colon + 1)..]);
        }
        return (OrDefault(parameter("user")), parameter("password") ?? "");
    }

    static string OrDefault(string? user) => string.IsNullOrEmpty(user) ? User : user;

    static string DecodeBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
