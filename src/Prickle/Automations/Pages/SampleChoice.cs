namespace Prickle.Automations.Pages;

/// <summary>On what a definition is tried: an event that happened, or a person by one of their ids.</summary>
public sealed record SampleChoice(Guid? Event, string? DistinctId)
{
    public static readonly SampleChoice None = new(null, null);
}
