using System.Diagnostics;
using System.Globalization;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Prickle.ClickHouse.Nodes;

/// <summary>
/// Asks one ClickHouse node over HTTP, of any version from 18.16 on, as any user down to one that may only read. Drivers read
/// RowBinaryWithNamesAndTypes, which old servers do not have, and send settings, which a read-only user may not; so this one
/// reads JSONCompact and sends nothing that was not asked for.
/// </summary>
/// <param name="http">Its connections decide where may be asked at all.</param>
/// <param name="own">For <see cref="NodeTarget.IsOwn"/>: connections of its own, so that none of them serves another's request.</param>
public sealed partial class NodeClient(HttpClient http, HttpClient own)
{
    /// <summary>What the ids of our own statements begin with: statistics leave them out by it.</summary>
    public const string OwnQueries = "prickle-house-";

    const string ValueTable = "prickle_values";

    /// <summary>Runs a statement and reads all of its answer. What goes wrong is a reply, too.</summary>
    /// <param name="node">Whom to ask.</param>
    /// <param name="statement">What.</param>
    /// <param name="takesParameters">Whether the node knows <c>{name:Type}</c> (<see cref="NodeCapabilities.TakesParameters"/>).</param>
    /// <param name="cancellationToken">Gives up; the statement may run on.</param>
    public async Task<NodeReply> AskAsync(NodeTarget node, NodeStatement statement, bool takesParameters = true, CancellationToken cancellationToken = default)
    {
        var begun = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(statement.Deadline);
        try
        {
            using var request = RequestOf(node, statement, takesParameters);
            using var response = await (node.IsOwn ? own : http).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var (body, isCut) = await ReadAsync(response, statement.LargestAnswer, deadline.Token);
            return isCut
                ? Failed(new NodeFailure(NodeFailureKind.TooLarge, $"The answer has more than {statement.LargestAnswer / 1024 / 1024} MB."))
                : ReplyOf(response, body, Stopwatch.GetElapsedTime(begun));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var hint = node.Address.Scheme == "https" ? " A port of plain HTTP lets TLS wait like this: if it is one, write http:// in front of the address." : "";
            return Failed(new NodeFailure(
                NodeFailureKind.Hanging, string.Create(CultureInfo.InvariantCulture, $"It did not answer within {statement.Deadline.TotalSeconds:0.#} seconds.{hint}")));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Failed(FailureOf(failure, node));
        }

        NodeReply.Failed Failed(NodeFailure failure) => new(failure, Stopwatch.GetElapsedTime(begun));
    }

    static HttpRequestMessage RequestOf(NodeTarget node, NodeStatement statement, bool takesParameters)
    {
        var sent = new List<(string Name, string Value)>
        {
            ("default_format", "JSONCompact"),
            // The status tells of errors only when the answer is held back until its end.
            ("wait_end_of_query", "1"),
            ("query_id", statement.QueryId ?? $"{OwnQueries}{Guid.NewGuid():N}"),
        };
        if (statement.Database is { } database)
        {
            sent.Add(("database", database));
        }
        sent.AddRange(statement.Settings);
        var content = Content(statement, takesParameters, sent);
        var query = string.Join('&', sent.Select(one => $"{Uri.EscapeDataString(one.Name)}={Uri.EscapeDataString(one.Value)}"));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, $"?{query}")) { Content = content };
        request.Headers.Add("X-ClickHouse-User", node.User);
        request.Headers.Add("X-ClickHouse-Key", node.Password);
        request.Headers.UserAgent.ParseAdd("Prickle-House");
        return request;
    }

    static HttpContent Content(NodeStatement statement, bool takesParameters, List<(string Name, string Value)> sent)
    {
        if (statement.Values.Count == 0)
        {
            return new StringContent(statement.Sql, Encoding.UTF8);
        }
        if (takesParameters)
        {
            sent.AddRange(statement.Values.Select(value => ($"param_{value.Name}", Escape(value.Value))));
            return new StringContent(statement.Sql, Encoding.UTF8);
        }
        // One row, one column for each value, each as text: the statement reads its values from there.
        var types = Placeholder.Matches(statement.Sql).DistinctBy(match => match.Groups["name"].Value).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["type"].Value);
        sent.Add(("query", Placeholder.Replace(statement.Sql, match => $"(SELECT {match.Groups["name"].Value} FROM {ValueTable})")));
        sent.Add(($"{ValueTable}_format", "TabSeparated"));
        sent.Add(($"{ValueTable}_structure", string.Join(", ", statement.Values.Select(value => $"{value.Name} {types.GetValueOrDefault(value.Name, "String")}"))));
        return new MultipartFormDataContent
        {
            { new StringContent(string.Join('\t', statement.Values.Select(value => Escape(value.Value))) + "\n", Encoding.UTF8), ValueTable, ValueTable },
        };
    }

    /// <summary>As ClickHouse's tab separated format wants it, which is how parameters are read as well.</summary>
    static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\t", "\\t").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\0", "\\0");

    static async Task<(byte[] Body, bool IsCut)> ReadAsync(HttpResponseMessage response, int largest, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (body.Length + count > largest)
            {
                return ([], true);
            }
            body.Write(buffer, 0, count);
        }
        return (body.ToArray(), false);
    }

    static NodeReply ReplyOf(HttpResponseMessage response, byte[] body, TimeSpan took)
    {
        if (!response.IsSuccessStatusCode)
        {
            return new NodeReply.Failed(RefusalOf(response, Encoding.UTF8.GetString(body)), took);
        }
        if (body.Length == 0)
        {
            return new NodeReply.Answered(NodeTable.Empty, took);
        }
        try
        {
            // The document is not disposed: its rows are read as long as the table lives.
            return new NodeReply.Answered(new NodeTable(JsonDocument.Parse(body).RootElement), took);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            var text = Encoding.UTF8.GetString(body);
            // An error in the middle of the rows comes after them, under a status that was sent before.
            var at = text.LastIndexOf("Code: ", StringComparison.Ordinal);
            return new NodeReply.Failed(
                at >= 0 ? NodeFailure.Parse(text[at..]) : new NodeFailure(NodeFailureKind.NotClickHouse, "What answers there is not ClickHouse's HTTP interface."), took);
        }
    }

    static NodeFailure RefusalOf(HttpResponseMessage response, string text)
    {
        if (text.Contains("clickhouse-client program", StringComparison.Ordinal))
        {
            return new NodeFailure(NodeFailureKind.NativePort, "This is the port of ClickHouse's native protocol. The HTTP interface listens on another one, 8123 by default.");
        }
        if (text.Contains("HTTP request to an HTTPS server", StringComparison.OrdinalIgnoreCase))
        {
            return new NodeFailure(NodeFailureKind.Tls, "This port wants TLS: write https:// in front of the address.");
        }
        if (text.Contains("Code: ", StringComparison.Ordinal))
        {
            return NodeFailure.Parse(text);
        }
        return (int)response.StatusCode is >= 300 and < 400
            ? new NodeFailure(NodeFailureKind.NotClickHouse, $"It redirects to {response.Headers.Location}, which is not followed. Give the address of ClickHouse itself.")
            : new NodeFailure(NodeFailureKind.NotClickHouse, $"What answers there is not ClickHouse's HTTP interface (status {(int)response.StatusCode}).");
    }

    static NodeFailure FailureOf(Exception failure, NodeTarget node)
    {
        if (failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } || failure.InnerException is AuthenticationException)
        {
            return new NodeFailure(NodeFailureKind.Tls, $"TLS failed: {Innermost(failure).Message} Either the port speaks plain HTTP, or the certificate is not trusted here.");
        }
        if (failure is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse })
        {
            return node.Address.Scheme == "http"
                ? new NodeFailure(NodeFailureKind.NativePort, "What answers there does not speak HTTP. It may be the port of the native protocol (9000), or one that wants TLS (https, 8443).")
                : new NodeFailure(NodeFailureKind.NotClickHouse, "What answers there does not speak HTTP.");
        }
        if (failure is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } || failure is IOException || failure.InnerException is IOException)
        {
            var hint = node.Address.Scheme == "http" && failure is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
                ? " A port that wants TLS hangs up like this: if it does, write https:// in front of the address." : "";
            return new NodeFailure(NodeFailureKind.Broken, $"The connection broke: {Innermost(failure).Message}{hint}");
        }
        return new NodeFailure(NodeFailureKind.Unreachable, $"It cannot be reached: {Innermost(failure).Message}");
    }

    static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;

    [GeneratedRegex(@"\{(?<name>[a-z_][a-z0-9_]*):(?<type>[A-Za-z0-9()]+)\}", RegexOptions.ExplicitCapture)]
    static partial Regex Placeholder { get; }
}
