using System.Collections.Frozen;
using Prickle.Accounts;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Trends;

/// <summary>What is counted.</summary>
enum MathShape
{
    /// <summary>Events.</summary>
    Events,
    /// <summary>Distinct actors.</summary>
    Actors,
    /// <summary>Distinct actors of the last days.</summary>
    Active,
    /// <summary>Distinct sessions.</summary>
    Sessions,
    /// <summary>Distinct groups of a type.</summary>
    Groups,
    /// <summary>A number of each event (or session).</summary>
    Property,
    /// <summary>The number of events of each actor.</summary>
    PerActor,
    /// <summary>A SQL expression over the events.</summary>
    Expression,
    /// <summary>Actors by when they first did it, whatever the filters.</summary>
    FirstTime,
    /// <summary>Actors by when they first did it in a way that fits the filters.</summary>
    FirstMatching,
}

/// <summary>One of the maths of K3.</summary>
/// <param name="Aggregate">Over the rows of its shape; <c>x</c> is the number.</param>
/// <param name="Days">Of the window of <see cref="MathShape.Active"/>.</param>
sealed record SeriesMath(string Name, MathShape Shape, string Aggregate, int Days = 0)
{
    const int LongestExpression = 10_000;

    static readonly FrozenDictionary<string, string> OfNumbers = new Dictionary<string, string>
    {
        ["sum"] = "sum(x)",
        ["avg"] = "avg(x)",
        ["min"] = "min(x)",
        ["max"] = "max(x)",
        ["median"] = "quantile(0.5)(x)",
        ["p75"] = "quantile(0.75)(x)",
        ["p90"] = "quantile(0.9)(x)",
        ["p95"] = "quantile(0.95)(x)",
        ["p99"] = "quantile(0.99)(x)",
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, SeriesMath> All = new SeriesMath[]
    {
        new("total", MathShape.Events, "count()"),
        new("dau", MathShape.Actors, "uniqExact(actor)"),
        new("weekly_active", MathShape.Active, "uniqExact(actor)", 7),
        new("monthly_active", MathShape.Active, "uniqExact(actor)", 30),
        new("unique_session", MathShape.Sessions, "uniqExact(session_id)"),
        new("unique_group", MathShape.Groups, "uniqExact(actor)"),
        new("hogql", MathShape.Expression, ""),
        new("first_time_for_user", MathShape.FirstTime, "count()"),
        new("first_matching_event_for_user", MathShape.FirstMatching, "count()"),
    }
    .Concat(OfNumbers.Select(one => new SeriesMath(one.Key, MathShape.Property, one.Value)))
    .Concat(OfNumbers.Where(one => one.Key != "sum").Select(one => new SeriesMath($"{one.Key}_count_per_actor", MathShape.PerActor, one.Value)))
    .ToFrozenDictionary(math => math.Name);

    /// <summary>The math of a series that was checked.</summary>
    public static SeriesMath Of(EntityNode entity, Interval interval, bool isTotalValue)
    {
        var math = All[entity.Math is { Length: > 0 } name ? name : "total"];
        // A window of days says nothing more than the interval once that is as long.
        return math.Shape == MathShape.Active && !isTotalValue && interval >= (math.Days == 7 ? Interval.Week : Interval.Month) ? All["dau"] : math;
    }

    /// <summary>Whether parts can be added up.</summary>
    public bool IsAdditive => Shape is MathShape.Events or MathShape.FirstTime or MathShape.FirstMatching || Name == "sum";

    /// <summary>Whether a sample's number stands for a larger one.</summary>
    public bool IsScaled => IsAdditive || Shape is MathShape.Actors or MathShape.Active or MathShape.Sessions or MathShape.Groups;

    /// <summary>Whether a running sum counts everybody once.</summary>
    public bool CountsOnce => Shape is MathShape.Actors or MathShape.Groups;

    /// <summary>What is wrong with the math of a series.</summary>
    public static Refusal? Check(EntityNode entity, Interval interval, bool isTotalValue)
    {
        if (entity.Math is { Length: > 0 } name && !All.ContainsKey(name))
        {
            return Refusal.Invalid("math", $"There is no math '{name}'. There are: {string.Join(", ", All.Keys.Order(StringComparer.Ordinal))}.");
        }
        var math = Of(entity, interval, isTotalValue);
        return math.Shape switch
        {
            MathShape.Property when string.IsNullOrEmpty(entity.MathProperty) =>
                Refusal.Invalid("math_property", $"The math {math.Name} needs a property (math_property)."),
            MathShape.Property when entity.MathPropertyType is not (null or "" or "event" or "person" or "group" or "session" or "event_properties" or "person_properties" or "session_properties") =>
                Refusal.Invalid("math_property_type", "The property of a math is one of an event, person, group or session."),
            MathShape.Property when entity.MathPropertyType is "session" or "session_properties" && SessionProperty.Sql(entity.MathProperty!) is null =>
                Refusal.Invalid("math_property", $"Sessions have no property '{entity.MathProperty}'."),
            MathShape.Property when entity.MathPropertyType == "group" && entity.MathGroupTypeIndex is not (>= 0 and <= 4) =>
                Refusal.Invalid("math_group_type_index", "A group's property needs the type of group, from 0 to 4."),
            MathShape.Expression when entity.MathHogql?.Trim() is not { Length: > 0 and <= LongestExpression } =>
                Refusal.Invalid("math_hogql", $"The math hogql needs an aggregate expression of at most {LongestExpression} characters, such as sum(properties.amount) / count()."),
            MathShape.Groups when entity.MathGroupTypeIndex is not (>= 0 and <= 4) =>
                Refusal.Invalid("math_group_type_index", "unique_group needs the type of group, from 0 to 4."),
            MathShape.Active when !isTotalValue && interval < Interval.Hour =>
                Refusal.Invalid("interval", $"{math.Name} needs an interval of an hour or longer."),
            _ => null,
        };
    }
}
