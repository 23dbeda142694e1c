namespace Prickle.Demo.Story;

/// <summary>A customer: a group of the type <c>company</c>.</summary>
sealed class Company
{
    public required int Index { get; init; }

    /// <summary>The group's key.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Industry { get; init; }

    public required int Employees { get; init; }

    public required Place Place { get; init; }

    /// <summary>The day it joins; before the first day of the story for half of them.</summary>
    public required int JoinsOn { get; init; }

    /// <summary>The day its trial becomes a subscription, or none.</summary>
    public required int? PaysFrom { get; init; }

    /// <summary>The day it moves to the larger plan, or none.</summary>
    public required int? GrowsOn { get; init; }

    /// <summary>The day it cancels, or none.</summary>
    public required int? LeavesOn { get; init; }

    /// <summary>Where its mail goes.</summary>
    public string Domain => $"{Key}.test";

    /// <summary>Who signed up first, and gets the invoices.</summary>
    public Visitor? Owner { get; set; }

    /// <summary>What it is on, on a day of the story.</summary>
    public Plan PlanOn(int day) =>
        day < PaysFrom || PaysFrom is null || day >= LeavesOn ? Plan.Acorn
        : day >= GrowsOn ? Plan.Grove
        : Employees > 95 ? Plan.Grove
        : Plan.Hedge;
}
