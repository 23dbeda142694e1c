using System.Globalization;
using Prickle.Engine.Native;
using Prickle.Engine.Queries;

namespace Prickle.Engine.Http;

/// <summary>The parameters of a request: from the address, and from the fields of a form when one was sent.</summary>
sealed class RequestParameters(HttpRequest request, IReadOnlyDictionary<string, string>? form)
{
    const int InvalidSessionTimeout = 374;
    const int DefaultSessionSeconds = 60;
    const int MaximumSessionSeconds = 3600;
    const string ParameterPrefix = "param_";

    static readonly HashSet<string> Reserved =
    [
        "", "query", "database", "default_format", "query_id", "user", "password", "quota_key", "role", "stacktrace",
        "compress", "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version",
        "session_id", "session_timeout", "session_check", "close_session",
    ];

    public string? this[string name] =>
        request.Query.TryGetValue(name, out var values) ? values[^1]
        : form is not null && form.TryGetValue(name, out var value) ? value
        : null;

    public bool IsSet(string name) => this[name] is "1" or "true";

    /// <summary>Whether the caller turned off what is on by default.</summary>
    public bool IsOff(string name) => this[name] is "0" or "false";

    public IReadOnlyDictionary<string, string> Values() => All()
        .Where(pair => pair.Key.StartsWith(ParameterPrefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[ParameterPrefix.Length..], pair => pair.Value);

    /// <summary>Whatever is neither reserved nor a placeholder's value is a setting.</summary>
    public IReadOnlyDictionary<string, string> Settings() => All()
        .Where(pair => !Reserved.Contains(pair.Key) && !pair.Key.StartsWith(ParameterPrefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    public (SessionRequest? Session, EngineError? Error) Session()
    {
        if (this["session_id"] is not { Length: > 0 } id)
        {
            return (null, null);
        }
        var seconds = DefaultSessionSeconds;
        if (this["session_timeout"] is { } stated)
        {
            if (!int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
            {
                return (null, InvalidTimeout($"Invalid session timeout: '{stated}'."));
            }
            if (seconds > MaximumSessionSeconds)
            {
                return (null, InvalidTimeout(
                    $"Session timeout '{stated}' is larger than max_session_timeout: {MaximumSessionSeconds}."));
            }
        }
        return (new(id, TimeSpan.FromSeconds(seconds), this["session_check"] == "1"), null);
    }

    static EngineError InvalidTimeout(string message) =>
        EngineError.Of(InvalidSessionTimeout, "INVALID_SESSION_TIMEOUT", message);

    Dictionary<string, string> All()
    {
        var seen = request.Query.Select(pair => KeyValuePair.Create(pair.Key, pair.Value[^1] ?? "")).ToDictionary();
        foreach (var (name, value) in form ?? new Dictionary<string, string>())
        {
            seen.TryAdd(name, value);
        }
        return seen;
    }
}
