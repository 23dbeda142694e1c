using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Destinations;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;

namespace Prickle.Tests.House;

/// <summary>The product on the tests' engine, with an owner, that may watch servers on this machine. Its clock is the real one.</summary>
public sealed class HouseHost(EngineFixture engine) : IAsyncLifetime
{
    AccountsHost? _host;

    public EventStore Store { get; } = new(engine);

    public AccountsHost Host => _host!;

    /// <summary>The owner's program.</summary>
    public HttpClient Client { get; private set; } = null!;

    public OrganizationGrant Owner { get; private set; } = null!;

    internal CollectedLog Log { get; } = new();

    public string Servers => $"/api/organizations/{Owner.OrganizationId}/house/servers";

    public T Get<T>() where T : notnull => Host.Get<T>();

    public async ValueTask InitializeAsync()
    {
        await Store.InitializeAsync();
        _host = await AccountsHost.StartSetUpAsync(
            services =>
            {
                services.AddSingleton(Store.Store).AddSingleton(TimeProvider.System).AddLogging(logging => logging.AddProvider(Log));
                // Tests read the servers themselves, when they want to.
                services.Remove(services.Single(service => service.ImplementationType == typeof(Prickle.House.Sampling.HouseSampler)));
            },
            new Dictionary<string, string?> { ["House:AllowedHosts"] = "127.0.0.1", ["House:PatienceMilliseconds"] = "5000", ["Outbound:AllowsPrivateAddresses"] = "true", ["RateLimits:ApiPerMinute"] = "100000", ["RateLimits:ApiPerHour"] = "100000" });
        Client = await Host.OwnerProgramAsync();
        Owner = await Host.OrganizationAsync();
    }

    /// <summary>Watches a server; gives its id. A node that another test had stopped a moment ago is asked again.</summary>
    public async Task<Guid> WatchAsync(IEnumerable<string> nodes, string user = "default", string @operator = "admin")
    {
        var made = await Client.PostAsync(Servers, new
        {
            name = $"Old {Guid.CreateVersion7():n}",
            nodes,
            monitor_user = user,
            monitor_password = user == "default" ? "" : user,
            operator_user = @operator,
            operator_password = @operator,
        }).JsonAsync(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        var server = await ServerAsync(id);
        foreach (var account in (Account[])[Account.Monitor, Account.Operator])
        {
            await Get<Fleet>().LookAgainAsync(server, account, TestContext.Current.CancellationToken);
        }
        return id;
    }

    /// <summary>A watched server, as the product knows it.</summary>
    public async Task<WatchedServer> ServerAsync(Guid id) =>
        (await Get<ServerDirectory>().FindAsync(Owner.OrganizationId, id, TestContext.Current.CancellationToken))!;

    /// <summary>A client of the engine, with nothing of the product in between.</summary>
    public Task<HttpClient> EngineAsync() => engine.HttpAsync();

    /// <summary>Runs a statement on the engine, which must be a good one; gives what it answers, tab separated.</summary>
    public async Task<string> SqlAsync(string sql)
    {
        using var client = await EngineAsync();
        using var content = new StringContent(sql);
        using var response = await client.PostAsync(new Uri("", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text.TrimEnd('\n');
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.FetchAsync(path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        // A mistake of the product's own is in its log alone.
        response.StatusCode.ShouldBe(HttpStatusCode.OK, response.StatusCode == HttpStatusCode.InternalServerError ? Log.Text[^Math.Min(Log.Text.Length, 3000)..] : text);
        return JsonElement.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await Store.DisposeAsync();
    }
}

/// <summary>Reads answers over several nodes.</summary>
static class NodeReplies
{
    /// <summary>The nodes at which the question came to be so: answered, missing or failed.</summary>
    public static IEnumerable<JsonElement> Nodes(this JsonElement answer, string state) => answer.GetProperty("nodes").EnumerateArray().Where(node => node.Text("state") == state);
}
