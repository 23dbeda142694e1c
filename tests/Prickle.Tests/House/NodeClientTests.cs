using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Prickle.ClickHouse.Nodes;
using Prickle.Tests.Destinations;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>Asking a node, of the oldest version and of the newest.</summary>
[Collection(OldCluster.Name)]
public sealed class NodeClientTests(OldCluster old, EngineFixture engine) : IDisposable
{
    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) });

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    NodeClient Client => new(_http, _http);

    public void Dispose() => _http.Dispose();

    public static TheoryData<string> Hostile =>
    [
        "plain", "it's", "' OR 1=1 --", "\\", "\\'", "a\\nb", "tab\tnewline\nreturn\rend", "\"double\" `back`", "{x:String}", "ünïcödé 🦔", "", " ", "%_", "\\N", "NULL", "${jndi}", "a,b",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_value_arrives_as_it_is_and_is_never_part_of_the_statement(string value)
    {
        foreach (var (node, takes) in await NodesAsync())
        {
            var table = await RowsAsync(node, takes, "SELECT {x:String} AS x, length({x:String}) AS bytes, {n:UInt64} + 1 AS n, count() AS found FROM system.one WHERE toString(dummy) = {x:String}", ("x", value), ("n", "41"));
            var row = table.Rows.Single();
            row.Text("x").ShouldBe(value);
            row.Number("bytes").ShouldBe(System.Text.Encoding.UTF8.GetByteCount(value));
            row.Number("n").ShouldBe(42);
            row.Number("found").ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_user_who_may_only_read_takes_values_as_well()
    {
        var table = await RowsAsync(Target(old.One, "ro1"), false, "SELECT {x:String} AS x", ("x", "it's\t\\"));

        table.Rows.Single().Text("x").ShouldBe("it's\t\\");
    }

    [Fact]
    public async Task Arrays_of_values_are_values_too()
    {
        foreach (var (node, takes) in await NodesAsync())
        {
            (await RowsAsync(node, takes, "SELECT has({ids:Array(UInt64)}, toUInt64(18446744073709551615)) AS a, has({ids:Array(UInt64)}, toUInt64(3)) AS b", ("ids", "[18446744073709551615,2]")))
                .Rows.Single().ShouldSatisfyAllConditions(row => row.Flag("a").ShouldBeTrue(), row => row.Flag("b").ShouldBeFalse());
        }
    }

    [Theory]
    [InlineData("' OR 1=1 --")]
    [InlineData("it's \\ \t x")]
    public async Task A_kill_hits_the_one_that_is_named_and_no_other(string id)
    {
        var (bystander, victim) = ($"bystander-{Guid.CreateVersion7():n}", $"{id}{Guid.CreateVersion7():n}");
        var other = await old.One.BeginAsync(bystander);
        try
        {
            // Nobody runs under this id: the bystander must not be taken for it.
            (await KillAsync(id)).Count.ShouldBe(0);
            var running = old.One.TryAsync(OldNode.Endless, queryId: victim);
            NodeTable killed = NodeTable.Empty;
            await Eventually.IsTrueAsync(async () => (killed = await KillAsync(victim)).Count == 1);
            killed.Rows.Single().Text("query_id").ShouldBe(victim);
            (await running).Text.ShouldContain("Code: 394");
            other.IsCompleted.ShouldBeFalse();
        }
        finally
        {
            await KillAsync(bystander);
            await other;
        }
    }

    [Theory]
    [InlineData("nobody", NodeFailureKind.Unreachable, "cannot be reached")]
    [InlineData("native", NodeFailureKind.NativePort, "native protocol")]
    [InlineData("password", NodeFailureKind.WrongPassword, "assword")]
    [InlineData("tls wanted", NodeFailureKind.Tls, "plain HTTP")]
    [InlineData("tls there", NodeFailureKind.Broken, "https://")]
    [InlineData("web page", NodeFailureKind.NotClickHouse, "not ClickHouse")]
    [InlineData("redirect", NodeFailureKind.NotClickHouse, "redirects")]
    [InlineData("setting", NodeFailureKind.Readonly, "readonly")]
    [InlineData("hanging", NodeFailureKind.Hanging, "within 0.5 seconds")]
    public async Task Each_wrong_connection_says_what_is_wrong(string what, NodeFailureKind kind, string message)
    {
        await using var page = what == "redirect"
            ? await FakeServer.AnsweringAsync(302, "", ("Location", "http://127.0.0.1:1/elsewhere"))
            : await FakeServer.AnsweringAsync(200, "<html>Welcome</html>");
        using var secure = what == "tls there" ? new SecureListener() : null;
        var node = what switch
        {
            "nobody" => new NodeTarget(new Uri("http://127.0.0.1:1/"), "default", ""),
            "native" => new NodeTarget(new Uri($"http://127.0.0.1:{old.One.TcpPort}/"), "default", ""),
            "password" => new NodeTarget(old.One.Address, "admin", "not the password"),
            "tls wanted" => new NodeTarget(new UriBuilder(old.One.Address) { Scheme = "https" }.Uri, "default", ""),
            "tls there" => new NodeTarget(secure!.Address, "default", ""),
            "web page" or "redirect" => new NodeTarget(new Uri(page.Address), "default", ""),
            "setting" => Target(old.One, "ro1"),
            _ => Target(old.One, "default"),
        };
        var statement = new NodeStatement(what == "hanging" ? "SELECT sleep(3)" : "SELECT 1")
        {
            Deadline = TimeSpan.FromSeconds(what == "hanging" ? 0.5 : 5),
            Settings = what == "setting" ? [("max_execution_time", "7")] : [],
        };

        var reply = await Client.AskAsync(node, statement, cancellationToken: Cancellation);

        var failure = reply.ShouldBeOfType<NodeReply.Failed>().Failure;
        // 18.16 reads the hello of TLS as a request: it answers where a line ends in it by chance, and else waits for one.
        failure.Kind.ShouldBeOneOf(what == "tls wanted" ? [kind, NodeFailureKind.Hanging] : [kind]);
        failure.Message.ShouldContain(message);
        failure.Message.ShouldNotContain("not the password");
    }

    [Fact]
    public async Task An_error_is_the_servers_own_words_without_its_trace()
    {
        var reply = await Client.AskAsync(Target(old.One, "default"), new NodeStatement("SELECT nothing FROM system.one"), cancellationToken: Cancellation);

        var failure = reply.ShouldBeOfType<NodeReply.Failed>().Failure;
        (failure.Kind, failure.Code).ShouldBe((NodeFailureKind.UnknownName, 47));
        failure.Message.ShouldBe("Unknown identifier: nothing");
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_is_refused()
    {
        foreach (var (node, takes) in await NodesAsync())
        {
            var reply = await Client.AskAsync(node, new NodeStatement("SELECT number FROM system.numbers LIMIT 500000") { LargestAnswer = 1024 * 1024 }, takes, Cancellation);
            reply.ShouldBeOfType<NodeReply.Failed>().Failure.Kind.ShouldBe(NodeFailureKind.TooLarge);
        }
    }

    [Fact]
    public async Task Capabilities_are_what_the_node_has()
    {
        var (one, _) = await CapabilityProbe.LookAsync(Client, Target(old.One, "default"), TimeSpan.FromSeconds(5), TimeProvider.System, Cancellation);
        var capabilities = one.ShouldNotBeNull();
        capabilities.Version.ShouldStartWith("18.16");
        capabilities.Has("text_log").ShouldBeFalse();
        capabilities.Has("processes", "ProfileEvents.Names").ShouldBeTrue();
        (capabilities.TakesParameters, capabilities.Readonly, capabilities.MayWrite).ShouldBe((false, 0, true));
        capabilities.Functions.ShouldContain("cityHash64");
        capabilities.Functions.ShouldNotContain("normalizeQuery");
        capabilities.NotSeen.ShouldBeEmpty();

        var (reader, _) = await CapabilityProbe.LookAsync(Client, Target(old.One, "ro1"), TimeSpan.FromSeconds(5), TimeProvider.System, Cancellation);
        (reader.ShouldNotBeNull().Readonly, reader.MaySet, reader.TakesParameters).ShouldBe((1, false, false));

        var supervisor = await engine.StartedAsync();
        var (newest, _) = await CapabilityProbe.LookAsync(
            Client, new NodeTarget(supervisor.Endpoint, supervisor.User, supervisor.Password), TimeSpan.FromSeconds(15), TimeProvider.System, Cancellation);
        newest.ShouldNotBeNull().TakesParameters.ShouldBeTrue();
        // The library keeps no logs but the one that the engine writes.
        (newest.Has("text_log"), newest.Has("query_log", "normalized_query_hash"), newest.Has("processes", "Settings")).ShouldBe((false, true, true));
        newest.Functions.ShouldContain("normalizeQuery");
    }

    async Task<NodeTable> KillAsync(string id) => await RowsAsync(Target(old.One, "admin"), false, "KILL QUERY WHERE query_id = {id:String} ASYNC", ("id", id));

    async Task<NodeTable> RowsAsync(NodeTarget node, bool takes, string sql, params (string, string)[] values)
    {
        var reply = await Client.AskAsync(node, new NodeStatement(sql) { Values = values }, takes, Cancellation);
        return reply.ShouldBeOfType<NodeReply.Answered>((reply as NodeReply.Failed)?.Failure.Message).Table;
    }

    async Task<IReadOnlyList<(NodeTarget Node, bool TakesParameters)>> NodesAsync()
    {
        var supervisor = await engine.StartedAsync();
        return [(Target(old.One, "default"), false), (new NodeTarget(supervisor.Endpoint, supervisor.User, supervisor.Password), true)];
    }

    static NodeTarget Target(OldNode node, string user) => new(node.Address, user, user == "default" ? "" : user);

    /// <summary>Speaks TLS, and hangs up on whatever else.</summary>
    sealed class SecureListener : IDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly X509Certificate2 _certificate;

        public SecureListener()
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            _certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            _listener.Start();
            _ = ListenAsync();
        }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

        async Task ListenAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await using var stream = new SslStream(client.GetStream());
                    await stream.AuthenticateAsServerAsync(_certificate);
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException or IOException or AuthenticationException)
            {
                // The test is over, or the caller did not speak TLS.
            }
        }

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }
    }
}
