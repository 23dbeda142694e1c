using Prickle.Persons.Identity;

namespace Prickle.Persons;

/// <summary>What persons take from ordinary events by themselves.</summary>
public static class AutomaticPersonProperties
{
    /// <summary>The name under which the first value stays; null for a property that persons do not take.</summary>
    public static string? InitialNameOf(string eventProperty) => AutomaticProperties.InitialNameOf(eventProperty);
}
