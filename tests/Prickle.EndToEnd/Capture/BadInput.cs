using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Capture;

/// <summary>A request that is not as it should be, and what is to become of it.</summary>
/// <param name="Body">Made with the project's token and a personal API key.</param>
/// <param name="Status">The exact answer.</param>
/// <param name="Stored">How many events are stored of it.</param>
/// <param name="Warnings">The reasons under ingestion warnings.</param>
sealed record BadInput(Func<string, string, byte[]> Body, int Status, int Stored = 0, string[]? Warnings = null)
{
    public string Type { get; init; } = "application/json";

    public string? ContentEncoding { get; init; }

    /// <summary>What the one stored event must be like.</summary>
    public Action<StoredEvent> Check { get; init; } = _ => { };

    /// <summary>One event with these members beside token, name and distinct id.</summary>
    public static Func<string, string, byte[]> Event(string more) => (token, _) =>
        Encoding.UTF8.GetBytes($$"""{"api_key":"{{token}}","event":"sent","distinct_id":"a",{{more}}}""");

    /// <summary>A body in which TOKEN and KEY are put in.</summary>
    public static Func<string, string, byte[]> Template(string template) => (token, key) =>
        Encoding.UTF8.GetBytes(template.Replace("TOKEN", token, StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal));

    /// <summary>A batch of 100 events; the one at the given place is this JSON.</summary>
    public static Func<string, string, byte[]> BatchWith(int place, string bad) => (token, _) =>
    {
        var items = Enumerable.Range(0, 100).Select(i => i == place ? bad : $$"""{"event":"sent","distinct_id":"{{i}}"}""");
        return Encoding.UTF8.GetBytes($$"""{"api_key":"{{token}}","batch":[{{string.Join(',', items)}}]}""");
    };
}
