using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Storage;

namespace Prickle.Automations.Engine;

/// <summary>Ends runs from outside: whoever works on one meanwhile finds the lease lost.</summary>
sealed class RunEnding(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    /// <summary>Ends every run of an automation that goes on; gives how many.</summary>
    public Task<int> EndAllAsync(int automationId, RunState state, string reason, CancellationToken cancellationToken) =>
        EndAsync(rows => rows.Where(row => row.AutomationId == automationId), state, reason, cancellationToken);

    public async Task<int> EndAsync(Func<IQueryable<RunRow>, IQueryable<RunRow>> which, RunState state, string reason, CancellationToken cancellationToken)
    {
        var now = RunTable.Micros(time.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var going = which(database.Set<RunRow>()).Where(row => row.State == RunState.Running);
        var ids = await going.Select(row => row.Id).ToListAsync(cancellationToken);
        var ended = 0;
        foreach (var chunk in ids.Chunk(500))
        {
            ended += await database.Set<RunRow>().Where(row => chunk.Contains(row.Id) && row.State == RunState.Running).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, state).SetProperty(row => row.Reason, reason).SetProperty(row => row.EndedAt, now)
                    .SetProperty(row => row.WakeAt, (long?)null).SetProperty(row => row.LeaseOwner, (Guid?)null).SetProperty(row => row.Awaits, RunAwaits.None), cancellationToken);
            await database.Set<HoldRow>().Where(row => chunk.Contains(row.RunId)).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.IsOver, true).SetProperty(row => row.CheckAt, 0L), cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return ended;
    }
}
