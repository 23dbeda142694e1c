using SkiaSharp;

namespace Prickle.Pictures.Boards;

/// <summary>Which cards stand on which page: none is cut, and no heading is the last of its page.</summary>
static class PageBreaks
{
    /// <param name="first">Room for cards on the first page.</param>
    /// <param name="others">Room on the others.</param>
    public static IReadOnlyList<IReadOnlyList<(PlacedCard Card, SKRect Place)>> Of(PictureBoard board, float width, float first, float others)
    {
        var column = (width + board.Gap) / board.Columns;
        var cards = board.Cards.OrderBy(card => card.Y).ThenBy(card => card.X).ToList();
        var pages = new List<List<(PlacedCard, SKRect)>> { new() };
        var pageTop = cards.Count > 0 ? cards[0].Y * board.RowHeight : 0f;
        for (var index = 0; index < cards.Count; index++)
        {
            var card = cards[index];
            var room = pages.Count == 1 ? first : others;
            var top = card.Y * (float)board.RowHeight;
            if (EndOf(cards, index, board, room) - pageTop > room && pages[^1].Count > 0)
            {
                pages.Add([]);
                (pageTop, room) = (top, others);
            }
            var height = Math.Min(card.Height * board.RowHeight - board.Gap, room - (top - pageTop));
            pages[^1].Add((card, SKRect.Create(card.X * column, top - pageTop, card.Width * column - board.Gap, height)));
        }
        return pages;
    }

    // A heading goes with what stands right below it.
    static float EndOf(List<PlacedCard> cards, int index, PictureBoard board, float room)
    {
        var card = cards[index];
        var end = (card.Y + card.Height) * (float)board.RowHeight - board.Gap;
        if (card.Card.Frame is not CardFrame.Section || index + 1 >= cards.Count)
        {
            return end;
        }
        var next = cards[index + 1];
        return Math.Max(end, (card.Y * (float)board.RowHeight) + Math.Min(room, (next.Y + next.Height - card.Y) * (float)board.RowHeight - board.Gap));
    }
}
