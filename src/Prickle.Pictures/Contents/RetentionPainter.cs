using Prickle.Ui.Charts;
using Prickle.Ui.Values;
using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>The table of cohorts: as many rows and columns as fit.</summary>
static class RetentionPainter
{
    const float Head = 28;
    const float Row = 30;

    /// <summary>Where there is little room, rows are as low as this before any is left out.</summary>
    const float LowestRow = 21;
    const float Gap = 2;
    const float MeanRow = 32;
    const float Foot = 22;
    const float Narrowest = 44;
    const float Widest = 92;
    static readonly ValueUnit Whole = ValueUnit.Count();
    static readonly ValueUnit Part = ValueUnit.Share();

    public static float HeightOf(RetentionData data) => Head + MeanRow + data.Cohorts.Count * (Row + Gap) + (HasIncomplete(data) ? Foot : 0);

    public static void Paint(Ink ink, RetentionContent content, SKRect place)
    {
        var data = content.Data;
        var names = data.Cohorts.Select(cohort => ink.Measure(cohort.Name, ink.Quiet(13))).Append(60).Max() + 16;
        names = Math.Min(names, place.Width / 3);
        var sizes = Math.Max(ink.Measure(Capital(data.Counted), ink.Strong(12)), ink.Measure(Whole.Full(data.Cohorts.Sum(cohort => cohort.Size)), ink.Strong())) + 16;
        var room = place.Width - names - sizes;
        var columns = Math.Clamp((int)(room / (Narrowest + Gap)), 1, Math.Max(1, data.Intervals.Count));
        var width = Math.Min(Widest, room / columns - Gap);
        var inside = place.Height - Head - MeanRow - (HasIncomplete(data) ? Foot : 0);
        var height = Math.Clamp(inside / Math.Max(1, data.Cohorts.Count) - Gap, LowestRow, Row);
        var fits = (int)Math.Round((height + Gap) * data.Cohorts.Count) <= inside;
        var rows = fits ? data.Cohorts.Count : Math.Clamp((int)((place.Height - Head - MeanRow - Foot) / (height + Gap)), 0, data.Cohorts.Count);
        var first = place.Left + names + sizes;
        Heads(ink, data, place, first, columns, width);
        var top = Mean(ink, data, place.Left, place.Top + Head, first, columns, width);
        var strongest = data.Strongest;
        foreach (var cohort in data.Cohorts.Take(rows))
        {
            ink.Text(ink.Cut(cohort.Name, names - 8, ink.Quiet(13)), place.Left, top + height / 2 + 5, ink.Quiet(13) with { Colour = ink.Colours.Text });
            ink.TextRight(Whole.Full(cohort.Size), first - 12, top + height / 2 + 5, ink.Plain());
            for (var column = 0; column < Math.Min(columns, cohort.Cells.Count); column++)
            {
                Cell(ink, content, cohort, column, strongest, SKRect.Create(first + column * (width + Gap), top, width, height));
            }
            top += height + Gap;
        }
        Ending(ink, data, rows, columns, place.Left, top);
    }

    static void Heads(Ink ink, RetentionData data, SKRect place, float first, int columns, float width)
    {
        var style = ink.Strong(12) with { Colour = ink.Colours.Quiet };
        ink.Text("Cohort", place.Left, place.Top + 18, style);
        ink.TextRight(Capital(data.Counted), first - 12, place.Top + 18, style);
        for (var column = 0; column < Math.Min(columns, data.Intervals.Count); column++)
        {
            // "Week 3" where there is room for it, else the number.
            var name = data.Intervals[column];
            var fits = data.Intervals.Take(columns).All(one => ink.Measure(one, style) <= width);
            var words = fits || !name.Contains(' ', StringComparison.Ordinal) || column == 0 && ink.Measure(name, style) <= width ? name : name[(name.LastIndexOf(' ') + 1)..];
            ink.TextCentre(ink.Cut(words, width, style), first + column * (width + Gap) + width / 2, place.Top + 18, style);
        }
    }

    static float Mean(Ink ink, RetentionData data, float left, float top, float first, int columns, float width)
    {
        var style = ink.Strong() with { Weight = 700 };
        ink.Text("Mean", left, top + 20, style);
        ink.TextRight(Whole.Full(data.Cohorts.Sum(cohort => cohort.Size)), first - 12, top + 20, style);
        for (var column = 0; column < Math.Min(columns, data.Intervals.Count); column++)
        {
            ink.TextCentre(ink.Cut(Part.Short(data.Mean(column)), width, style), first + column * (width + Gap) + width / 2, top + 20, style);
        }
        ink.Rule(left, first + columns * (width + Gap), top + MeanRow - 3, ink.Colours.Line);
        return top + MeanRow;
    }

    static void Cell(Ink ink, RetentionContent content, RetentionCohort cohort, int column, double strongest, SKRect place)
    {
        var cell = cohort.Cells[column];
        var heat = RetentionData.Heat(cohort, column, strongest);
        var (strong, ground) = (Ink.Mix(ink.Colours["heat"], ink.Colours["sunken"], heat), ink.Colours["sunken"]);
        if (cell.Incomplete)
        {
            ink.Hatch(place, strong, Ink.Mix(ink.Colours["heat"], ground, heat * .55), 5, 10, 4);
            ink.Frame(place, ink.Colours.Quiet, 4, isDashed: true);
        }
        else
        {
            ink.Fill(place, strong, 4);
        }
        var text = content.Counts ? Whole.Full(cell.Count) : Part.Short(cohort.PartOf(cell));
        var style = ink.Quiet(13) with { Colour = ink.Colours.Text };
        while (style.Size > 9 && ink.Measure(text, style) > place.Width - 2)
        {
            style = style with { Size = style.Size - 1 };
        }
        ink.TextCentre(text, place.MidX, place.MidY + style.Size * .364f, style);
    }

    static void Ending(Ink ink, RetentionData data, int rows, int columns, float left, float top)
    {
        var words = new List<string>();
        if (rows < data.Cohorts.Count)
        {
            words.Add($"and {data.Cohorts.Count - rows} more {(data.Cohorts.Count - rows == 1 ? "cohort" : "cohorts")}");
        }
        if (columns < data.Intervals.Count)
        {
            words.Add($"{data.Intervals.Count - columns} more {(data.Intervals.Count - columns == 1 ? "interval" : "intervals")}");
        }
        if (HasIncomplete(data))
        {
            words.Add("dashed: has not ended yet, not in the mean");
        }
        ink.Text(string.Join(" · ", words), left, top + 14, ink.Quiet());
    }

    static bool HasIncomplete(RetentionData data) => data.Cohorts.Any(cohort => cohort.Cells.Any(cell => cell.Incomplete));

    static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
