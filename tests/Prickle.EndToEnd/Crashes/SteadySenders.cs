using System.Collections.Concurrent;
using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>
/// Back ends that never stop sending: as the SDKs do, each sends a batch again, with the same uuids, until it is told 200.
/// Remembers what was acknowledged.
/// </summary>
sealed class SteadySenders : IAsyncDisposable
{
    const int BatchSize = 5;
    static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    readonly ProductProcess product;
    readonly TestProject project;
    readonly ConcurrentBag<Guid> acknowledged = [];
    readonly CancellationTokenSource stopping = new();
    readonly Task[] senders;
    readonly TimeSpan pause;
    int refused;

    /// <param name="pause">What each sender waits after a batch; nothing without it.</param>
    public SteadySenders(ProductProcess product, TestProject project, int count, TimeSpan pause = default)
    {
        this.pause = pause;
        (this.product, this.project) = (product, project);
        senders = [.. Enumerable.Range(0, count).Select(number => Task.Run(() => SendAsync(number)))];
    }

    public int Acknowledged => acknowledged.Count;

    /// <summary>Requests that were not answered with 200.</summary>
    public int Refused => refused;

    /// <summary>Statuses that were neither 200 nor 503.</summary>
    public ConcurrentBag<string> Surprises { get; } = [];

    public Task WaitForMoreAsync(int events)
    {
        var before = Acknowledged;
        return Eventually.HoldsAsync(
            $"{events} more events are acknowledged", () => Task.FromResult(Acknowledged >= before + events), TimeSpan.FromSeconds(60),
            () => Task.FromResult($"There are {Acknowledged - before}.\n{product.Log}"));
    }

    /// <summary>Ends the senders and gives the uuids of all events that were acknowledged.</summary>
    public async Task<HashSet<Guid>> StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(senders);
        return [.. acknowledged];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    async Task SendAsync(int sender)
    {
        using var timer = new PeriodicTimer(BetweenTries);
        while (!stopping.IsCancellationRequested)
        {
            var uuids = Enumerable.Range(0, BatchSize).Select(_ => Guid.CreateVersion7()).ToList();
            var items = uuids.Select(uuid => $"{{\"event\":\"sent\",\"distinct_id\":\"user-{sender}\",\"uuid\":\"{uuid}\"}}");
            var json = $"{{\"api_key\":\"{project.Token}\",\"batch\":[{string.Join(',', items)}]}}";
            while (!stopping.IsCancellationRequested && !await TryAsync(json))
            {
                await timer.WaitForNextTickAsync();
            }
            if (stopping.IsCancellationRequested)
            {
                // Whether the last batch was taken is not known for sure; it may be there or not.
                return;
            }
            uuids.ForEach(acknowledged.Add);
            if (pause > TimeSpan.Zero)
            {
                // Until told to stop; the batch before was answered.
                await Task.WhenAny(Task.Delay(pause, stopping.Token));
            }
        }
    }

    async Task<bool> TryAsync(string json)
    {
        try
        {
            using var body = new StringContent(json, Encoding.UTF8, "application/json");
            using var response = await product.Http.PostAsync("/batch/", body);
            var status = (int)response.StatusCode;
            if (status != 200)
            {
                Interlocked.Increment(ref refused);
            }
            if (status is not (200 or 503))
            {
                Surprises.Add($"{status}: {await response.Content.ReadAsStringAsync()}");
            }
            return status == 200;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
        {
            Interlocked.Increment(ref refused);
            return false;
        }
    }
}
