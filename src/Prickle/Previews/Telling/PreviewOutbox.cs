using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Persons;
using Prickle.Previews.Storage;
using Prickle.Storage;

namespace Prickle.Previews.Telling;

/// <summary>
/// The events that previews make. They are written down in the transaction of what they tell of, and go to capture in that
/// order. What they say about the person is applied at once, so that the next evaluation sees it, and is no part of the event: that
/// reaches persons some time later, and would bring an old choice back over a new one. After a crash what is left goes again, with
/// the same uuid, and is one event all the same.
/// </summary>
sealed class PreviewOutbox(
    IDbContextFactory<PrickleDatabase> databases, PersonResolver persons, EventIntake intake, ClusterLock clusterLock, ILogger<PreviewOutbox> logger) : IDisposable
{
    const int Chunk = 200;

    readonly SemaphoreSlim _turn = new(1, 1);

    /// <param name="name">Of the event; empty to change the person alone.</param>
    /// <param name="properties">Of the event, with <c>$set</c> or <c>$unset</c> for the person.</param>
    public static void Add(PrickleDatabase database, int projectId, string distinctId, string name, JsonObject properties, DateTimeOffset at)
    {
        var updates = new JsonObject();
        foreach (var update in (string[])["$set", "$unset"])
        {
            if (properties.Remove(update, out var value))
            {
                updates[update] = value;
            }
        }
        properties["$lib"] = "prickle";
        database.Add(new PreviewEventRow
        {
            Uuid = Guid.CreateVersion7(at),
            ProjectId = projectId,
            DistinctId = distinctId,
            Name = name,
            Properties = properties.ToJsonString(),
            Updates = updates.Count == 0 ? null : updates.ToJsonString(),
            At = at,
        });
    }

    /// <summary>Sends what is written down. What cannot be sent now stays for the next time.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            if (!await database.Set<PreviewEventRow>().AnyAsync(cancellationToken))
            {
                return;
            }
            await using var turn = await clusterLock.TakeAsync("preview-events", cancellationToken);
            while (await SendChunkAsync(database, cancellationToken))
            {
            }
        }
        catch (IOException failure)
        {
            logger.LogWarning(failure, "Capture takes nothing at this moment; the events of previews wait");
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task<bool> SendChunkAsync(PrickleDatabase database, CancellationToken cancellationToken)
    {
        var rows = await database.Set<PreviewEventRow>().AsNoTracking().OrderBy(row => row.Id).Take(Chunk).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return false;
        }
        await UpdatePersonsAsync(rows, cancellationToken);
        foreach (var project in rows.Where(row => row.Name.Length > 0).GroupBy(row => row.ProjectId))
        {
            await intake.TakeAsync(project.Key, BodyOf(project), cancellationToken);
        }
        // These and no others: a row of a transaction that ends later may have a smaller number.
        var sent = rows.ConvertAll(row => row.Id);
        await database.Set<PreviewEventRow>().Where(row => sent.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        return rows.Count == Chunk;
    }

    async Task UpdatePersonsAsync(IReadOnlyList<PreviewEventRow> rows, CancellationToken cancellationToken)
    {
        List<PersonSignal> signals =
        [
            .. rows.Where(row => row.Updates is not null).Select(row => new PersonSignal
            {
                ProjectId = row.ProjectId,
                DistinctId = row.DistinctId,
                At = row.At,
                Properties = JsonElement.Parse(row.Updates!),
            }),
        ];
        if (signals.Count == 0)
        {
            return;
        }
        try
        {
            await persons.ResolveAsync(signals, cancellationToken);
        }
        catch (ClickHouseUnavailableException)
        {
            // They are stored where flags are evaluated; their copies follow.
        }
    }

    static byte[] BodyOf(IEnumerable<PreviewEventRow> rows)
    {
        var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteStartArray("batch");
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("event", row.Name);
            writer.WriteString("uuid", row.Uuid);
            writer.WriteString("distinct_id", row.DistinctId);
            writer.WriteString("timestamp", row.At);
            writer.WritePropertyName("properties");
            writer.WriteRawValue(row.Properties);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.ToArray();
    }

    public void Dispose() => _turn.Dispose();
}
