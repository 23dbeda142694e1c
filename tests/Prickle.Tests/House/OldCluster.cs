using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Prickle.Tests.House;

/// <summary>
/// Two replicated nodes of ClickHouse 18.16 with ZooKeeper, on loopback, in a folder of their own: the oldest version that House
/// watches. Of the system's packages clickhouse-server, clickhouse-client and zookeeper; without them its tests fail.
/// </summary>
/// <remarks>
/// Started once for the tests of <see cref="Name"/>, which run one after another: some of them stop what others ask. A test
/// that stops something starts it again.
/// </remarks>
public sealed class OldCluster : IAsyncLifetime
{
    /// <summary>The collection of tests that share the cluster.</summary>
    public const string Name = "ClickHouse 18.16";

    readonly string _folder = Directory.CreateTempSubdirectory("prickle-ch18-").FullName;
    OldZooKeeper? _zooKeeper;

    /// <summary>The first node, <c>n1</c>.</summary>
    public OldNode One { get; private set; } = null!;

    /// <summary>The second node, <c>n2</c>.</summary>
    public OldNode Two { get; private set; } = null!;

    /// <summary>Both.</summary>
    public IReadOnlyList<OldNode> Nodes => [One, Two];

    /// <summary>The HTTP interface of both.</summary>
    public IReadOnlyList<string> Addresses => [.. Nodes.Select(node => node.Address.ToString())];

    /// <summary>Coordinates the replicas.</summary>
    public OldZooKeeper ZooKeeper => _zooKeeper!;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(OldNode.Program) || !File.Exists(OldZooKeeper.Library))
        {
            throw new InvalidOperationException(
                "ClickHouse 18.16 is not installed. script/bootstrap --tests installs the packages clickhouse-server, clickhouse-client and zookeeper.");
        }
        var ports = FreePorts(7);
        var users = Path.Combine(_folder, "users.xml");
        await File.WriteAllTextAsync(users, OldClusterFiles.Users);
        _zooKeeper = new OldZooKeeper(Path.Combine(_folder, "zk"), ports[6]);
        var tcp = (ports[1], ports[4]);
        One = new OldNode("n1", Path.Combine(_folder, "n1"), ports[0], ports[1], ports[2], users, tcp, ports[6]);
        Two = new OldNode("n2", Path.Combine(_folder, "n2"), ports[3], ports[4], ports[5], users, tcp, ports[6]);
        await _zooKeeper.StartAsync();
        await Task.WhenAll(One.StartAsync(), Two.StartAsync());
    }

    /// <summary>Runs a statement on both nodes, one after the other: 18.16 has no quick way to do it everywhere.</summary>
    public async Task EverywhereAsync(string sql)
    {
        foreach (var node in Nodes)
        {
            await node.RunAsync(sql);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Where(node => node is not null))
        {
            node.Kill();
        }
        _zooKeeper?.Kill();
        await Task.CompletedTask;
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Ports that nobody listens on, all different.</summary>
    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}

/// <summary>Tests that share the cluster.</summary>
[CollectionDefinition(OldCluster.Name)]
public sealed class OldClusterTests : ICollectionFixture<OldCluster>;

/// <summary>A program that is started and ended by its process id.</summary>
public abstract class OldProcess
{
    Process? _process;

    /// <summary>Whether it runs; a suspended one does.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Asks it to end, and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } running)
        {
            await SignalAsync("-TERM");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await running.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Kill();
            }
        }
    }

    /// <summary>Suspends it: connections are taken, nothing is answered.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            running.WaitForExit();
        }
    }

    protected void Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/tmp" };
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    async Task SignalAsync(string signal)
    {
        using var sent = Process.Start("kill", [signal, $"{_process!.Id}"]);
        await sent.WaitForExitAsync();
    }
}

/// <summary>The ZooKeeper of the cluster.</summary>
public sealed class OldZooKeeper(string folder, int port) : OldProcess
{
    public const string Library = "/usr/share/java/zookeeper.jar";

    /// <summary>
    /// Starts it, and waits until it serves: it takes connections some time before, and a node of 18.16 that is started in between
    /// falls over its next statement for the cluster. Its data is that of the time before.
    /// </summary>
    public async Task StartAsync()
    {
        var (settings, data) = (Path.Combine(folder, "conf"), Path.Combine(folder, "data"));
        Directory.CreateDirectory(settings);
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(settings, "zoo.cfg"), OldClusterFiles.ZooKeeper(data, port));
        Launch("java", "-Xmx256m", "-cp", $"{settings}:{Library}", "org.apache.zookeeper.server.quorum.QuorumPeerMain", Path.Combine(settings, "zoo.cfg"));
        await Engine.Eventually.IsTrueAsync(async () =>
        {
            // One that takes a connection too early never answers it.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                await socket.GetStream().WriteAsync("srvr"u8.ToArray(), patience.Token);
                using var reader = new StreamReader(socket.GetStream());
                return (await reader.ReadToEndAsync(patience.Token)).Contains("Mode:", StringComparison.Ordinal);
            }
            catch (Exception notYet) when (notYet is SocketException or IOException or OperationCanceledException)
            {
                return false;
            }
        });
    }
}
