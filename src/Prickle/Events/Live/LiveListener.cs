using System.Buffers;
using System.Text.Json;
using Prickle.Capture;

namespace Prickle.Events.Live;

/// <summary>Hands what capture has stored to the pages that watch, and nothing when nobody does.</summary>
sealed class LiveListener(LiveFeed feed) : IStoredEventListener
{
    public ValueTask<AfterStored?> ReadAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        // A watching page keeps that many at most: making more would be for nothing.
        List<(int ProjectId, IReadOnlyList<StoredEvent> Events)> watched = [.. events.GroupBy(captured => captured.ProjectId)
            .Where(project => feed.IsWatched(project.Key))
            .Select(project => (project.Key, (IReadOnlyList<StoredEvent>)[.. project.TakeLast(LiveSubscription.Capacity).Select(ToStored)]))];
        return ValueTask.FromResult<AfterStored?>(watched.Count == 0 ? null : _ =>
        {
            watched.ForEach(project => feed.Publish(project.ProjectId, project.Events));
            return Task.CompletedTask;
        });
    }

    static StoredEvent ToStored(CapturedEvent captured) => new(
        captured.Uuid, captured.Name, captured.Timestamp, captured.DistinctId, captured.PersonId, captured.HasProfile,
        captured.SessionId, captured.ElementsChain, PropertiesOf(captured));

    /// <summary>A copy that outlives the batch, as the store shows them: the address by the project's rules, no elements.</summary>
    static JsonElement PropertiesOf(CapturedEvent captured)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = 1000 }))
        {
            writer.WriteStartObject();
            if (captured.Properties.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in captured.Properties.EnumerateObject().Where(property => !HasOwnPlace(property.Name)))
                {
                    property.WriteTo(writer);
                }
            }
            if (captured.StoredAddress is { } address)
            {
                writer.WriteString("$ip", address);
            }
            writer.WriteEndObject();
        }
        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 512 });
        return document.RootElement.Clone();
    }

    static bool HasOwnPlace(string name) => name is "$ip" or "$elements" or "$elements_chain";
}
