using System.Globalization;
using Prickle.Pictures.Charts;
using Prickle.Pictures.Typefaces;
using Prickle.Ui.Charts;
using Prickle.Ui.Charts.Options;
using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>A chart by the library, made to fit its place.</summary>
static class ChartPainter
{
    const float Usual = 300;

    // Of bars that lie: fewer pixels than this and their names touch.
    const float LeastBar = 24;

    public static float HeightOf(ChartData data) => Math.Max(data is MapChart ? 380 : Usual, ChartOption.Of(data).Height ?? 0);

    public static void Paint(Desk desk, ChartData data, SKRect place)
    {
        var fitted = Fitted(data, place.Height);
        var plan = ChartOption.Of(fitted);
        // What scrolls on a page is made smaller here; bars that lie were already made fewer.
        var (wanted, needed) = (Math.Max(place.Width, plan.Width ?? 0), fitted is RankedChart ? place.Height : Math.Max(place.Height, plan.Height ?? 0));
        var scale = Math.Min(place.Width / wanted, place.Height / needed);
        var (width, height) = ((int)(place.Width / scale), (int)(place.Height / scale));
        if (desk.Draw(plan, width, height) is not { } drawn)
        {
            NoticePainter.Paint(desk.Ink, new NoticeContent("This chart could not be drawn", "Its page in the product shows it.", IsFailure: true), place);
            return;
        }
        var canvas = desk.Ink.Canvas;
        canvas.Save();
        canvas.Translate(place.Left, place.Top);
        canvas.Scale(scale);
        SvgPainter.Paint(desk.Ink, drawn.Svg);
        foreach (var mark in drawn.Marks)
        {
            Mark(desk.Ink, mark);
        }
        canvas.Restore();
    }

    static ChartData Fitted(ChartData data, float height) =>
        data is RankedChart ranked && Math.Max(2, (int)(height / LeastBar)) is var room && Math.Min(ranked.Items.Count, ranked.AtMost + 1) > room
            ? ranked with { AtMost = room - 1 } : data;

    // As the page lays it over its charts.
    static void Mark(Ink ink, ChartMark mark)
    {
        using var ground = new SKPaint { Color = ink.Colours.Surface, IsAntialias = true };
        using var dot = new SKPaint { Color = ink.Colours["tertiary"], IsAntialias = true };
        ink.Canvas.DrawCircle(mark.X, 14, 10, ground);
        ink.Canvas.DrawCircle(mark.X, 14, 8, dot);
        if (mark.Count > 1)
        {
            ink.TextCentre(mark.Count.ToString(CultureInfo.InvariantCulture), mark.X, 18, new TextStyle(11, 700, SKColor.Parse("#2A2520")));
        }
    }
}
