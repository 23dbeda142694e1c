namespace Prickle.Demo.Story;

/// <summary>How attached someone becomes to the product.</summary>
enum Attachment
{
    /// <summary>Looks and never signs up.</summary>
    Passing,

    /// <summary>Signs up, and never gets going.</summary>
    Trying,

    /// <summary>Comes now and then.</summary>
    Casual,

    /// <summary>Comes a few times a week.</summary>
    Regular,

    /// <summary>Works in it all day.</summary>
    Devoted,
}

/// <summary>A browser, which remembers who uses it.</summary>
sealed class Browser(Device device, Guid anonymousId)
{
    public Device Device => device;

    /// <summary>The id it gave its user before it was told who that is.</summary>
    public Guid AnonymousId => anonymousId;

    /// <summary>It has been told.</summary>
    public bool IsIdentified { get; set; }

    /// <summary>It has asked for the flag of the new planner; a browser tells so once.</summary>
    public bool HasAskedForPlanner { get; set; }
}

/// <summary>Someone of the story: what they are, and (as the story goes on) what they have done.</summary>
sealed class Visitor
{
    public required int Index { get; init; }

    /// <summary>A nickname: an adjective and an animal.</summary>
    public required string Name { get; init; }

    public required Place Place { get; init; }

    /// <summary>The browser they usually come with.</summary>
    public required Browser Browser { get; init; }

    public required Channel Channel { get; init; }

    public required Attachment Attachment { get; init; }

    /// <summary>Null for those who garden alone.</summary>
    public Company? Company { get; init; }

    /// <summary>What they do in the company.</summary>
    public required string Role { get; init; }

    /// <summary>The first day they are seen.</summary>
    public required int ArrivesOn { get; init; }

    /// <summary>The last day they come, before a break or for good.</summary>
    public required int StaysUntil { get; init; }

    /// <summary>The day they come back, or none.</summary>
    public required int? ReturnsOn { get; init; }

    /// <summary>How many looks they need before they sign up.</summary>
    public required int LooksBeforeSigningUp { get; init; }

    /// <summary>The day they buy a plan for themselves, or none.</summary>
    public int? PaysFrom { get; init; }

    /// <summary>The day they cancel it, or none.</summary>
    public int? CancelsOn { get; init; }

    /// <summary>The id in the product, once they have signed up.</summary>
    public string UserId => $"user_{1000 + Index}";

    public string Email => $"{Name.ToLowerInvariant().Replace(' ', '.')}.{Index}@{Company?.Domain ?? "mailbox.test"}";

    /// <summary>How often they have come.</summary>
    public int Visits { get; set; }

    /// <summary>They have an account.</summary>
    public bool IsSignedUp { get; set; }

    /// <summary>They have finished the first steps.</summary>
    public bool IsActivated { get; set; }

    /// <summary>What they or their company are on.</summary>
    public Plan PlanOn(int day) =>
        Company?.PlanOn(day) ?? (day >= PaysFrom && !(day >= CancelsOn) ? Plan.Sprout : Plan.Acorn);

    /// <summary>They have bought the subscription that is theirs to buy.</summary>
    public bool HasBought { get; set; }

    public bool IsOwner => Company?.Owner == this;

    /// <summary>The day they buy for themselves, or for the company they own.</summary>
    public int? BuysOn => Company is null ? PaysFrom : IsOwner ? Company.PaysFrom : null;
}
