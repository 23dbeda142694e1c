using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.Accounts;
using Prickle.Accounts.Storage;
using Prickle.Capture.Retention;
using Prickle.Storage;
using Prickle.Tests.Events;
using Prickle.Tests.Events.Api;

namespace Prickle.Tests.Capture;

public sealed class RetentionTests(EventApiHost host) : IClassFixture<EventApiHost>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_and_sessions_go_when_their_time_is_over_and_only_those_of_the_project_that_says_so()
    {
        const int another = 1_000_000;
        foreach (var project in (int[])[host.ProjectId, another])
        {
            await host.Store.AddAsync("old", before: TimeSpan.FromDays(31), session: "s-old", project: project);
            await host.Store.AddAsync("new", before: TimeSpan.FromDays(29), session: "s-new", project: project);
        }

        using var worker = new RetentionWorker(
            Get<ProjectDirectory>(), host.Store.Store, Get<ClusterLock>(), host.Store.Time, NullLogger<RetentionWorker>.Instance);
        // Without a limit everything is kept for good.
        await worker.RemoveAsync(Stop);
        (await NamesAsync(host.ProjectId)).ShouldBe(["new", "old", "s-new", "s-old"]);

        await using (var database = await Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Stop))
        {
            await database.Set<ProjectRow>().Where(row => row.Id == host.ProjectId)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RetentionDays, 30), Stop);
        }

        host.Store.Time.Advance(ProjectDirectory.Refresh);
        await worker.RemoveAsync(Stop);
        (await NamesAsync(host.ProjectId)).ShouldBe(["new", "s-new"]);
        (await NamesAsync(another)).ShouldBe(["new", "old", "s-new", "s-old"]);
    }

    Task<List<string>> NamesAsync(int project) => host.Store.Store.ListAsync(
        $"""
        SELECT name FROM (
            SELECT toString(event) AS name FROM events WHERE project_id = {project}
            UNION ALL SELECT session_id FROM sessions FINAL WHERE project_id = {project})
        ORDER BY name
        """,
        row => row.GetString(0), cancellationToken: Stop);

    T Get<T>() where T : notnull => host.Services.GetRequiredService<T>();
}
