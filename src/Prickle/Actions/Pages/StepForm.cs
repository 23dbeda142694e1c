using Prickle.Filters;

namespace Prickle.Actions.Pages;

/// <summary>A step while it is edited: an empty field is not asked for.</summary>
public sealed class StepForm
{
    public string Event { get; set; } = "";
    public string Url { get; set; } = "";
    public string UrlMatching { get; set; } = "contains";
    public string Selector { get; set; } = "";
    public string TagName { get; set; } = "";
    public string Text { get; set; } = "";
    public string TextMatching { get; set; } = "exact";
    public string Href { get; set; } = "";
    public string HrefMatching { get; set; } = "exact";
    public FilterGroup Properties { get; set; } = FilterGroup.Everything;

    public static StepForm Of(ActionStep step) => new()
    {
        Event = step.Event ?? "",
        Url = step.Url ?? "",
        UrlMatching = step.UrlMatching,
        Selector = step.Selector ?? "",
        TagName = step.TagName ?? "",
        Text = step.Text ?? "",
        TextMatching = step.TextMatching,
        Href = step.Href ?? "",
        HrefMatching = step.HrefMatching,
        Properties = step.Properties,
    };

    public ActionStep ToStep() => new()
    {
        Event = Said(Event),
        Url = Said(Url),
        UrlMatching = UrlMatching,
        Selector = Said(Selector),
        TagName = Said(TagName),
        Text = Said(Text),
        TextMatching = TextMatching,
        Href = Said(Href),
        HrefMatching = HrefMatching,
        Properties = Properties,
    };

    static string? Said(string text) => text.Trim() is { Length: > 0 } said ? said : null;
}
