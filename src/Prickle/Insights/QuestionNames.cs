namespace Prickle.Insights;

/// <summary>What a question names of a project.</summary>
public static class QuestionNames
{
    /// <summary>Its series, steps, or what retention begins and returns with.</summary>
    public static IEnumerable<EntityNode> EntitiesOf(InsightQuery query) => query switch
    {
        TrendsQuery trends => trends.Series,
        FunnelsQuery funnels => funnels.Series,
        StickinessQuery stickiness => stickiness.Series,
        LifecycleQuery lifecycle => lifecycle.Series,
        RetentionQuery { RetentionFilter: var filter } => [filter.TargetEntity, filter.ReturningEntity],
        _ => [],
    };

    /// <summary>The events by name.</summary>
    public static IEnumerable<string> EventsOf(InsightQuery query) =>
        EntitiesOf(query).OfType<EventsNode>().Select(node => node.Event).OfType<string>().Where(name => name.Length > 0);

    /// <summary>The event properties that it computes with, breaks down or filters by.</summary>
    public static IEnumerable<string> PropertiesOf(InsightQuery query) =>
        EntitiesOf(query).Where(entity => entity.MathPropertyType is null or "event").Select(entity => entity.MathProperty).OfType<string>()
            .Concat(BreakdownOf(query).Breakdowns.Where(breakdown => breakdown.Type == "event").Select(breakdown => breakdown.Property))
            .Concat(EntitiesOf(query).Select(entity => entity.Properties).Append(query.Properties).SelectMany(filter => filter.Leaves)
                .Where(leaf => leaf.Type == "event").Select(leaf => leaf.Key));

    /// <summary>What it is broken down by; nothing where its kind knows no breakdown.</summary>
    public static BreakdownFilter BreakdownOf(InsightQuery query) => query switch
    {
        TrendsQuery trends => trends.BreakdownFilter,
        FunnelsQuery funnels => funnels.BreakdownFilter,
        RetentionQuery retention => retention.BreakdownFilter,
        _ => new BreakdownFilter(),
    };
}
