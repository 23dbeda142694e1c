using System.Net;
using System.Text.Json;

namespace Prickle.Tests.House;

/// <summary>
/// A node of the cluster. Its users are <c>default</c> (no password), <c>admin</c>, <c>ro1</c> (reads, and may send no setting) and
/// <c>ro2</c> (reads); but for the first, the password is the name.
/// </summary>
public sealed class OldNode(string name, string folder, int http, int tcp, int interserver, string users, (int One, int Two) replicas, int zooKeeper) : OldProcess
{
    public const string Program = "/usr/sbin/clickhouse-server";

    static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The name of the replica: <c>n1</c> or <c>n2</c>.</summary>
    public string Name => name;

    /// <summary>Its HTTP interface.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{http}/");

    /// <summary>What the server writes about itself.</summary>
    public string LogFile => Path.Combine(folder, "log", "server.log");

    /// <summary>The port of its native protocol.</summary>
    public int TcpPort => tcp;

    /// <summary>Starts it, and waits until it answers. Its data is that of the time before.</summary>
    public async Task StartAsync()
    {
        foreach (var part in (string[])["log", "data", "tmp", "user_files"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }
        var file = Path.Combine(folder, "config.xml");
        await File.WriteAllTextAsync(file, OldClusterFiles.Node(name, folder, http, tcp, interserver, users, replicas, zooKeeper));
        Launch(Program, $"--config-file={file}");
        await Engine.Eventually.IsTrueAsync(IsThereAsync);
    }

    async Task<bool> IsThereAsync()
    {
        try
        {
            using var response = await Client.GetAsync(new Uri(Address, "ping"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Runs a statement, which must be a good one; gives what it answers, tab separated.</summary>
    /// <param name="user">One of those of the node.</param>
    /// <param name="queryId">By what it is found in <c>system.processes</c>.</param>
    public async Task<string> RunAsync(string sql, string user = "default", string? queryId = null)
    {
        var (status, text) = await TryAsync(sql, user, queryId);
        status.ShouldBe(HttpStatusCode.OK, text);
        return text.TrimEnd('\n');
    }

    /// <summary>Runs a statement, whatever comes of it.</summary>
    public async Task<(HttpStatusCode Status, string Text)> TryAsync(string sql, string user = "default", string? queryId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, queryId is null ? "" : $"?query_id={Uri.EscapeDataString(queryId)}"))
        {
            Content = new StringContent(sql),
        };
        request.Headers.Add("X-ClickHouse-User", user);
        request.Headers.Add("X-ClickHouse-Key", user == "default" ? "" : user);
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The ids of the statements that run now.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync() =>
        [.. (await RunAsync("SELECT query_id FROM system.processes FORMAT TabSeparated")).Split('\n')];

    /// <summary>Starts a statement that runs until it is ended, and waits until it does; the task ends with it.</summary>
    public async Task<Task<(HttpStatusCode Status, string Text)>> BeginAsync(string queryId, string user = "default", string sql = Endless)
    {
        var running = TryAsync(sql, user, queryId);
        await Engine.Eventually.IsTrueAsync(async () => running.IsCompleted || (await RunningAsync()).Contains(queryId));
        return running;
    }

    /// <summary>Runs for hours, and stops soon when it is told to.</summary>
    public const string Endless = "SELECT count() FROM system.numbers WHERE NOT ignore(sipHash64(number))";

    /// <summary>A row of JSON for each row that a statement gives.</summary>
    public async Task<IReadOnlyList<JsonElement>> RowsAsync(string sql) =>
        [.. (await RunAsync($"{sql} FORMAT JSONEachRow")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
}
