namespace Prickle.Ui.Charts.Options;

/// <summary>Annotations that would lie on one another, as one mark at the place of the first.</summary>
sealed record AnnotationGroup(int Category, IReadOnlyList<ChartAnnotation> Annotations);

static class AnnotationGroups
{
    // A mark is 20 pixels wide and a chart seldom narrower than 600: about thirty fit side by side.
    const int Marks = 30;

    public static IReadOnlyList<AnnotationGroup> Of(SeriesChart chart)
    {
        var near = Math.Max(0, chart.Categories.Count / Marks);
        var groups = new List<(int Category, List<ChartAnnotation> Annotations)>();
        foreach (var annotation in chart.Annotations
            .Where(annotation => annotation.Category >= 0 && annotation.Category < chart.Categories.Count)
            .OrderBy(annotation => annotation.Category))
        {
            if (groups.Count > 0 && annotation.Category - groups[^1].Category <= near)
            {
                groups[^1].Annotations.Add(annotation);
            }
            else
            {
                groups.Add((annotation.Category, [annotation]));
            }
        }
        return [.. groups.Select(group => new AnnotationGroup(group.Category, group.Annotations))];
    }
}
