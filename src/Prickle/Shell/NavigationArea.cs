namespace Prickle.Shell;

/// <summary>The parts of the left navigation, in their order.</summary>
public enum NavigationArea
{
    /// <summary>Stands above the areas, without a heading.</summary>
    Top,
    Understand,
    People,
    Act,
    Data,
    Project,
    Organization,
}
