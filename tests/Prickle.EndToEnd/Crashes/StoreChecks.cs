using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>What must be true of the store, whatever happened.</summary>
static class StoreChecks
{
    /// <summary>Every acknowledged event is there once, and no event of the project is there twice.</summary>
    public static Task ShouldHoldOnceAsync(this Running running, TestProject project, IReadOnlySet<Guid> acknowledged) =>
        ShouldHoldOnceAsync(running.Process, running.Store, project, acknowledged);

    /// <summary>The same for a product that was not set up by this test.</summary>
    public static async Task ShouldHoldOnceAsync(
        ProductProcess process, Store store, TestProject project, IReadOnlySet<Guid> acknowledged)
    {
        var missing = acknowledged.ToHashSet();
        await Eventually.HoldsAsync(
            $"all {acknowledged.Count} acknowledged events are stored",
            async () =>
            {
                missing.ExceptWith((await CountsAsync(process, store, project)).Keys);
                return missing.Count == 0;
            },
            TimeSpan.FromSeconds(60),
            () => Task.FromResult($"{missing.Count} are missing, such as {missing.FirstOrDefault()}.\n{process.Log}"));
        (await CountsAsync(process, store, project)).Where(pair => pair.Value != 1).ShouldBeEmpty();
    }

    static async Task<Dictionary<Guid, int>> CountsAsync(ProductProcess process, Store store, TestProject project)
    {
        if (process.Engine is null)
        {
            return [];
        }
        try
        {
            var rows = await store.QueryAsync(
                $"SELECT uuid, count() AS rows FROM prickle.events WHERE project_id = {project.Id} GROUP BY uuid",
                row => (Uuid: row.GetProperty("uuid").GetGuid(), Rows: row.GetProperty("rows").GetInt32()));
            return rows.ToDictionary(row => row.Uuid, row => row.Rows);
        }
        catch (HttpRequestException)
        {
            // It is just being started again.
            return [];
        }
    }
}
