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
    NotifyListeners notifyListeners)
{
    static readonly ActivitySource Activities = new("Prickle.Capture");

    readonly ICaptureStep[] _steps =
    [
        parseEntries,
        dropUnwanted,
        removeDuplicates,
        correctClock,
        enrich,
        resolvePersons,
        writeEvents,
        notifyListeners,
    ];

    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        foreach (var step in _steps)
        {
            using var activity = Activities.StartActivity(step.GetType().Name);
            await step.RunAsync(batch, cancellationToken);
        }
    }
}
