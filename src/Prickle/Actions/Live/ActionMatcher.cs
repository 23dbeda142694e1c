using Prickle.Actions.Selectors;
using Prickle.Capture;
using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>An action made ready to be judged on many events in memory.</summary>
sealed class ActionMatcher
{
    readonly List<Step> _steps;

    public ActionMatcher(ActionDefinition action) =>
        _steps = [.. action.Steps.Where(step => LiveProperties.CanJudge(step.Properties)).Select(step => new Step(step))];

    /// <summary>Whether all steps can be judged without asking the store.</summary>
    public static bool IsWhollyLive(ActionDefinition action) => action.Steps.All(step => LiveProperties.CanJudge(step.Properties));

    public bool Fits(CapturedEvent captured, Lazy<IReadOnlyList<Element>> elements, DateTimeOffset now) =>
        _steps.Exists(step => step.Fits(captured, elements, now));

    sealed class Step(ActionStep step)
    {
        readonly Func<string, bool>? _url = step.Url is { } url ? TextMatch.Judge(step.UrlMatching, url) : null;
        readonly Func<string, bool>? _text = step.Text is { } text ? TextMatch.Judge(step.TextMatching, text) : null;
        readonly Func<string, bool>? _href = step.Href is { } href ? TextMatch.Judge(step.HrefMatching, href) : null;
        readonly ElementSelector? _tag = step.TagName is { } tag ? new ElementSelector([ActionSql.TagPath(tag)]) : null;
        readonly ElementSelector? _selector =
            step.Selector is { } selector && ElementSelector.TryParse(selector, out var parsed, out _) ? parsed : null;

        public bool Fits(CapturedEvent captured, Lazy<IReadOnlyList<Element>> elements, DateTimeOffset now) =>
            (step.Event is null || step.Event == captured.Name)
            && (_url is null || (captured.Text("$current_url"u8) is { Length: > 0 } address && _url(address)))
            && (_tag is null || SelectorMatcher.Fits(_tag, elements.Value))
            && (step.Selector is null || (_selector is not null && SelectorMatcher.Fits(_selector, elements.Value)))
            && (_text is null || elements.Value.Any(element => element.Text is { } value && _text(value)))
            && (_href is null || elements.Value.Any(element => Addresses(element).Any(_href)))
            && LiveProperties.Fits(step.Properties, captured, now);

        static IEnumerable<string> Addresses(Element element) =>
            new[] { element.Href, element.Attributes.GetValueOrDefault("attr__href") }.OfType<string>();
    }
}
