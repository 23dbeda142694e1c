using System.ComponentModel.DataAnnotations;

namespace Prickle.Servers;

/// <summary>How servers are asked; in the section "House" of the configuration.</summary>
public sealed class HouseOptions
{
    /// <summary>How long a page waits, in milliseconds, for the first word of a node that was not heard of lately. Servers across an ocean want more than those next door.</summary>
    [Range(100, 30_000)]
    public int PatienceMilliseconds { get; set; } = 700;
}
