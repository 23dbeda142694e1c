using System.Text.Json.Nodes;

namespace Prickle.Pictures.Charts;

/// <summary>
/// The map of the world with as many points as a picture shows: the atlas has ten times as many, and the script takes ten times
/// as long for them. Borders are thinned before they become countries, so that neighbours keep the same ones.
/// </summary>
static class WorldAtlas
{
    /// <summary>In degrees: half a pixel of a map as wide as a dashboard.</summary>
    const double Tolerance = .12;

    readonly record struct Place(double X, double Y);

    /// <summary>The atlas as topojson, its borders in degrees.</summary>
    public static string Thinned()
    {
        var atlas = JsonNode.Parse(Resources.Bytes("world.json"))!.AsObject();
        var (scale, shift) = (PairOf(atlas["transform"]!["scale"]!), PairOf(atlas["transform"]!["translate"]!));
        atlas.Remove("transform");
        var borders = atlas["arcs"]!.AsArray();
        for (var index = 0; index < borders.Count; index++)
        {
            var places = Read(borders[index]!.AsArray(), scale, shift);
            borders[index] = new JsonArray([.. Thin(places).Select(place => (JsonNode)new JsonArray(Math.Round(place.X, 3), Math.Round(place.Y, 3)))]);
        }
        return atlas.ToJsonString();
    }

    // Each point is written as its distance from the one before.
    static List<Place> Read(JsonArray border, Place scale, Place shift)
    {
        var places = new List<Place>(border.Count);
        var (x, y) = (0d, 0d);
        foreach (var step in border)
        {
            var (across, up) = PairOf(step!);
            (x, y) = (x + across, y + up);
            places.Add(new(x * scale.X + shift.X, y * scale.Y + shift.Y));
        }
        return places;
    }

    static Place PairOf(JsonNode node) => new(node[0]!.GetValue<double>(), node[1]!.GetValue<double>());

    static IEnumerable<Place> Thin(List<Place> places)
    {
        // An island is one border that ends where it begins: its corners keep it from shrinking to nothing.
        if (places.Count <= 5)
        {
            return places;
        }
        var kept = new SortedSet<int> { 0, places.Count - 1 };
        if (places[0] == places[^1])
        {
            var farthest = Enumerable.Range(0, places.Count).MaxBy(index => Distance(places[index], places[0], places[0]));
            kept.Add(farthest);
            kept.Add(Enumerable.Range(0, places.Count).MaxBy(index => Distance(places[index], places[0], places[farthest])));
        }
        var pending = new Stack<(int From, int To)>(kept.Zip(kept.Skip(1)));
        while (pending.TryPop(out var part))
        {
            var (farthest, distance) = (-1, Tolerance);
            for (var index = part.From + 1; index < part.To; index++)
            {
                if (Distance(places[index], places[part.From], places[part.To]) is var here && here > distance)
                {
                    (farthest, distance) = (index, here);
                }
            }
            if (farthest > 0)
            {
                kept.Add(farthest);
                pending.Push((part.From, farthest));
                pending.Push((farthest, part.To));
            }
        }
        return kept.Select(index => places[index]);
    }

    static double Distance(Place place, Place from, Place to)
    {
        var (x, y) = (to.X - from.X, to.Y - from.Y);
        var length = x * x + y * y;
        var part = length > 0 ? Math.Clamp(((place.X - from.X) * x + (place.Y - from.Y) * y) / length, 0, 1) : 0;
        return double.Hypot(place.X - from.X - part * x, place.Y - from.Y - part * y);
    }
}
