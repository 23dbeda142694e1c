namespace Prickle.Dashboards;

/// <summary>The grid of dashboards: twelve columns on wide screens, one on phones; rows of equal height.</summary>
public static class TileGrid
{
    public const int Columns = 12;
    public const int Highest = 60;

    /// <summary>In pixels, the gap between tiles with it.</summary>
    public const int RowHeight = 40;

    /// <summary>Between tiles, in pixels.</summary>
    public const int Gap = 16;

    /// <summary>Where a new tile stands: in the first free place from the top for its size, as people read.</summary>
    public static TileLayouts Place(IReadOnlyCollection<TileLayouts> others, int width, int height)
    {
        var (wide, narrow) = (others.Select(one => one.Sm).ToList(), others.Select(one => one.Xs).ToList());
        return new TileLayouts(Free(wide, width, height, Columns), new TilePlace(0, narrow.Select(one => one.Y + one.H).DefaultIfEmpty().Max(), 1, height));
    }

    /// <summary>How large a new tile is: columns and rows.</summary>
    public static (int Width, int Height) SizeOf(TileKind kind) => kind switch
    {
        TileKind.Section => (Columns, 1),
        TileKind.Link => (3, 3),
        TileKind.Text => (6, 4),
        _ => (6, 8),
    };

    static TilePlace Free(IReadOnlyList<TilePlace> taken, int width, int height, int columns)
    {
        // Below everything there is always room, so the search ends.
        for (var y = 0; ; y++)
        {
            for (var x = 0; x + width <= columns; x++)
            {
                var place = new TilePlace(x, y, width, height);
                if (!taken.Any(place.Overlaps))
                {
                    return place;
                }
            }
        }
    }
}
