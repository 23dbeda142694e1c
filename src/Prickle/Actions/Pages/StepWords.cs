using Prickle.Events;

namespace Prickle.Actions.Pages;

/// <summary>A row of the list of actions.</summary>
public sealed record ActionListRow(ActionProfile Profile, ActionCount? Count, int Uses);

/// <summary>Steps in words, and elements as selectors.</summary>
static class StepWords
{
    public static string Of(ActionDefinition action) => string.Join(", or ", action.Steps.Select(Of));

    public static string Of(ActionStep step)
    {
        List<string> words = [step.Event is { } name ? name : "any event"];
        Add("page", step.Url, step.UrlMatching);
        Add("text", step.Text, step.TextMatching);
        Add("link", step.Href, step.HrefMatching);
        if (step.TagName is { } tag)
        {
            words.Add($"on a <{tag}>");
        }
        if (step.Selector is { } selector)
        {
            words.Add($"on {selector}");
        }
        if (!step.Properties.IsEmpty)
        {
            words.Add($"with {step.Properties.Leaves.Count()} {(step.Properties.Leaves.Count() == 1 ? "property" : "properties")}");
        }
        return string.Join(" ", words);

        void Add(string what, string? text, string matching)
        {
            if (text is not null)
            {
                words.Add($"where the {what} {Verb(matching)} “{text}”");
            }
        }
    }

    static string Verb(string matching) => matching switch { "exact" => "is", "regex" => "matches", _ => "contains" };

    /// <summary>A selector that finds the element again: by what is least likely to change.</summary>
    public static string SelectorOf(Element element)
    {
        var stable = element.Attributes.Where(pair => pair.Key.StartsWith("attr__data-", StringComparison.Ordinal) && pair.Value.Length is > 0 and < 60).ToList();
        return element.Id is { Length: > 0 } id ? $"#{Escape(id)}"
            : stable is [var (name, value), ..] ? $"{element.TagName}[{name[6..]}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"]"
            : element.TagName + string.Concat(element.Classes.Take(3).Select(one => $".{Escape(one)}"));
    }

    static string Escape(string name) => string.Concat(name.Select((character, index) =>
        char.IsAsciiLetter(character) || character is '_' or '-' || character > 127 || (index > 0 && char.IsAsciiDigit(character))
            ? character.ToString()
            : char.IsAsciiDigit(character) ? $"\\{(int)character:x} " : $"\\{character}"));
}
