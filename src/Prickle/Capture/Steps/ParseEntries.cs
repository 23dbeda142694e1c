using Prickle.Capture.Inbox;
using Prickle.Capture.Receiving;

namespace Prickle.Capture.Steps;

/// <summary>Entries become events. Those that the endpoint has read just now are not read again.</summary>
sealed class ParseEntries : ICaptureStep
{
    public Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        foreach (var entry in batch.Entries)
        {
            var read = entry.Parsed?.Read ?? ReadAgain(entry.Request, entry.ProjectId, batch);
            for (var position = 0; position < read.Events.Count; position++)
            {
                var captured = read.Events[position];
                captured.Entry = entry.Id;
                if (captured.Uuid == Guid.Empty)
                {
                    captured.Uuid = DerivedUuid.FromPlace(entry.Request.ReceivedAt, batch.Node, entry.Id, position);
                }
            }

            batch.Events.AddRange(read.Events);
            batch.Warnings.AddRange(read.Warnings);
        }

        return Task.CompletedTask;
    }

    // The endpoint accepted nothing that it could not read, so this reads the same again.
    static ReadEvents ReadAgain(RawRequest request, int projectId, CaptureBatch batch)
    {
        var (document, outcome) = CapturedBody.Open(request);
        if (document is null)
        {
            throw new InvalidDataException("An entry of the inbox cannot be read again");
        }

        var read = EventReader.Read(document.RootElement, request, projectId);
        batch.Own(new ParsedBody(document, read, (outcome as DecodeOutcome.Decoded)?.Rented));
        return read;
    }
}
