using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Destinations.Sending;

/// <summary>What kinds that act within the product share: its own stores may be away too.</summary>
sealed class ProductWork(PersonResolver persons, TimeProvider time)
{
    /// <summary>Does it, or says that a store is away.</summary>
    public static async Task<DeliveryReport> DoAsync(Func<Task<DeliveryReport>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is ClickHouseUnavailableException or HttpRequestException or IOException or DbException or TimeoutException)
        {
            // All of this may be done again without harm, so it does not matter how far it came.
            return new DeliveryReport(new DeliveryOutcome.Unreachable("A store of the product is away at this moment.", MayHaveArrived: true));
        }
    }

    /// <summary>Changes properties of a person at once, so that the next evaluation of a flag sees them.</summary>
    public async Task UpdateAsync(int projectId, string distinctId, JsonObject updates, CancellationToken cancellationToken)
    {
        var signal = new PersonSignal { ProjectId = projectId, DistinctId = distinctId, At = time.GetUtcNow(), Properties = JsonElement.Parse(updates.ToJsonString()) };
        try
        {
            await persons.ResolveAsync([signal], cancellationToken);
        }
        catch (ClickHouseUnavailableException)
        {
            // They are stored where flags are evaluated; their copies follow.
        }
    }

    public static DeliveryReport Done(JsonObject output, string detail = "") => new(new DeliveryOutcome.Delivered(detail), output);
}
