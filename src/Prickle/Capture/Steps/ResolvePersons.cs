using Prickle.Persons;

namespace Prickle.Capture.Steps;

/// <summary>Finds out who each event is of, and keeps what it says about them.</summary>
sealed class ResolvePersons(PersonResolver persons) : ICaptureStep
{
    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        // Those that are stored already have said what they say: their place in the inbox tells, and they only ask who it is.
        await persons.ResolveAsync([.. batch.Announced.Select(captured => captured.Person)], cancellationToken, batch.IsFull);
        foreach (var captured in batch.Events)
        {
            if (Identity.LacksOtherId(captured))
            {
                batch.Warn(captured, DropReason.MergeWithoutId, $"{captured.Name} carries no alias");
            }

            switch (captured.Person.Refusal)
            {
                case MergeRefusal.IllegalId:
                    batch.Warn(captured, DropReason.IllegalMergeId,
                        $"'{captured.Person.OtherId}' or '{captured.DistinctId}' stands for many people and is not merged");
                    break;
                case MergeRefusal.AlreadyIdentified:
                    batch.Warn(captured, DropReason.MergeRefused,
                        $"The person of '{captured.Person.OtherId}' is identified already; both are kept apart");
                    break;
            }
        }
    }
}
