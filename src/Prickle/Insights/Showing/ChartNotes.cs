using System.Globalization;
using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Ui.Charts;

namespace Prickle.Insights.Showing;

/// <summary>The notes of a project, and of the dashboard on which the chart stands, at their places of an answer's time axis.</summary>
static class ChartNotes
{
    public static async Task<IReadOnlyList<ChartAnnotation>> ReadAsync(
        AnnotationBook annotations, Project project, InsightAnswer answer, TimeZoneInfo zone, CancellationToken cancellationToken,
        int? dashboardId = null, bool isShared = false)
    {
        if (DaysOf(answer.Result) is not { Count: > 0 } days)
        {
            return [];
        }
        var starts = AnswerDays.Starts(days, zone);
        var found = await annotations.BetweenAsync(project, answer.From, answer.To, cancellationToken, dashboardId, isShared);
        return
        [
            .. found.Select(note => new ChartAnnotation(
                Math.Max(0, TimeAxis.IndexOf(starts, note.DateMarker)), note.Content, note.Id.ToString(CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>The days of an answer that has a time axis.</summary>
    public static IReadOnlyList<string> DaysOf(InsightResult? result) => result switch
    {
        TrendsResult trends => trends.Days,
        LifecycleResult lifecycle => lifecycle.Days,
        FunnelsResult { Trend: { } trend } => trend.Days,
        _ => [],
    };
}
