namespace Prickle.Insights.Editing;

/// <summary>What is chosen for the series and steps of a question that is being made.</summary>
static class ChosenEvents
{
    /// <summary>A place that waits for a choice; every event would be one.</summary>
    public static readonly EventsNode Nothing = new() { Event = "" };

    public static bool IsNothing(EntityNode entity) => entity is EventsNode { Event: "" };

    /// <summary>The names of the events, as far as they are events.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<EntityNode> entities) =>
        [.. entities.OfType<EventsNode>().Select(entity => entity.Event).OfType<string>().Where(name => name.Length > 0).Distinct()];

    /// <summary>What is still to be chosen before the question can be asked; null when nothing is.</summary>
    public static string? MissingIn(InsightQuery query)
    {
        if (query is not FunnelsQuery { Series: var steps })
        {
            return null;
        }
        var place = steps.ToList().FindIndex(IsNothing);
        return place < 0 ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Choose the event or action of step {place + 1}");
    }
}
