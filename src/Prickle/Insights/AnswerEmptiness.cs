namespace Prickle.Insights;

/// <summary>Whether an answer says nothing: no event fitted the question.</summary>
public static class AnswerEmptiness
{
    public static bool IsEmpty(InsightResult result) => result switch
    {
        TrendsResult trends => trends.Series.All(series => series.Total == 0 && series.Data.All(value => value == 0)),
        FunnelsResult { ConversionTimes: { } times } => times.Bins.All(bin => bin.Count == 0),
        FunnelsResult { Trend: { } trend } => trend.Series.All(series => series.ReachedFrom.All(count => count == 0)),
        FunnelsResult funnels => funnels.Funnels.All(funnel => funnel.Steps.Count == 0 || funnel.Steps[0].Count == 0),
        RetentionResult retention => retention.Tables.All(table => table.Rows.All(row => row.Size == 0)),
        StickinessResult stickiness => stickiness.Series.All(series => series.Data.All(value => value == 0)),
        LifecycleResult lifecycle => lifecycle.Series.All(series => series.Data.All(value => value == 0)),
        PathsResult paths => paths.Edges.Count == 0,
        _ => false,
    };
}
