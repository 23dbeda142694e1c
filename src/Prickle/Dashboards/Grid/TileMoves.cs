namespace Prickle.Dashboards.Grid;

/// <summary>A step that a tile can be asked to make without being dragged.</summary>
public enum TileMove
{
    Up,
    Down,
    Left,
    Right,
    Wider,
    Narrower,
    Taller,
    Shorter,
}

/// <summary>Moves tiles as dragging does: what is in the way gives way downwards, and gaps above close.</summary>
public static class TileMoves
{
    /// <summary>All places after one tile's step; the same ones where it cannot make it.</summary>
    public static IReadOnlyDictionary<int, TilePlace> Step(IReadOnlyDictionary<int, TilePlace> places, int id, TileMove move, int columns)
    {
        var place = places[id];
        return move switch
        {
            TileMove.Up => Above(places, id) is { } above ? Put(places, id, place with { Y = places[above].Y }) : places,
            // The one below takes the place, and this one follows it.
            TileMove.Down => Below(places, id) is { } below ? Put(places, below, places[below] with { Y = place.Y }) : places,
            TileMove.Left or TileMove.Right => Sideways(places, id, move == TileMove.Left ? -1 : 1, columns),
            TileMove.Wider => place.W == columns ? places
                : Put(places, id, place.X + place.W < columns ? place with { W = place.W + 1 } : place with { X = place.X - 1, W = place.W + 1 }),
            TileMove.Narrower => place.W == 1 ? places : Put(places, id, place with { W = place.W - 1 }),
            TileMove.Taller => place.H == TileGrid.Highest ? places : Put(places, id, place with { H = place.H + 1 }),
            _ => place.H == 1 ? places : Put(places, id, place with { H = place.H - 1 }),
        };
    }

    /// <summary>All places with one tile put somewhere.</summary>
    public static IReadOnlyDictionary<int, TilePlace> Put(IReadOnlyDictionary<int, TilePlace> places, int id, TilePlace wanted)
    {
        var settled = new Dictionary<int, TilePlace> { [id] = wanted };
        foreach (var (other, place) in places.Where(one => one.Key != id).OrderBy(one => one.Value.Y).ThenBy(one => one.Value.X).ThenBy(one => one.Key))
        {
            var free = place;
            while (settled.Values.Where(free.Overlaps).Select(taken => (int?)(taken.Y + taken.H)).Max() is { } below)
            {
                free = free with { Y = below };
            }
            settled[other] = free;
        }
        return Compact(settled);
    }

    /// <summary>Lets every tile rise as far as nothing is above it.</summary>
    public static IReadOnlyDictionary<int, TilePlace> Compact(IReadOnlyDictionary<int, TilePlace> places)
    {
        var risen = new Dictionary<int, TilePlace>();
        foreach (var (id, place) in places.OrderBy(one => one.Value.Y).ThenBy(one => one.Value.X).ThenBy(one => one.Key))
        {
            var floor = risen.Values.Where(other => SharesColumns(other, place) && other.Y < place.Y + place.H).Select(other => other.Y + other.H).DefaultIfEmpty().Max();
            risen[id] = place with { Y = floor };
        }
        return risen;
    }

    static IReadOnlyDictionary<int, TilePlace> Sideways(IReadOnlyDictionary<int, TilePlace> places, int id, int step, int columns)
    {
        var place = places[id];
        var wanted = place with { X = place.X + step };
        if (wanted.X < 0 || wanted.X + wanted.W > columns)
        {
            return places;
        }
        // A neighbour that begins at the same height changes places with it.
        var neighbour = places.Where(other => other.Key != id && other.Value.Y == place.Y && wanted.Overlaps(other.Value)).Select(other => (int?)other.Key).FirstOrDefault();
        if (neighbour is not { } next)
        {
            return Put(places, id, wanted);
        }
        var beside = places[next];
        var left = Math.Min(place.X, beside.X);
        var swapped = places.ToDictionary();
        swapped[next] = beside with { X = step < 0 ? left + place.W : left };
        return Put(swapped, id, place with { X = step < 0 ? left : left + beside.W });
    }

    static int? Above(IReadOnlyDictionary<int, TilePlace> places, int id) => places
        .Where(other => other.Key != id && other.Value.Y < places[id].Y && SharesColumns(other.Value, places[id]))
        .OrderByDescending(other => other.Value.Y).ThenBy(other => other.Value.X).Select(other => (int?)other.Key).FirstOrDefault();

    static int? Below(IReadOnlyDictionary<int, TilePlace> places, int id) => places
        .Where(other => other.Key != id && other.Value.Y > places[id].Y && SharesColumns(other.Value, places[id]))
        .OrderBy(other => other.Value.Y).ThenBy(other => other.Value.X).Select(other => (int?)other.Key).FirstOrDefault();

    static bool SharesColumns(TilePlace one, TilePlace other) => one.X < other.X + other.W && other.X < one.X + one.W;
}
