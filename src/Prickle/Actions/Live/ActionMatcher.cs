using Prickle.Capture;
using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>An action made ready to be judged on many events in memory.</summary>
sealed class ActionMatcher
{
    readonly List<Step> _steps;

    public ActionMatcher(ActionDefinition action) =>
        _steps = [.. action.Steps.Where(step => CanJudge(step.Properties)).Select(step => new Step(step))];

    /// <summary>Whether all steps can be judged without asking the store.</summary>
    public static bool IsWhollyLive(ActionDefinition action) => action.Steps.All(step => CanJudge(step.Properties));

    // What asks for persons, cohorts or groups needs the store, and is not judged here.
    static bool CanJudge(FilterGroup filters) =>
        filters.Leaves.All(leaf => leaf.Type is FilterTypes.Event or FilterTypes.Feature or FilterTypes.Element);

    public bool Fits(CapturedEvent captured, Lazy<IReadOnlyList<Element>> elements, DateTimeOffset now) =>
        _steps.Exists(step => step.Fits(captured, elements, now));

    sealed class Step(ActionStep step)
    {
        readonly Func<string, bool>? _url = step.Url is { } url ? TextMatch.Judge(step.UrlMatching, url) : null;
        readonly Func<string, bool>? _text = step.Text is { } text ? TextMatch.Judge(step.TextMatching, text) : null;
        readonly Func<string, bool>? _href = step.Href is { } href ? TextMatch.Judge(step.HrefMatching, href) : null;
        readonly ElementSelectors? _tag = step.TagName is { } tag ? ElementSelectors.OfTag(tag) : null;
        readonly ElementSelectors? _selector =
            step.Selector is { } selector && ElementSelectors.TryParse(selector, out var parsed, out _) ? parsed : null;

        public bool Fits(CapturedEvent captured, Lazy<IReadOnlyList<Element>> elements, DateTimeOffset now) =>
            (step.Event is null || step.Event == captured.Name)
            && (_url is null || (captured.Text("$current_url"u8) is { Length: > 0 } address && _url(address)))
            && (_tag is null || _tag.Fits(elements.Value))
            && (step.Selector is null || _selector?.Fits(elements.Value) == true)
            && (_text is null || elements.Value.Any(element => element.Text is { } value && _text(value)))
            && (_href is null || elements.Value.Any(element => Addresses(element).Any(_href)))
            && FilterMatcher.Matches(
                step.Properties, new FilterSubject { Now = now, Event = captured.Properties, ElementsChain = captured.ElementsChain });

        static IEnumerable<string> Addresses(Element element) =>
            new[] { element.Href, element.Attributes.GetValueOrDefault("attr__href") }.OfType<string>();
    }
}
