using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Persons.Identity;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons.Removing;

/// <summary>Carries an order to delete somebody out: the person first, then what modules keep. Each part may be done again.</summary>
sealed partial class PersonRemover(
    IDbContextFactory<PrickleDatabase> databases, PersonResolver resolver, IServiceProvider services, TimeProvider time, ILogger<PersonRemover> logger) : IDisposable
{
    readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Carries out all orders that are left.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        List<Guid> orders;
        await using (var database = await databases.CreateDbContextAsync(cancellationToken))
        {
            orders = await database.Set<PersonDeletionRow>().OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken);
        }
        foreach (var order in orders)
        {
            await RemoveAsync(order, cancellationToken);
        }
    }

    /// <summary>True when nothing is left to do.</summary>
    public async Task<bool> RemoveAsync(Guid order, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await RemoveInTurnAsync(order, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The order stays, and is taken up again.
            LogPostponed(failure);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task<bool> RemoveInTurnAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<PersonDeletionRow>().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } order)
        {
            return true;
        }
        if (!order.IsForgotten)
        {
            await ForgetAsync(database, order, cancellationToken);
        }
        var (person, isComplete) = (order.ToPerson(), true);
        // Asked for now and not in the constructor: listeners may depend on what depends on this.
        foreach (var listener in services.GetServices<IPersonDeletionListener>())
        {
            isComplete &= await TellAsync(listener, person, cancellationToken);
        }
        if (isComplete)
        {
            await database.Set<PersonDeletionRow>().Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        }
        return isComplete;
    }

    /// <summary>Takes the person away, and what is kept of others who became part of them.</summary>
    async Task ForgetAsync(PrickleDatabase database, PersonDeletionRow order, CancellationToken cancellationToken)
    {
        var parts = await PartsAsync(database, order, cancellationToken);
        await resolver.InTurnAsync(
            async () =>
            {
                var person = await resolver.LoadAsync(order.ProjectId, order.PersonId, cancellationToken);
                var known = JsonSerializer.Deserialize<List<string>>(order.DistinctIds)!;
                order.DistinctIds = JsonSerializer.Serialize(known.Union(person is { IsDeleted: false } ? person.DistinctIds! : []).Order(StringComparer.Ordinal));
                order.DeletedAt ??= PersonTables.Microseconds(time.GetUtcNow());
                await database.SaveChangesAsync(cancellationToken);
                if (person is { IsDeleted: false })
                {
                    resolver.Graph.Delete(person);
                }
                foreach (var id in parts)
                {
                    if (await resolver.LoadAsync(order.ProjectId, id, cancellationToken) is { IsDeleted: true } part)
                    {
                        IdentityGraph.Erase(part);
                    }
                }
                return true;
            },
            cancellationToken);
        // With them the merges, which hold what was known of either.
        Guid[] gone = [order.PersonId, .. parts];
        await database.Set<PersonMergeRow>().Where(row => row.ProjectId == order.ProjectId && (gone.Contains(row.TargetId) || gone.Contains(row.SourceId)))
            .ExecuteDeleteAsync(cancellationToken);
        order.IsForgotten = true;
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Who became part of the person, and of those again.</summary>
    static async Task<IReadOnlyList<Guid>> PartsAsync(PrickleDatabase database, PersonDeletionRow order, CancellationToken cancellationToken)
    {
        var (found, ring) = (new HashSet<Guid>(), new List<Guid> { order.PersonId });
        while (ring.Count > 0)
        {
            var sources = await database.Set<PersonMergeRow>().Where(row => row.ProjectId == order.ProjectId && row.UndoneAt == null && ring.Contains(row.TargetId))
                .Select(row => row.SourceId).Distinct().ToListAsync(cancellationToken);
            ring = [.. sources.Where(source => source != order.PersonId && found.Add(source))];
        }
        return [.. found];
    }

    async Task<bool> TellAsync(IPersonDeletionListener listener, DeletedPerson person, CancellationToken cancellationToken)
    {
        try
        {
            await listener.DeleteAsync(person, cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // One module in trouble must not keep the others' data alive.
            LogPostponed(failure);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A deleted person could not be removed whole yet; it is tried again")]
    partial void LogPostponed(Exception failure);
}
