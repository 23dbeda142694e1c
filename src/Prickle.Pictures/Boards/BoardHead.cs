using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures.Boards;

/// <summary>What stands above the cards of a board.</summary>
static class BoardHead
{
    const int MostLines = 4;

    public static float HeightOf(Ink ink, PictureBoard board, float width) =>
        44 + 21 * Description(ink, board, width).Count + 19 * Facts(ink, board, width).Count + 14;

    public static void Paint(Ink ink, PictureBoard board, float left, float top, float width)
    {
        var name = new TextStyle(26, 800, ink.Colours.Text, Family.Heading);
        var project = ink.Cut(board.Project, width / 3, ink.Quiet(13));
        ink.TextRight(project, left + width, top + 26, ink.Quiet(13));
        ink.Text(ink.Cut(board.Name, width - ink.Measure(project, ink.Quiet(13)) - 24, name), left, top + 28, name);
        top += 44;
        foreach (var line in Description(ink, board, width))
        {
            ink.Text(line, left, top + 14, ink.Plain(14));
            top += 21;
        }
        foreach (var line in Facts(ink, board, width))
        {
            ink.Text(line, left, top + 13, ink.Quiet());
            top += 19;
        }
    }

    static IReadOnlyList<string> Description(Ink ink, PictureBoard board, float width) => ink.Wrap(board.Description, width, ink.Plain(14), MostLines);

    static IReadOnlyList<string> Facts(Ink ink, PictureBoard board, float width) => ink.Wrap(string.Join(" · ", board.Facts.Append(board.Date)), width, ink.Quiet(), 3);
}
