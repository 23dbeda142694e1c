using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>How high each content wants to be, and how it is drawn into a place.</summary>
static class ContentPainter
{
    const float NameHeight = 28;
    const float PartGap = 16;

    /// <summary>The height at which nothing is left out.</summary>
    public static float HeightOf(Desk desk, PictureContent content, float width) => content switch
    {
        ChartContent chart => ChartPainter.HeightOf(chart.Data),
        FunnelContent funnel => FunnelPainter.HeightOf(funnel.Data, width),
        RetentionContent retention => RetentionPainter.HeightOf(retention.Data),
        NumbersContent numbers => NumbersPainter.HeightOf(numbers, width),
        RowsContent rows => RowsPainter.HeightOf(rows),
        MarkdownContent markdown => MarkdownPainter.HeightOf(desk, markdown.Text, width),
        LinkContent link => LinkPainter.HeightOf(desk.Ink, link, width),
        NoticeContent notice => NoticePainter.HeightOf(desk.Ink, notice, width),
        StackedContent stack => HeightOf(desk, stack, width),
        _ => throw new NotSupportedException($"There is no picture of {content.GetType().Name}."),
    };

    public static void Paint(Desk desk, PictureContent content, SKRect place)
    {
        desk.Ink.Canvas.Save();
        desk.Ink.Canvas.ClipRect(new SKRect(place.Left - 4, place.Top - 2, place.Right + 4, place.Bottom + 2));
        switch (content)
        {
            case ChartContent chart:
                ChartPainter.Paint(desk, chart.Data, place);
                break;
            case FunnelContent funnel:
                FunnelPainter.Paint(desk.Ink, funnel.Data, place);
                break;
            case RetentionContent retention:
                RetentionPainter.Paint(desk.Ink, retention, place);
                break;
            case NumbersContent numbers:
                NumbersPainter.Paint(desk.Ink, numbers, place);
                break;
            case RowsContent rows:
                RowsPainter.Paint(desk.Ink, rows, place);
                break;
            case MarkdownContent markdown:
                MarkdownPainter.Paint(desk, markdown.Text, place);
                break;
            case LinkContent link:
                LinkPainter.Paint(desk.Ink, link, place);
                break;
            case NoticeContent notice:
                NoticePainter.Paint(desk.Ink, notice, place);
                break;
            case StackedContent stack:
                Paint(desk, stack, place);
                break;
            default:
                throw new NotSupportedException($"There is no picture of {content.GetType().Name}.");
        }
        desk.Ink.Canvas.Restore();
    }

    static float HeightOf(Desk desk, StackedContent stack, float width) => stack.Parts.Sum(part => HeightOf(desk, part, width)) + PartGap * Math.Max(0, stack.Parts.Count - 1);

    static float HeightOf(Desk desk, StackedPart part, float width) => (part.Name is null ? 0 : NameHeight) + HeightOf(desk, part.Content, width);

    static void Paint(Desk desk, StackedContent stack, SKRect place)
    {
        var parts = HeightOf(desk, stack, place.Width) <= place.Height ? stack.Parts : [.. stack.Parts.Where(part => !part.IsSpare)];
        var top = place.Top;
        foreach (var (index, part) in parts.Index())
        {
            var rest = place.Bottom - top - (part.Name is null ? 0 : NameHeight);
            // A last part that is cut says what it leaves out; one for which there is hardly room says less than nothing.
            if (rest < 72)
            {
                desk.Ink.Text($"and {parts.Count - index} more", place.Left, Math.Min(top + 12, place.Bottom), desk.Ink.Quiet());
                return;
            }
            if (part.Name is { } name)
            {
                desk.Ink.Text(desk.Ink.Cut(name, place.Width, desk.Ink.Heading(14)), place.Left, top + 16, desk.Ink.Heading(14));
                top += NameHeight;
            }
            var wanted = HeightOf(desk, part.Content, place.Width);
            var isLast = index == parts.Count - 1;
            var height = isLast ? rest : Math.Min(wanted, rest - (parts.Count > index + 1 ? 20 : 0));
            Paint(desk, part.Content, new SKRect(place.Left, top, place.Right, top + height));
            top += height + PartGap;
        }
    }
}
