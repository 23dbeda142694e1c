namespace Prickle.Tests.Engine;

/// <summary>A statement that runs until it is stopped; made once it is seen to run.</summary>
public sealed class EndlessQuery : IAsyncDisposable
{
    readonly EngineFixture engine;
    readonly CancellationTokenSource hangUp = new();
    readonly Task<HttpResponseMessage> response;

    EndlessQuery(EngineFixture engine, HttpClient client, string parameters, string settings)
    {
        this.engine = engine;
        var statement = $"SELECT count() AS `{Id}` FROM numbers(1000000000000) WHERE NOT ignore(rand()){settings}";
        response = client.PostAsync($"?query_id={Id}{parameters}", new StringContent(statement), hangUp.Token);
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>How it ended.</summary>
    public async Task<string> EndAsync()
    {
        using var ended = await response;
        return ended.Headers.GetValues("X-ClickHouse-Exception-Code").Single();
    }

    /// <param name="parameters">More of the address, each beginning with an ampersand.</param>
    /// <param name="settings">A clause to end the statement with.</param>
    public static async Task<EndlessQuery> StartAsync(EngineFixture engine, string parameters = "", string settings = "")
    {
        var query = new EndlessQuery(engine, await engine.HttpAsync(), parameters, settings);
        await Eventually.IsTrueAsync(query.IsRunningAsync);
        return query;
    }

    /// <summary>Cuts the connection that the answer would come by.</summary>
    public Task HangUpAsync() => hangUp.CancelAsync();

    public async Task<bool> IsRunningAsync() => await engine.PostAsync(
        "", $"SELECT count() FROM system.processes WHERE query LIKE '%AS `{Id}`%' AND query NOT LIKE '%system.processes%'") == "1\n";

    public async ValueTask DisposeAsync()
    {
        await engine.PostAsync("", $"KILL QUERY WHERE query_id = '{Id}' SYNC");
        if (response.IsCompletedSuccessfully)
        {
            response.Result.Dispose();
        }
        hangUp.Dispose();
    }
}
