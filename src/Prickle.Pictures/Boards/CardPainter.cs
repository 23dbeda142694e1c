using Prickle.Pictures.Contents;
using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures.Boards;

/// <summary>A card: its frame, its head, its content.</summary>
static class CardPainter
{
    const float Radius = 12;
    const float Padding = 16;
    const float Head = 58;
    const float LowHead = 46;
    const float Below = 12;

    /// <summary>The height at which nothing of it is left out.</summary>
    public static float HeightOf(Desk desk, PictureCard card, float width) => card.Frame switch
    {
        CardFrame.Section => 40,
        CardFrame.Bare => ContentPainter.HeightOf(desk, card.Content, width - 2 * (Padding + 2)) + 28,
        _ => HeadOf(card) + ContentPainter.HeightOf(desk, card.Content, width - 2 * Padding) + Below + 4,
    };

    public static void Paint(Desk desk, PictureCard card, SKRect place)
    {
        var ink = desk.Ink;
        if (card.Frame is CardFrame.Section)
        {
            Section(ink, card, place);
            return;
        }
        ink.Fill(place, ink.Colours.Surface, Radius);
        if (card.Accent is { } accent)
        {
            ink.Canvas.Save();
            ink.Canvas.ClipRoundRect(new SKRoundRect(place, Radius), antialias: true);
            ink.Fill(new SKRect(place.Left, place.Top, place.Left + 5, place.Bottom), ink.Colours[accent]);
            ink.Canvas.Restore();
        }
        ink.Frame(place, ink.Colours.Line, Radius);
        if (card.Frame is CardFrame.Bare)
        {
            ContentPainter.Paint(desk, card.Content, new SKRect(place.Left + Padding + 2, place.Top + 14, place.Right - Padding - 2, place.Bottom - 14));
            return;
        }
        var width = place.Width - 2 * Padding;
        ink.Text(ink.Cut(card.Title, width, ink.Heading(16)), place.Left + Padding, place.Top + (card.Note is null ? 29 : 26), ink.Heading(16));
        if (card.Note is { } note)
        {
            ink.Text(Fitted(ink, note, width), place.Left + Padding, place.Top + 44, ink.Quiet());
        }
        ContentPainter.Paint(desk, card.Content, new SKRect(place.Left + Padding, place.Top + HeadOf(card), place.Right - Padding, place.Bottom - Below));
    }

    // The period comes first; when it was computed also stands in the head of a board.
    static string Fitted(Ink ink, string note, float width)
    {
        while (ink.Measure(note, ink.Quiet()) > width && note.LastIndexOf(" · ", StringComparison.Ordinal) is > 0 and var end)
        {
            note = note[..end];
        }
        return ink.Cut(note, width, ink.Quiet());
    }

    static float HeadOf(PictureCard card) => card.Note is null ? LowHead : Head;

    static void Section(Ink ink, PictureCard card, SKRect place)
    {
        var style = new TextStyle(18, 800, ink.Colours.Text, Family.Heading);
        var title = ink.Cut(card.Title, place.Width - 24, style);
        ink.Text(title, place.Left, place.MidY + 6, style);
        ink.Rule(Math.Min(place.Right, place.Left + ink.Measure(title, style) + 10), place.Right, place.MidY, ink.Colours.Line);
    }
}
