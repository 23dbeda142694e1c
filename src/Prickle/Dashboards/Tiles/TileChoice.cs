namespace Prickle.Dashboards.Tiles;

/// <summary>What somebody chose from a tile's menu for the page to do.</summary>
public enum TileChoice
{
    /// <summary>Its words, name or address.</summary>
    Edit,
    Filters,
    Duplicate,

    /// <summary>To another dashboard, as a move or a copy.</summary>
    Transfer,
    Remove,
}
