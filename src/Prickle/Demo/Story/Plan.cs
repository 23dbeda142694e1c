namespace Prickle.Demo.Story;

/// <summary>What the product can be bought as.</summary>
/// <param name="Name">As it stands in properties.</param>
/// <param name="MonthlyPrice">In dollars, for the whole team.</param>
sealed record Plan(string Name, int MonthlyPrice)
{
    public static readonly Plan Acorn = new("acorn", 0);
    public static readonly Plan Sprout = new("sprout", 12);
    public static readonly Plan Hedge = new("hedge", 79);
    public static readonly Plan Grove = new("grove", 249);

    public bool IsPaid => MonthlyPrice > 0;
}
