using System.Diagnostics;
using Prickle.Capture.Steps;

namespace Prickle.Capture;

/// <summary>
/// The way of an event, from the inbox to the store: the steps in their order, this list and nowhere else.
/// Duplicates go before persons are touched, so that an old event sent again cannot set an old value again.
/// </summary>
sealed class CapturePipeline(
    ParseEntries parseEntries,
    DropUnwanted dropUnwanted,
    RemoveDuplicates removeDuplicates,
    CorrectClock correctClock,
    Enrich enrich,
    ResolvePersons resolvePersons,
    WriteEvents writeEvents,
    TellListeners tellListeners,
    ILogger<CapturePipeline> logger)
{
    static readonly ActivitySource Activities = new("Prickle.Capture");

    // What a round needs to be ready for the store. The next round may do so while this one is stored.
    readonly ICaptureStep[] _preparing =
    [
        parseEntries,
        dropUnwanted,
        removeDuplicates,
        correctClock,
        enrich,
        resolvePersons,
    ];

    // In the order of the rounds, one after the other.
    readonly ICaptureStep[] _storing =
    [
        writeEvents,
        tellListeners,
    ];

    public Task PrepareAsync(CaptureBatch batch, CancellationToken cancellationToken) => RunAsync(_preparing, batch, cancellationToken);

    public Task StoreAsync(CaptureBatch batch, CancellationToken cancellationToken) => RunAsync(_storing, batch, cancellationToken);

    /// <summary>Does what listeners wanted done once the events are stored. One that fails is logged and passed over.</summary>
    public async Task AfterStoredAsync(IEnumerable<AfterStored> after, CancellationToken cancellationToken)
    {
        foreach (var listener in after)
        {
            try
            {
                await listener(cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogError(failure, "{Listener} failed on stored events", listener.Method.DeclaringType);
            }
        }
    }

    static async Task RunAsync(ICaptureStep[] steps, CaptureBatch batch, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            using var activity = Activities.StartActivity(step.GetType().Name);
            await step.RunAsync(batch, cancellationToken);
        }
    }
}
