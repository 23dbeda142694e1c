using System.Globalization;
using Prickle.Ui.Charts;
using Prickle.Ui.Values;
using SkiaSharp;
using static Prickle.Ui.Charts.FunnelWords;

namespace Prickle.Pictures.Contents;

/// <summary>The bars of a funnel: upright from left to right, or lying where steps would be too narrow.</summary>
static class FunnelPainter
{
    const float Head = 32;
    const float Legend = 24;
    const float LeastBars = 56;
    const float MostBars = 240;
    const float Narrowest = 132;
    const float LyingBar = 20;
    const float Line = 18;
    static readonly ValueUnit Counts = ValueUnit.Count();

    public static float HeightOf(FunnelData data, float width) => IsUpright(data, width)
        ? Head + 180 + FiguresHeight(data) + Legend
        : data.Steps.Count * StepHeight(data, data.Groups.Count) + Legend;

    public static void Paint(Ink ink, FunnelData data, SKRect place)
    {
        if (IsUpright(data, place.Width))
        {
            Upright(ink, data, place);
        }
        else
        {
            Lying(ink, data, place);
        }
    }

    static bool IsUpright(FunnelData data, float width) => data.Steps.Count == 0 || width / data.Steps.Count >= Math.Max(Narrowest, Math.Min(data.Groups.Count, 8) * 20);

    static float LinesOf(FunnelData data) => data.Groups.Any(group => group.Previous is not null) ? 3 : 2;

    static float FiguresHeight(FunnelData data) => 8 + data.Groups.Count * (LinesOf(data) * Line + 8);

    static void Upright(Ink ink, FunnelData data, SKRect place)
    {
        var wanted = FiguresHeight(data);
        var bars = Math.Clamp(place.Height - Head - Legend - wanted, LeastBars, MostBars);
        var room = place.Height - Head - Legend - bars;
        var groups = Math.Clamp((int)((room - 8) / (LinesOf(data) * Line + 8)), 1, data.Groups.Count);
        var width = (place.Width - 16 * (data.Steps.Count - 1)) / data.Steps.Count;
        for (var step = 0; step < data.Steps.Count; step++)
        {
            var left = place.Left + step * (width + 16);
            StepHead(ink, data, step, left, place.Top, width);
            var ground = place.Top + Head + bars;
            var bar = Math.Min(96, (width - 8 * (data.Groups.Count - 1)) / data.Groups.Count);
            foreach (var (index, group) in data.Groups.Index())
            {
                Bar(ink, data, group, index, step, SKRect.Create(left + index * (bar + 8), place.Top + Head, bar, bars), isLying: false);
            }
            ink.Rule(left, left + width, ground, ink.Colours.StrongLine);
            var top = ground + 8;
            foreach (var (index, group) in data.Groups.Take(groups).Index())
            {
                top = Figure(ink, data, group, index, step, left, top, width) + 8;
            }
        }
        Foot(ink, data, groups, place);
    }

    static float StepHeight(FunnelData data, int groups) => Head + groups * (LyingBar + 4 + LinesOf(data) * Line + 4) + 8;

    static void Lying(Ink ink, FunnelData data, SKRect place)
    {
        var room = (place.Height - Legend) / data.Steps.Count;
        var groups = Math.Clamp((int)((room - Head - 8) / (LyingBar + 4 + LinesOf(data) * Line + 4)), 1, data.Groups.Count);
        var top = place.Top;
        for (var step = 0; step < data.Steps.Count; step++)
        {
            if (top + StepHeight(data, groups) > place.Bottom - Legend + 8 && step > 0)
            {
                ink.Text($"and {data.Steps.Count - step} more {(data.Steps.Count - step == 1 ? "step" : "steps")}", place.Left, Math.Min(top + 14, place.Bottom - Legend), ink.Quiet());
                break;
            }
            StepHead(ink, data, step, place.Left, top, place.Width);
            top += Head;
            foreach (var (index, group) in data.Groups.Take(groups).Index())
            {
                Bar(ink, data, group, index, step, SKRect.Create(place.Left, top, place.Width, LyingBar), isLying: true);
                top = Figure(ink, data, group, index, step, place.Left, top + LyingBar + 4, place.Width) + 4;
            }
            top += 8;
        }
        Foot(ink, data, groups, place);
    }

    static void StepHead(Ink ink, FunnelData data, int step, float left, float top, float width)
    {
        ink.Fill(SKRect.Create(left, top, 24, 24), ink.Colours["tint-hover"], 12);
        ink.TextCentre((step + 1).ToString(CultureInfo.InvariantCulture), left + 12, top + 16.5f, ink.Quiet());
        ink.Text(ink.Cut(data.Steps[step], width - 32, ink.Strong()), left + 32, top + 17, ink.Strong());
    }

    static void Bar(Ink ink, FunnelData data, FunnelGroup group, int index, int step, SKRect place, bool isLying)
    {
        var colour = ink.Colours.Series(index);
        var came = (float)PartOf(group, CountAt(group, step));
        var before = step > 0 ? (float)PartOf(group, Math.Max(CountAt(group, step - 1), CountAt(group, step))) : came;
        SKRect Part(float from, float to) => isLying
            ? new(place.Left + from * place.Width, place.Top, place.Left + to * place.Width, place.Bottom)
            : new(place.Left, place.Bottom - to * place.Height, place.Right, place.Bottom - from * place.Height);
        using var round = new SKRoundRect();
        SKPoint corner = new(6, 6), sharp = new(0, 0);
        round.SetRectRadii(place, isLying ? [corner, corner, corner, corner] : [corner, corner, sharp, sharp]);
        ink.Canvas.Save();
        ink.Canvas.ClipRoundRect(round, antialias: true);
        ink.Fill(place, ink.Colours["sunken"]);
        if (before > came)
        {
            ink.Hatch(Part(came, before), Ink.Mix(colour, ink.Colours["sunken"], .34), Ink.Mix(colour, ink.Colours["sunken"], .12), 3, 8);
        }
        ink.Fill(Part(0, came), colour);
        ink.Canvas.Restore();
    }

    static float Figure(Ink ink, FunnelData data, FunnelGroup group, int index, int step, float left, float top, float width)
    {
        var isOne = data.Groups.Count == 1;
        if (!isOne)
        {
            ink.Fill(SKRect.Create(left, top + 2, 12, 12), ink.Colours.Series(index), 3);
            (left, width) = (left + 20, width - 20);
        }
        var share = Share(CountAt(group, step), CountAt(group, 0));
        ink.Text(share, left, top + 13, ink.Strong());
        var taken = ink.Measure(share + " ", ink.Strong()) + 2;
        var count = $"{Counts.Full(CountAt(group, step))} {(isOne ? data.Counted : group.Name)}";
        ink.Text(ink.Cut(count, width - taken, ink.Plain()), left + taken, top + 13, ink.Plain() with { Colour = ink.Colours.Quiet });
        top += Line;
        if (step > 0)
        {
            var words = $"{Share(CountAt(group, step), CountAt(group, step - 1))} of step {step}{(Time(group, step) is { } time ? $" · {time}" : null)}";
            ink.Text(ink.Cut(words, width, ink.Quiet()), left, top + 13, ink.Quiet());
            top += Line;
        }
        if (group.Previous is { } previous && step < previous.Count)
        {
            ink.Text(ink.Cut($"before: {Share(previous[step], previous[0])}", width, ink.Quiet()), left, top + 13, ink.Quiet());
            top += Line;
        }
        return top;
    }

    static void Foot(Ink ink, FunnelData data, int groups, SKRect place)
    {
        var (top, left) = (place.Bottom - 14, place.Left);
        ink.Fill(SKRect.Create(left, top, 12, 12), ink.Colours.Quiet, 3);
        ink.Text("came through", left + 18, top + 10.5f, ink.Quiet());
        left += 18 + ink.Measure("came through", ink.Quiet()) + 16;
        ink.Hatch(SKRect.Create(left, top, 12, 12), Ink.Mix(ink.Colours.Quiet, ink.Colours.Surface, .5), Ink.Mix(ink.Colours.Quiet, ink.Colours.Surface, .12), 2, 5, 3);
        ink.Text("lost before the step", left + 18, top + 10.5f, ink.Quiet());
        if (groups < data.Groups.Count)
        {
            ink.TextRight($"figures of {data.Groups.Count - groups} more not shown", place.Right, top + 10.5f, ink.Quiet());
        }
    }
}
