using Prickle.Capture;
using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>What memory says of an event and an action.</summary>
enum LiveVerdict
{
    Misses,
    Fits,
    /// <summary>It fits if the store says that one of these steps does.</summary>
    AsksStore,
}

/// <summary>An action made ready to be judged on many events in memory.</summary>
sealed class ActionMatcher
{
    readonly List<Step> _steps;

    public ActionMatcher(ActionDefinition action) => _steps = [.. action.Steps.Select(step => new Step(step))];

    /// <summary>Judges an event; of steps that ask for persons, groups, sessions or cohorts it says which may fit.</summary>
    /// <param name="open">Gets the conditions that the store has to judge: one of them is enough.</param>
    public LiveVerdict Judge(
        CapturedEvent captured, Lazy<IReadOnlyList<Element>> elements, DateTimeOffset now, TimeZoneInfo zone, List<FilterGroup> open)
    {
        open.Clear();
        foreach (var step in _steps)
        {
            if (!step.FitsEvent(captured, elements))
            {
                continue;
            }
            if (!step.NeedsStore)
            {
                if (step.FitsProperties(captured, now, zone))
                {
                    return LiveVerdict.Fits;
                }
            }
            else
            {
                open.Add(step.Properties);
            }
        }
        return open.Count == 0 ? LiveVerdict.Misses : LiveVerdict.AsksStore;
    }

    sealed class Step(ActionStep step)
    {
        readonly Func<string, bool>? _url = step.Url is { } url ? TextMatch.Judge(step.UrlMatching, url) : null;
        readonly Func<string, bool>? _text = step.Text is { } text ? TextMatch.Judge(step.TextMatching, text) : null;
        readonly Func<string, bool>? _href = step.Href is { } href ? TextMatch.Judge(step.HrefMatching, href) : null;
        readonly ElementSelectors? _tag = step.TagName is { } tag ? ElementSelectors.OfTag(tag) : null;
        readonly ElementSelectors? _selector =
            step.Selector is { } selector && ElementSelectors.TryParse(selector, out var parsed, out _) ? parsed : null;

        public FilterGroup Properties => step.Properties;

        public bool NeedsStore { get; } =
            step.Properties.Leaves.Any(leaf => leaf.Type is not (FilterTypes.Event or FilterTypes.Feature or FilterTypes.Element));

        public bool FitsEvent(CapturedEvent captured, Lazy<IReadOnlyList<Element>> elements) =>
            (step.Event is null || step.Event == captured.Name)
            && (_url is null || (captured.Text("$current_url"u8) is { Length: > 0 } address && _url(address)))
            && (_tag is null || _tag.Fits(elements.Value))
            && (step.Selector is null || _selector?.Fits(elements.Value) == true)
            && (_text is null || elements.Value.Any(element => element.Text is { } value && _text(value)))
            && (_href is null || elements.Value.Any(element => Addresses(element).Any(_href)));

        public bool FitsProperties(CapturedEvent captured, DateTimeOffset now, TimeZoneInfo zone) => FilterMatcher.Matches(
            step.Properties, new FilterSubject { Now = now, Zone = zone, Event = captured.Properties, ElementsChain = captured.ElementsChain });

        static IEnumerable<string> Addresses(Element element) =>
            new[] { element.Href, element.Attributes.GetValueOrDefault("attr__href") }.OfType<string>();
    }
}
