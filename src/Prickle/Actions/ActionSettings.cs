using System.Text.Json;
using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Actions;

/// <summary>What people say about an action.</summary>
public sealed record ActionSettings
{
    const int MostSteps = 20;
    const int MostTags = 20;
    const int LongestText = 400;

    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public IReadOnlyList<ActionStep> Steps { get; init; } = [];

    /// <summary>The form in which steps are kept: the API's.</summary>
    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static ActionSettings Of(ActionDefinition action) =>
        new() { Name = action.Name, Description = action.Description, Tags = action.Tags, Steps = action.Steps };

    /// <summary>Why it cannot be saved; null when it can.</summary>
    public Refusal? Check() =>
        Name.Trim() is not { Length: > 0 and <= LongestText } ? Refusal.Invalid("name", $"Give the action a name of at most {LongestText} characters.")
        : Description.Length > 4000 ? Refusal.Invalid("description", "A description may have 4000 characters at most.")
        : Tags.Count > MostTags || Tags.Any(tag => tag.Trim().Length is 0 or > 60)
            ? Refusal.Invalid("tags", $"At most {MostTags} tags of 1 to 60 characters.")
        : CheckSteps();

    /// <summary>Why the steps cannot be asked for; null when they can.</summary>
    public Refusal? CheckSteps() =>
        Steps.Count is 0 or > MostSteps ? Refusal.Invalid("steps", $"An action has 1 to {MostSteps} steps.")
        : Steps.Select((step, index) => Check(step, $"steps[{index}]")).FirstOrDefault(refusal => refusal is not null);

    // Actions are judged as events arrive and counted in passing: SQL is checked at neither place.
    static readonly IReadOnlyList<string> Filterable = [.. FilterTypes.All.Where(type => type != FilterTypes.Sql)];

    static Refusal? Check(ActionStep step, string at) =>
        Check(step.Url, step.UrlMatching, $"{at}.url")
        ?? Check(step.Text, step.TextMatching, $"{at}.text")
        ?? Check(step.Href, step.HrefMatching, $"{at}.href")
        ?? (step.Event is { Length: 0 or > 200 } ? Refusal.Invalid($"{at}.event", "The name of an event has 1 to 200 characters.") : null)
        ?? (step.TagName is { } tag && (tag.Length is 0 or > 60 || tag.AsSpan().IndexOfAny(" .;:\"#[>,") >= 0)
            ? Refusal.Invalid($"{at}.tag_name", "A tag name is one word, such as button.") : null)
        ?? (step.Selector is { } selector && !ElementSelectors.TryParse(selector, out _, out var problem)
            ? Refusal.Invalid($"{at}.selector", problem) : null)
        ?? FilterCheck.Refuse(step.Properties, Filterable, $"{at}.properties");

    static Refusal? Check(string? text, string matching, string at) =>
        !TextMatch.Names.Contains(matching)
            ? Refusal.Invalid($"{at}_matching", "Texts are compared with contains, exact or regex.")
        : text is null ? null
        : text.Length is 0 or > LongestText ? Refusal.Invalid(at, $"The text has 1 to {LongestText} characters.")
        : matching == "regex" && !FilterValues.IsRegex(text)
            ? Refusal.Invalid(at, $"\"{text}\" is not a regular expression of RE2's kind: look-around and back-references are not known.")
        : null;
}
