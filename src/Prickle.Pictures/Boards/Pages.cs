using Prickle.Pictures.Contents;
using SkiaSharp;

namespace Prickle.Pictures.Boards;

/// <summary>A board on pages of A4, lying.</summary>
static class Pages
{
    // In points, of which an inch has 72.
    const float PageWidth = 841.89f;
    const float PageHeight = 595.28f;
    const float Margin = 28;

    /// <summary>How many pixels of a screen the width of a page holds.</summary>
    const float Width = 1120;
    const float RunningHead = 34;
    const float Foot = 30;

    public static byte[] Of(Desk desk, PictureBoard board)
    {
        var scale = (PageWidth - 2 * Margin) / Width;
        var height = (PageHeight - 2 * Margin) / scale;
        var head = BoardHead.HeightOf(desk.Ink, board, Width);
        var pages = PageBreaks.Of(board, Width, height - head - Foot, height - RunningHead - Foot);
        using var file = new MemoryStream();
        using (var document = SKDocument.CreatePdf(file, new SKDocumentPdfMetadata { Title = board.Name, Author = board.Project, Creator = "Prickle" }))
        {
            foreach (var (index, cards) in pages.Index())
            {
                var canvas = document.BeginPage(PageWidth, PageHeight);
                var on = desk with { Ink = desk.Ink.On(canvas) };
                canvas.Translate(Margin, Margin);
                canvas.Scale(scale);
                var top = index == 0 ? head : RunningHead;
                Furnish(on.Ink, board, index, pages.Count, height);
                foreach (var (card, place) in cards)
                {
                    on.CancellationToken.ThrowIfCancellationRequested();
                    CardPainter.Paint(on, card.Card, SKRect.Create(place.Left, place.Top + top, place.Width, place.Height));
                }
                document.EndPage();
            }
            document.Close();
        }
        return file.ToArray();
    }

    static void Furnish(Ink ink, PictureBoard board, int page, int pages, float height)
    {
        if (page == 0)
        {
            BoardHead.Paint(ink, board, 0, 0, Width);
        }
        else
        {
            ink.Text(ink.Cut(board.Name, Width * .6f, ink.Heading(14)), 0, 14, ink.Heading(14));
            ink.TextRight(ink.Cut($"{board.Project} · {board.Date}", Width * .38f, ink.Quiet()), Width, 14, ink.Quiet());
        }
        ink.Text("Prickle", 0, height - 4, ink.Quiet());
        ink.TextRight($"Page {page + 1} of {pages}", Width, height - 4, ink.Quiet());
    }
}
