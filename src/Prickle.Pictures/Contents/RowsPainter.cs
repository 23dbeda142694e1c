using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>A table of texts: as many rows and columns as fit.</summary>
static class RowsPainter
{
    const float HeadHeight = 32;
    const float RowHeight = 30;
    const float NoteHeight = 22;
    const float Narrowest = 72;
    const float Widest = 320;
    const float Padding = 12;

    /// <summary>What a picture by itself shows of a long table.</summary>
    const int UsualRows = 20;

    public static float HeightOf(RowsContent rows) =>
        HeadHeight + RowHeight * Math.Min(rows.Rows.Count, UsualRows) + (rows.Rows.Count > UsualRows || rows.IsPartial ? NoteHeight : 0) + 2;

    public static void Paint(Ink ink, RowsContent table, SKRect place)
    {
        if (table.Columns.Count == 0)
        {
            return;
        }
        var columns = Math.Clamp((int)(place.Width / Narrowest), 1, table.Columns.Count);
        var room = (int)((place.Height - HeadHeight) / RowHeight);
        var isCut = table.IsPartial || table.Columns.Count > columns || table.Rows.Count > room;
        var shown = Math.Clamp(isCut ? (int)((place.Height - HeadHeight - NoteHeight) / RowHeight) : room, 0, table.Rows.Count);
        var widths = Widths(ink, table, columns, shown, place.Width);
        ink.Fill(new SKRect(place.Left, place.Top, place.Right, place.Top + HeadHeight), ink.Colours["sunken"], 6);
        var head = ink.Strong(12) with { Colour = ink.Colours.Quiet };
        Row(column => table.Columns[column], place.Top + 20, head);
        for (var row = 0; row < shown; row++)
        {
            var top = place.Top + HeadHeight + row * RowHeight;
            var cells = table.Rows[row];
            Row(column => column < cells.Count ? cells[column] : "", top + 20, ink.Plain());
            ink.Rule(place.Left, place.Right, top + RowHeight - 1, ink.Colours.Line);
        }
        if (isCut)
        {
            ink.Text(Rest(table, shown, columns), place.Left + Padding, place.Top + HeadHeight + shown * RowHeight + 16, ink.Quiet());
        }

        void Row(Func<int, string> text, float baseline, Typefaces.TextStyle style)
        {
            var left = place.Left;
            for (var column = 0; column < columns; column++)
            {
                var words = ink.Cut(text(column), widths[column] - 2 * Padding, style);
                if (table.Numeric is { } numeric && column < numeric.Count && numeric[column])
                {
                    ink.TextRight(words, left + widths[column] - Padding, baseline, style);
                }
                else
                {
                    ink.Text(words, left + Padding, baseline, style);
                }
                left += widths[column];
            }
        }
    }

    static string Rest(RowsContent table, int shown, int columns)
    {
        var rows = table.Rows.Count - shown;
        var words = new List<string>();
        if (rows > 0 || table.IsPartial)
        {
            words.Add(table.IsPartial ? rows > 0 ? $"and {rows} rows and more" : "and more rows" : $"and {rows} more {(rows == 1 ? "row" : "rows")}");
        }
        if (table.Columns.Count > columns)
        {
            words.Add($"{table.Columns.Count - columns} more {(table.Columns.Count - columns == 1 ? "column" : "columns")}");
        }
        return string.Join(", ", words);
    }

    // Each as wide as its texts; where that is too much all give way, where it is too little all gain.
    static float[] Widths(Ink ink, RowsContent table, int columns, int shown, float whole)
    {
        var widths = new float[columns];
        for (var column = 0; column < columns; column++)
        {
            var place = column;
            var texts = table.Rows.Take(shown).Select(row => place < row.Count ? row[place] : "");
            var widest = texts.Select(text => ink.Measure(text.Length > 80 ? text[..80] : text, ink.Plain())).Append(ink.Measure(table.Columns[column], ink.Strong(12))).Max();
            widths[column] = Math.Clamp(widest + 2 * Padding + 1, Narrowest, Widest);
        }
        var sum = widths.Sum();
        if (sum <= whole)
        {
            return [.. widths.Select(width => width + (whole - sum) / columns)];
        }
        var spare = Math.Max(1, sum - Narrowest * columns);
        return [.. widths.Select(width => width - (width - Narrowest) * (sum - whole) / spare)];
    }
}
