using System.Text.Json;
using Prickle.Capture;
using Prickle.Filters;

namespace Prickle.Automations.Triggers;

/// <summary>An automation that events begin, made ready to be judged on many of them.</summary>
sealed class EventMatcher
{
    // What previews capture; see docs/previews.md.
    const string PreviewChosen = "$feature_enrollment_update";
    const string PreviewMoved = "$feature_preview_stage_changed";

    readonly (PropertyFilter Leaf, PreparedFilter Prepared)[] _simple;
    readonly FilterGroup _rest;

    EventMatcher(ActiveAutomation automation, FilterGroup filters)
    {
        Automation = automation;
        // Conditions on the event alone that all have to fit are by far the most frequent: they are read once.
        var isSimple = filters.Join == FilterJoin.And && filters.Members.All(member => member is PropertyFilter { Type: FilterTypes.Event });
        _simple = isSimple ? [.. filters.Members.Cast<PropertyFilter>().Select(leaf => (leaf, PreparedFilter.Of(leaf, TimeZoneInfo.Utc)))] : [];
        _rest = isSimple ? FilterGroup.Everything : filters;
        NeedsSubject = _rest.Leaves.Any(leaf => leaf.Type is FilterTypes.Person or FilterTypes.Group or FilterTypes.Cohort);
    }

    public ActiveAutomation Automation { get; }

    /// <summary>Whether the person, groups or cohorts have to be looked up before it can be judged.</summary>
    public bool NeedsSubject { get; }

    /// <summary>What <see cref="NeedsSubject"/> asks for.</summary>
    public FilterGroup Filters => _rest;

    public static EventMatcher Of(ActiveAutomation automation) => new(automation, FiltersOf(automation.Definition.Trigger));

    /// <summary>What the events of a trigger have to fit.</summary>
    public static FilterGroup FiltersOf(AutomationTrigger trigger) => trigger switch
    {
        EventTrigger one => one.Filters,
        ActionTrigger one => one.Filters,
        PreviewTrigger one => FilterGroup.All([.. PreviewFilters(one)]),
        _ => FilterGroup.Everything,
    };

    public static IReadOnlyList<string> EventsOf(AutomationTrigger trigger) => trigger switch
    {
        EventTrigger one => [.. one.Events.Distinct(StringComparer.Ordinal)],
        PreviewTrigger { Change: PreviewChange.StageChanged } => [PreviewMoved],
        PreviewTrigger => [PreviewChosen],
        _ => [],
    };

    static IEnumerable<Filter> PreviewFilters(PreviewTrigger trigger)
    {
        if (trigger.Flag is { } flag)
        {
            yield return new PropertyFilter("$feature_flag", "exact", [flag]);
        }
        if (trigger.Change != PreviewChange.StageChanged)
        {
            yield return new PropertyFilter("$feature_enrollment", "exact", [trigger.Change == PreviewChange.Enabled ? "true" : "false"]);
        }
    }

    /// <summary>Whether the event fits as far as it can be told from it alone.</summary>
    public bool MayFit(CapturedEvent captured, DateTimeOffset now, TimeZoneInfo zone)
    {
        foreach (var (leaf, prepared) in _simple)
        {
            if (!prepared.Fits(Value(captured.Properties, leaf.Key), now))
            {
                return false;
            }
        }
        return NeedsSubject || _rest.IsEmpty
            || FilterMatcher.Matches(_rest, new FilterSubject { Now = now, Zone = zone, Event = captured.Properties, ElementsChain = captured.ElementsChain });
    }

    static JsonElement Value(JsonElement properties, string key) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(key, out var value) ? value : default;
}
