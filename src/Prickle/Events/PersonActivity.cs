namespace Prickle.Events;

/// <summary>What a person did last.</summary>
/// <param name="Page">The page or screen it happened on; empty when the SDK did not say.</param>
public sealed record PersonActivity(Guid PersonId, string DistinctId, string Event, string Page, DateTimeOffset At);
