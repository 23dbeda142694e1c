namespace Prickle.Insights.Editing;

/// <summary>The kinds of questions, and how one becomes another without losing what they share.</summary>
public sealed record QuestionKind(string Name, string Asks, string Icon, Func<InsightQuery> Begin)
{
    static readonly EventsNode Views = new() { Event = "$pageview" };

    /// <summary>In the order in which they are offered.</summary>
    public static readonly IReadOnlyList<QuestionKind> All =
    [
        new("Trends", "How often something happens, by how many, over time or in all", MudBlazor.Icons.Material.Outlined.ShowChart, () => new TrendsQuery { Series = [Views] }),
        new("Funnel", "How many get from the first step to the last, and where they are lost", MudBlazor.Icons.Material.Outlined.FilterAlt, () => new FunnelsQuery { Series = [Views, ChosenEvents.Nothing] }),
        new("Retention", "Who comes back, day after day or week after week", MudBlazor.Icons.Material.Outlined.Replay, () => new RetentionQuery()),
        new("Paths", "Where people go from one page to the next", MudBlazor.Icons.Material.Outlined.AltRoute, () => new PathsQuery()),
        new("Stickiness", "On how many days people are active", MudBlazor.Icons.Material.Outlined.PushPin, () => new StickinessQuery { Series = [Views] }),
        new("Lifecycle", "Who is new, who returns, who is back, who is gone", MudBlazor.Icons.Material.Outlined.Autorenew, () => new LifecycleQuery { Series = [Views] }),
    ];

    public static QuestionKind Find(string name) => All.First(kind => kind.Name == name);

    /// <summary>A question of this kind with the period, filters and series of another.</summary>
    public InsightQuery From(InsightQuery other)
    {
        var series = SeriesOf(other);
        InsightQuery begun = Begin() switch
        {
            TrendsQuery trends => trends with { Series = Or(series, trends.Series), Interval = IntervalOf(other) },
            // What is computed of events means nothing for a step.
            FunnelsQuery funnel => funnel with { Series = Or(AtLeastTwo([.. series.Select(Bare)]), funnel.Series), Interval = IntervalOf(other) },
            StickinessQuery stickiness => stickiness with { Series = Or([.. series.Select(Bare)], stickiness.Series), Interval = IntervalOf(other) },
            LifecycleQuery lifecycle => lifecycle with { Series = Or([.. series.Take(1).Select(Bare)], lifecycle.Series), Interval = IntervalOf(other) },
            RetentionQuery retention when series.Count > 0 => retention with
            {
                RetentionFilter = retention.RetentionFilter with { TargetEntity = Bare(series[0]), ReturningEntity = Bare(series[^1]) },
            },
            var kind => kind,
        };
        return begun with
        {
            DateRange = other.DateRange,
            Properties = other.Properties,
            FilterTestAccounts = other.FilterTestAccounts,
            SamplingFactor = other.SamplingFactor,
            AggregationGroupTypeIndex = other.AggregationGroupTypeIndex,
        };
    }

    static IReadOnlyList<EntityNode> Or(IReadOnlyList<EntityNode> series, IReadOnlyList<EntityNode> otherwise) => series.Count > 0 ? series : otherwise;

    // A funnel has a first step and a last.
    static IReadOnlyList<EntityNode> AtLeastTwo(IReadOnlyList<EntityNode> steps) => steps.Count == 1 ? [.. steps, ChosenEvents.Nothing] : steps;

    static IReadOnlyList<EntityNode> SeriesOf(InsightQuery query) => query switch
    {
        TrendsQuery trends => trends.Series,
        FunnelsQuery funnel => [.. funnel.Series.Where(step => !ChosenEvents.IsNothing(step))],
        StickinessQuery stickiness => stickiness.Series,
        LifecycleQuery lifecycle => lifecycle.Series,
        RetentionQuery { RetentionFilter: var filter } => filter.TargetEntity.Equals(filter.ReturningEntity) ? [filter.TargetEntity] : [filter.TargetEntity, filter.ReturningEntity],
        _ => [],
    };

    static Interval IntervalOf(InsightQuery query) => query switch
    {
        TrendsQuery trends => trends.Interval,
        FunnelsQuery funnel => funnel.Interval,
        StickinessQuery stickiness => stickiness.Interval,
        LifecycleQuery lifecycle => lifecycle.Interval,
        _ => Interval.Day,
    };

    static EntityNode Bare(EntityNode entity) =>
        entity with { Math = null, MathProperty = null, MathPropertyType = null, MathGroupTypeIndex = null, MathHogql = null };
}
