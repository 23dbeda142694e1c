using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>What must be true of the store, whatever happened.</summary>
static class StoreChecks
{
    /// <summary>Every acknowledged event is there once, and no event of the project is there twice.</summary>
    public static async Task ShouldHoldOnceAsync(this Running running, TestProject project, IReadOnlySet<Guid> acknowledged)
    {
        var missing = acknowledged.ToHashSet();
        await Eventually.HoldsAsync(
            $"all {acknowledged.Count} acknowledged events are stored",
            async () =>
            {
                missing.ExceptWith((await CountsAsync(running, project)).Keys);
                return missing.Count == 0;
            },
            TimeSpan.FromSeconds(60),
            () => Task.FromResult($"{missing.Count} are missing, such as {missing.FirstOrDefault()}.\n{running.Process.Log}"));
        (await CountsAsync(running, project)).Where(pair => pair.Value != 1).ShouldBeEmpty();
    }

    static async Task<Dictionary<Guid, int>> CountsAsync(Running running, TestProject project)
    {
        if (running.Process.Engine is null)
        {
            return [];
        }
        try
        {
            var rows = await running.Store.QueryAsync(
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
