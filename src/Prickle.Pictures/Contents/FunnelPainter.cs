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
    const float Row = 24;
    const float LeastBars = 56;
    const float MostBars = 240;
    const float Narrowest = 132;
    const float LyingBar = 20;
    const float Line = 18;

    /// <summary>Share and time of a step stand in one line where a step is this wide.</summary>
    const float Roomy = 220;
    static readonly ValueUnit Counts = ValueUnit.Count();

    public static float HeightOf(FunnelData data, float width) => IsUpright(data, width)
        ? Head + 180 + 8 + data.Groups.Count * (FigureHeight(data, WidthOf(data, width)) + 8) + Legend(data)
        : data.Steps.Count * StepHeight(data, data.Groups.Count, width) + Legend(data);

    public static void Paint(Ink ink, FunnelData data, SKRect place)
    {
        if (data.Steps.Count == 0 || data.Groups.Count == 0)
        {
            return;
        }
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

    // The names of breakdown values, and what the two patterns mean.
    static float Legend(FunnelData data) => data.Groups.Count > 1 ? 2 * Row : Row;

    static float FigureHeight(FunnelData data, float width)
    {
        var hasTimes = data.Groups.Any(group => Enumerable.Range(1, Math.Max(0, group.Steps.Count - 1)).Any(step => Time(group, step) is not null));
        return (2 + (data.Groups.Any(group => group.Previous is not null) ? 1 : 0) + (hasTimes && width < Roomy ? 1 : 0)) * Line;
    }

    static float WidthOf(FunnelData data, float width) => (width - 16 * (data.Steps.Count - 1)) / Math.Max(1, data.Steps.Count);

    static void Upright(Ink ink, FunnelData data, SKRect place)
    {
        var width = WidthOf(data, place.Width);
        var figure = FigureHeight(data, width) + 8;
        var bars = Math.Clamp(place.Height - Head - Legend(data) - 8 - data.Groups.Count * figure, LeastBars, MostBars);
        var groups = Math.Clamp((int)((place.Height - Head - Legend(data) - bars - 8) / figure), 1, data.Groups.Count);
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

    static float StepHeight(FunnelData data, int groups, float width) => Head + groups * (LyingBar + 8 + FigureHeight(data, width)) + 8;

    static void Lying(Ink ink, FunnelData data, SKRect place)
    {
        var room = (place.Height - Legend(data)) / data.Steps.Count;
        var groups = Math.Clamp((int)((room - Head - 8) / (LyingBar + 8 + FigureHeight(data, place.Width))), 1, data.Groups.Count);
        var top = place.Top;
        for (var step = 0; step < data.Steps.Count; step++)
        {
            if (top + StepHeight(data, groups, place.Width) > place.Bottom - Legend(data) + 8 + FigureHeight(data, place.Width) - 2 * Line && step > 0)
            {
                ink.Text($"and {data.Steps.Count - step} more {(data.Steps.Count - step == 1 ? "step" : "steps")}", place.Left, Math.Min(top + 14, place.Bottom - Legend(data)), ink.Quiet());
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
        // The name stands in the legend as well, so that it may give way.
        var count = Counts.Full(CountAt(group, step));
        var named = $"{count} {(isOne ? data.Counted : group.Name)}";
        ink.Text(ink.Measure(named, ink.Plain()) <= width - taken ? named : ink.Cut(count, width - taken, ink.Plain()), left + taken, top + 13, ink.Plain() with { Colour = ink.Colours.Quiet });
        top += Line;
        if (step > 0)
        {
            var words = $"{Share(CountAt(group, step), CountAt(group, step - 1))} of step {step}";
            var time = Time(group, step);
            var whole = time is null ? words : $"{words} · {time}";
            var lines = time is not null && ink.Measure(whole, ink.Quiet()) > width && width < Roomy ? [words, time] : (string[])[whole];
            foreach (var line in lines)
            {
                ink.Text(ink.Cut(line, width, ink.Quiet()), left, top + 13, ink.Quiet());
                top += Line;
            }
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
        Names(ink, data, place.Left, place.Right, top - Row);
        if (groups < data.Groups.Count)
        {
            ink.TextRight($"figures of {data.Groups.Count - groups} more not shown", place.Right, top + 10.5f, ink.Quiet());
        }
    }

    static void Names(Ink ink, FunnelData data, float left, float right, float top)
    {
        if (data.Groups.Count < 2)
        {
            return;
        }
        foreach (var (index, group) in data.Groups.Index())
        {
            var name = ink.Cut(group.Name, 160, ink.Plain(12));
            var rest = $"and {data.Groups.Count - index} more";
            var isLast = index == data.Groups.Count - 1;
            if (left + 18 + ink.Measure(name, ink.Plain(12)) + (isLast ? 0 : 16 + ink.Measure(rest, ink.Quiet())) > right)
            {
                ink.Text(rest, left, top + 10.5f, ink.Quiet());
                return;
            }
            ink.Fill(SKRect.Create(left, top, 12, 12), ink.Colours.Series(index), 3);
            ink.Text(name, left + 18, top + 10.5f, ink.Plain(12));
            left += 18 + ink.Measure(name, ink.Plain(12)) + 16;
        }
    }
}
