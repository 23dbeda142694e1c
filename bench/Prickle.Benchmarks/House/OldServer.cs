using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Prickle.Benchmarks.House;

/// <summary>A ClickHouse 18.16 of the system's package, by itself and on an empty folder: the oldest that House watches.</summary>
sealed class OldServer : IAsyncDisposable
{
    const string Program = "/usr/sbin/clickhouse-server";

    readonly Process _process;

    OldServer(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public int ProcessId => _process.Id;

    public static async Task<OldServer> StartAsync(string folder, HttpClient http, CancellationToken cancellationToken)
    {
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException("ClickHouse 18.16 is not installed. script/bootstrap --tests installs the package clickhouse-server.");
        }
        foreach (var part in (string[])["log", "data", "tmp", "user_files"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }
        var port = FreePort();
        var (users, settings) = (Path.Combine(folder, "users.xml"), Path.Combine(folder, "config.xml"));
        await File.WriteAllTextAsync(users, Users, cancellationToken);
        await File.WriteAllTextAsync(settings, Settings(folder, port, users), cancellationToken);
        var process = Process.Start(new ProcessStartInfo(Program, [$"--config-file={settings}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new OldServer(process, $"http://127.0.0.1:{port}");
        while (!await IsThereAsync(http, server.Address, cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static async Task<bool> IsThereAsync(HttpClient http, string address, CancellationToken cancellationToken)
    {
        try
        {
            using var reply = await http.GetAsync(new Uri($"{address}/ping"), cancellationToken);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    const string Users =
        """
        <yandex>
          <profiles><default><log_queries>1</log_queries></default></profiles>
          <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
          <quotas><default /></quotas>
        </yandex>
        """;

    static string Settings(string folder, int port, string users) =>
        $"""
        <yandex>
          <logger><level>warning</level><log>{folder}/log/server.log</log><errorlog>{folder}/log/server.err.log</errorlog></logger>
          <listen_host>127.0.0.1</listen_host><http_port>{port}</http_port>
          <uncompressed_cache_size>67108864</uncompressed_cache_size><mark_cache_size>67108864</mark_cache_size>
          <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><user_files_path>{folder}/user_files/</user_files_path>
          <users_config>{users}</users_config><default_profile>default</default_profile><default_database>default</default_database><mlock_executable>false</mlock_executable>
          <query_log><database>system</database><table>query_log</table><flush_interval_milliseconds>7500</flush_interval_milliseconds></query_log>
        </yandex>
        """;
}
