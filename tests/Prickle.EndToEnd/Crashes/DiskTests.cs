using System.Net;
using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>A disk that is full or cannot be written: refused with 503, said plainly, and nothing acknowledged is lost.</summary>
[Collection(CrashCollection.Name)]
public sealed class DiskTests
{
    const int Megabytes = 400;

    [Fact]
    public async Task A_full_disk_refuses_with_503_and_capture_recovers_by_itself_when_there_is_space()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        await using var running = await Running.StartAsync(disk.DataFolder);
        var project = await running.Api.NewProjectAsync("full disk");
        (await SendAsync(running, project, "before")).Status.ShouldBe(HttpStatusCode.OK);

        disk.Fill(megabytesFree: 40);
        var (status, retryAfter, body) = await SendAsync(running, project, "while full");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        retryAfter.ShouldNotBeNull();
        body.ShouldContain("disk");
        var readiness = (await running.Process.ReadinessAsync()).ShouldNotBeNull();
        readiness.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        readiness.Body.ShouldContain("the inbox cannot be written");

        // A balancer that waits for readiness sends nothing meanwhile: the product finds out by itself.
        disk.Empty();
        await Eventually.HoldsAsync("the product is ready again", async () =>
            (await running.Process.ReadinessAsync())?.Status == HttpStatusCode.OK,
            seen: async () => $"{await running.Process.ReadinessAsync()}");
        (await SendAsync(running, project, "after")).Status.ShouldBe(HttpStatusCode.OK);
        var events = await running.Store.WaitForEventsAsync(project.Id, 2);
        events.Select(stored => stored.DistinctId).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task A_disk_without_a_single_byte_left_loses_nothing_that_was_acknowledged()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        await using var running = await Running.StartAsync(disk.DataFolder);
        var project = await running.Api.NewProjectAsync("no byte left");
        await using var senders = new SteadySenders(running.Process, project, 2);
        await senders.WaitForMoreAsync(100);

        disk.Fill(megabytesFree: 0);
        await Eventually.HoldsAsync("the product says that it cannot take events", async () =>
            (await running.Process.ReadinessAsync())?.Status == HttpStatusCode.ServiceUnavailable);
        disk.Empty();
        await senders.WaitForMoreAsync(100);

        await running.ShouldHoldOnceAsync(project, await senders.StopAsync());
        senders.Surprises.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_at_the_start_is_said_plainly_and_keeps_what_is_in_it()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        TestProject project;
        await using (var running = await Running.StartAsync(disk.DataFolder))
        {
            project = await running.Api.NewProjectAsync("read-only");
            (await SendAsync(running, project, "before")).Status.ShouldBe(HttpStatusCode.OK);
            running.Process.KillBoth();
            await running.Process.WaitForExitAsync();
        }

        await disk.MakeReadOnlyAsync();
        await using (var product = new ProductProcess(disk.DataFolder))
        {
            product.Start();
            (await product.WaitForExitAsync()).ShouldNotBe(0);
            product.Log.ShouldContain(disk.DataFolder);
            product.Log.ShouldNotContain("Unhandled exception");
        }

        await disk.MakeWritableAsync();
        await using var again = new ProductProcess(disk.DataFolder);
        await again.StartAndWaitAsync();
        using var store = new Store(again);
        (await store.WaitForEventsAsync(project.Id, 1)).Single().DistinctId.ShouldBe("before");
    }

    [Fact]
    public async Task A_disk_that_turns_read_only_under_the_product_loses_nothing_that_was_acknowledged()
    {
        await using var disk = await FailingDisk.MountAsync(Megabytes);
        TestProject project;
        HashSet<Guid> acknowledged;
        await using (var running = await Running.StartAsync(disk.DataFolder))
        {
            project = await running.Api.NewProjectAsync("read-only meanwhile");
            await using var senders = new SteadySenders(running.Process, project, 2);
            await senders.WaitForMoreAsync(100);

            disk.Break();
            await Eventually.HoldsAsync("the product says that it cannot take events", async () =>
                await running.Process.HealthAsync("capture") is (HttpStatusCode.ServiceUnavailable, _));
            var (status, retryAfter, body) = await SendAsync(running, project, "while read-only");
            status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            retryAfter.ShouldNotBeNull();
            body.ShouldContain("Nothing can be stored at this moment");
            var readiness = (await running.Process.ReadinessAsync()).ShouldNotBeNull();
            readiness.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            readiness.Body.ShouldContain("the inbox cannot be written");
            // Restarting would not help, and the process says so by staying alive.
            (await running.Process.HealthAsync("live")).ShouldNotBeNull().Status.ShouldBe(HttpStatusCode.OK);

            acknowledged = await senders.StopAsync();
            senders.Surprises.ShouldBeEmpty();
            running.Process.KillBoth();
            await running.Process.WaitForExitAsync();
        }

        // What an operator does: repair the file system, mount it again, start again.
        await disk.RepairAsync();
        await using var process = new ProductProcess(disk.DataFolder);
        await process.StartAndWaitAsync();
        using var store = new Store(process);
        await StoreChecks.ShouldHoldOnceAsync(process, store, project, acknowledged);
    }

    static async Task<(HttpStatusCode Status, TimeSpan? RetryAfter, string Body)> SendAsync(
        Running running, TestProject project, string distinctId)
    {
        using var content = new StringContent(
            $$"""{"api_key":"{{project.Token}}","event":"sent","distinct_id":"{{distinctId}}"}""", Encoding.UTF8, "application/json");
        using var response = await running.Http.PostAsync("/e/", content);
        return (response.StatusCode, response.Headers.RetryAfter?.Delta, await response.Content.ReadAsStringAsync());
    }
}
