using Prickle.Accounts;

namespace Prickle.Servers;

/// <summary>Reads addresses of nodes as people type them.</summary>
static class NodeAddress
{
    const int HttpPort = 8123;
    const int HttpsPort = 8443;

    /// <summary>One for each line or text; empty ones are passed over.</summary>
    public static Outcome<IReadOnlyList<Uri>> ReadAll(IEnumerable<string> texts)
    {
        var nodes = new List<Uri>();
        foreach (var text in texts.Select(text => text.Trim()).Where(text => text.Length > 0))
        {
            if (Read(text) is not { } node)
            {
                return Refusal.Invalid("nodes", $"\"{text}\" is no address of a node. Write it as http://10.0.0.7:8123, without user, password or path.");
            }
            if (nodes.Contains(node))
            {
                return Refusal.Invalid("nodes", $"{node} is there twice.");
            }
            nodes.Add(node);
        }
        return nodes.Count switch
        {
            0 => Refusal.Invalid("nodes", "Give the address of at least one node, such as http://10.0.0.7:8123."),
            > WatchedServer.MostNodes => Refusal.Invalid("nodes", $"A server has {WatchedServer.MostNodes} nodes at most."),
            _ => nodes,
        };
    }

    static Uri? Read(string text)
    {
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : $"http://{text}", UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.Host.Length == 0)
        {
            return null;
        }
        // Nobody means port 80: without a port it is ClickHouse's.
        var hasPort = text.AsSpan(text.LastIndexOf(']') + 1).TrimEnd('/').LastIndexOf(':') is var colon && colon > (text.Contains(']') ? -1 : hasScheme ? uri.Scheme.Length : 0);
        return hasPort ? uri : new UriBuilder(uri) { Port = uri.Scheme == "https" ? HttpsPort : HttpPort }.Uri;
    }
}
