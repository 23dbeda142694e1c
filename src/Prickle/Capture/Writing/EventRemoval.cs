using Prickle.Accounts;
using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Removes the events of a deleted project, and what was made of them.</summary>
sealed class EventRemoval(ClickHouseStore store) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        foreach (var table in (string[])["events", "sessions", "ingestion_warnings"])
        {
            await store.DeleteProjectAsync(table, projectId, cancellationToken);
        }
    }
}
