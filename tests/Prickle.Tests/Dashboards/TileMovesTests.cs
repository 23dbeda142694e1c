using Prickle.Dashboards;
using Prickle.Dashboards.Grid;

namespace Prickle.Tests.Dashboards;

/// <summary>Moving tiles without a mouse. Two halves stand side by side (1, 2), and a wide one below them (3).</summary>
public sealed class TileMovesTests
{
    static readonly Dictionary<int, TilePlace> Places = new() { [1] = new(0, 0, 6, 8), [2] = new(6, 0, 6, 8), [3] = new(0, 8, 12, 4) };

    [Theory]
    // Up: the wide one takes the top, and both halves give way below it.
    [InlineData(3, TileMove.Up, "0,4,6,8 6,4,6,8 0,0,12,4")]
    [InlineData(1, TileMove.Up, "0,0,6,8 6,0,6,8 0,8,12,4")]
    // Down: what is below comes up to where the tile was; the other half is as wide there, so it gives way too.
    [InlineData(1, TileMove.Down, "0,4,6,8 6,4,6,8 0,0,12,4")]
    [InlineData(3, TileMove.Down, "0,0,6,8 6,0,6,8 0,8,12,4")]
    // Sideways: neighbours of one height change places; at the edge nothing happens.
    [InlineData(1, TileMove.Right, "6,0,6,8 0,0,6,8 0,8,12,4")]
    [InlineData(2, TileMove.Left, "6,0,6,8 0,0,6,8 0,8,12,4")]
    [InlineData(1, TileMove.Left, "0,0,6,8 6,0,6,8 0,8,12,4")]
    // Wider: seven columns leave no room beside it, so the other half goes below, and the wide one below that.
    [InlineData(1, TileMove.Wider, "0,0,7,8 6,8,6,8 0,16,12,4")]
    [InlineData(2, TileMove.Wider, "0,8,6,8 5,0,7,8 0,16,12,4")]
    [InlineData(3, TileMove.Wider, "0,0,6,8 6,0,6,8 0,8,12,4")]
    [InlineData(1, TileMove.Narrower, "0,0,5,8 6,0,6,8 0,8,12,4")]
    // Taller pushes what is below; shorter lets it rise only as far as the other half lets it.
    [InlineData(1, TileMove.Taller, "0,0,6,9 6,0,6,8 0,9,12,4")]
    [InlineData(1, TileMove.Shorter, "0,0,6,7 6,0,6,8 0,8,12,4")]
    public void A_step_moves_a_tile_and_what_is_in_its_way(int tile, TileMove move, string expected) =>
        Words(TileMoves.Step(Places, tile, move, TileGrid.Columns)).ShouldBe(expected);

    [Fact]
    public void Gaps_close_upwards() =>
        Words(TileMoves.Compact(new Dictionary<int, TilePlace> { [1] = new(0, 5, 6, 2), [2] = new(6, 9, 6, 2), [3] = new(3, 20, 6, 2) }))
            .ShouldBe("0,0,6,2 6,0,6,2 3,2,6,2");

    [Fact]
    public void However_tiles_are_moved_none_overlaps_another()
    {
        var places = (IReadOnlyDictionary<int, TilePlace>)Places;
        var moves = Enum.GetValues<TileMove>();
        for (var step = 0; step < 400; step++)
        {
            // Every tile makes every move, again and again, in a fixed order that mixes both.
            places = TileMoves.Step(places, step * 7 % 3 + 1, moves[step * 5 % moves.Length], TileGrid.Columns);
            places.Values.ShouldAllBe(place => place.X >= 0 && place.X + place.W <= TileGrid.Columns && place.Y >= 0);
            places.Values.SelectMany((one, index) => places.Values.Skip(index + 1).Where(one.Overlaps)).ShouldBeEmpty();
        }
    }

    static string Words(IReadOnlyDictionary<int, TilePlace> places) =>
        string.Join(' ', places.OrderBy(one => one.Key).Select(one => $"{one.Value.X},{one.Value.Y},{one.Value.W},{one.Value.H}"));
}
