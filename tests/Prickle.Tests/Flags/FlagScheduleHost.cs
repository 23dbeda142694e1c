using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Flags;
using Prickle.Flags.Schedule;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Flags;

/// <summary>The product with a clock that tests set; nothing of a schedule asks the analytical store.</summary>
public sealed class FlagScheduleHost : IAsyncLifetime
{
    public AccountsHost Host { get; private set; } = null!;
    public HttpClient Client { get; private set; } = null!;
    public ProjectGrant Grant { get; private set; } = null!;

    public DateTimeOffset Now => Host.Time.GetUtcNow();

    public string Path => $"/api/projects/{Grant.ProjectId}/feature_flags";

    public T Get<T>() where T : notnull => Host.Get<T>();

    public async ValueTask InitializeAsync()
    {
        Host = await AccountsHost.StartSetUpAsync();
        Client = await Host.OwnerProgramAsync();
        Grant = await Host.ProjectAsync();
    }

    /// <summary>A flag with so much of everyone, and pros behind it.</summary>
    public async Task<int> FlagAsync(double share = 0) => (await Client.PostAsync(Path, new
    {
        key = $"flag-{Guid.NewGuid():n}",
        filters = new
        {
            groups = new object[]
            {
                new { rollout_percentage = share },
                new { properties = new[] { new { key = "plan", type = "person", value = "pro" } }, rollout_percentage = 100 },
            },
        },
    }).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetInt32();

    public async Task<JsonElement> PlanAsync(int flag, object body, HttpStatusCode expected = HttpStatusCode.Created) =>
        await Client.PostAsync($"{Path}/{flag}/schedule", body).JsonAsync(expected);

    public async Task<IReadOnlyList<JsonElement>> StepsAsync(int flag) =>
        [.. (await Client.FetchAsync($"{Path}/{flag}/schedule").JsonAsync()).GetProperty("results").EnumerateArray()];

    /// <summary>Lets time pass, and waits until what is due then is done.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Host.Time.Advance(time);
        await Get<FlagScheduleRunner>().RunDueAsync(TestContext.Current.CancellationToken);
    }

    public async Task<FeatureFlag> ReadAsync(int flag) => (await Get<FlagQueries>().FindAsync(Grant.ProjectId, flag, TestContext.Current.CancellationToken))!;

    public async Task<double?> ShareAsync(int flag) => (await ReadAsync(flag)).Settings.Filters.Groups[0].RolloutPercentage;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
